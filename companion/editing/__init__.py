"""Pages written, changed and brought in by organisers, each change kept as a version."""

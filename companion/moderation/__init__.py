"""The desk: what those who run a talk may do to its board, and what they see of it."""

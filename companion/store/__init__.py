"""What is kept: tables, the one writer, and the events that follow a commit."""

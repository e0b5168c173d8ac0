"""What `companion` does beside serving: a module for each command."""

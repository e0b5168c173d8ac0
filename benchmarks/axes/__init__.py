"""What can grow: each module has sizes, and measures what one of them costs."""

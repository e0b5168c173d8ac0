"""Who may come, under which of our names, and how many at once."""

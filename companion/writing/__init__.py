"""Files of pages, replaced as a whole, compared, and committed."""

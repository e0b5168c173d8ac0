"""A talk's Markdown as kramdown reads it, made safe, and rewritten for its page."""

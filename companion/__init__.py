"""Live Q&A beside a talk's own page."""

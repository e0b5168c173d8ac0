"""Publishing: a talk's Q&A, written back into the talk's own file."""

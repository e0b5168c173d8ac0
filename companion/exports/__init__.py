"""Exports: a talk's Q&A as one record, and the formats that it is written in."""

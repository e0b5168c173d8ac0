"""All talks together, for whoever runs the series: how each went, and what was asked anywhere."""

from companion.organiser.programme import Line, programme
from companion.organiser.search import Hit, Hits, search

__all__ = ["Hit", "Hits", "Line", "programme", "search"]

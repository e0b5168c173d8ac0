"""All talks together, for whoever runs the series: how each went, and what was asked anywhere."""

from companion.organiser.programme import TalkFigures, programme
from companion.organiser.search import Hit, Hits, search

__all__ = ["Hit", "Hits", "TalkFigures", "programme", "search"]

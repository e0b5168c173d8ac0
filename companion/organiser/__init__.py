"""All talks together, for whoever runs the series: how each went, and what was asked anywhere."""

from companion.organiser.programme import TalkFigures, figures, programme
from companion.organiser.search import Hit, Hits, search
from companion.organiser.texts import PublicWords

__all__ = ["Hit", "Hits", "PublicWords", "TalkFigures", "figures", "programme", "search"]

"""The report on a talk: how many came and asked, when, and what stayed open."""

from companion.report.figures import Figures, figures, summary
from companion.report.load import read
from companion.report.plots import PLOTS, Speech, bars, draw, in_words, series_of
from companion.report.series import Series

__all__ = [
    "PLOTS",
    "Figures",
    "Series",
    "Speech",
    "bars",
    "draw",
    "figures",
    "in_words",
    "read",
    "series_of",
    "summary",
]

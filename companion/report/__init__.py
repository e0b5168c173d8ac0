"""The report on a talk: how many came and asked, when, and what stayed open."""

from companion.report.figures import Figures, figures, summary
from companion.report.load import Report, read
from companion.report.plots import PLOTS, bars, draw, in_length, in_words, series_of
from companion.report.series import Series

__all__ = [
    "PLOTS",
    "Figures",
    "Report",
    "Series",
    "bars",
    "draw",
    "figures",
    "in_length",
    "in_words",
    "read",
    "series_of",
    "summary",
]

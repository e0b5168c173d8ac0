"""The report's plots: bars over time as SVG, with the talk's phases marked and a text to each.

What is painted stands in attributes. A style sheet overrides them by class, so that a plot is dark
on a dark page, and the same file, as it is, goes into a PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import NamedTuple

from jinja2 import StrictUndefined, Template

from companion.board.plural import plural
from companion.paths import resource_dir
from companion.report.figures import Figures
from companion.report.series import Series
from companion.talks.phase import Phase

LABELS = 5
BETWEEN_BARS = 0.2  # of a bar's place
CLOSE = 44  # two names nearer than this would run into each other
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PHASES = {Phase.DOORS: "doors", Phase.TALK: "talk", Phase.QA: "Q&A", Phase.OVER: "end"}
EARLIER, LATER = "earlier", "later"


class Plot(NamedTuple):
    """What one plot is called, and what its bars count."""

    title: str
    counts: str


PLOTS = {
    "people": Plot("People here", "The most people who had the talk's page open at once"),
    "questions": Plot("Questions", "Questions asked"),
    "votes": Plot("Votes", "Votes given"),
}


class Frame(NamedTuple):
    """A drawing's size, and the edges of what the bars stand in, so far in that any label fits."""

    width: int = 480
    height: int = 220
    left: int = 44
    top: int = 28
    right: int = 452
    bottom: int = 194


FRAME = Frame()


class Bar(NamedTuple):
    """One bar, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Label(NamedTuple):
    """A text and the place that it stands around."""

    x: float
    text: str


def draw(name: str, figures: Figures) -> str:
    """Return one of the plots as SVG: no style and no script, so that any policy lets it through.

    Raises KeyError when there is no such plot.
    """
    series = series_of(name, figures)
    rows = bars(series)
    top = _top(max(value for _, value in rows))
    return _template().render(
        id=f"plot-{name}",
        title=PLOTS[name].title,
        text=in_words(name, figures),
        frame=FRAME,
        lines=[(_up(value / top), value) for value in sorted({0, ceil(top / 2), top})],
        bars=list(_drawn([value / top for _, value in rows])),
        labels=list(_labels(rows)),
        marks=list(_marks(series, figures)),
    )


@cache
def _template() -> Template:
    text = (resource_dir("templates") / "report" / "plot.svg.jinja").read_text(encoding="utf-8")
    template: Template = Template(
        text, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return template


def series_of(name: str, figures: Figures) -> Series:
    """Return what a plot shows."""
    return {"people": figures.people, "questions": figures.questions, "votes": figures.votes}[name]


def in_words(name: str, figures: Figures) -> str:
    """Say what a plot shows to those who do not see it."""
    rows = bars(series_of(name, figures))
    top = max(rows, key=lambda row: row[1])
    length = in_length(series_of(name, figures).window.step)
    said = f"{PLOTS[name].counts}, each bar {length}."
    return f"{said} The highest: {top[1]}, {top[0]}." if top[1] else f"{said} None."


def in_length(step: timedelta) -> str:
    """Return how long a step is, in words."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (timedelta(minutes=1), "minute")):
        if step >= unit:
            return plural(step // unit, name)
    return ""


def bars(series: Series) -> list[tuple[str, int]]:
    """Return what each bar is called and how high it is."""
    window = series.window
    days = window.step >= DAY or window.starts.date() != list(window.moments())[-1].date()
    rows = [
        (_called(moment, window.step, days=days), value)
        for moment, value in zip(window.moments(), series.values, strict=True)
    ]
    before = [(EARLIER, series.before)] if series.before else []
    after = [(LATER, series.after)] if series.after else []
    return [*before, *rows, *after]


def _called(moment: datetime, step: timedelta, *, days: bool) -> str:
    day = f"{moment.day} {moment:%b}"
    if step >= DAY:
        return day
    return f"{day} {moment:%H:%M}" if days else f"{moment:%H:%M}"


def _across(share: float) -> float:
    """Return how far from the left a share of the width is."""
    return round(FRAME.left + share * (FRAME.right - FRAME.left), 1)


def _up(share: float) -> float:
    """Return how far from the top a share of the height is."""
    return round(FRAME.bottom - share * (FRAME.bottom - FRAME.top), 1)


def _drawn(heights: list[float]) -> Iterator[Bar]:
    """Return the bars that are not empty."""
    place = (FRAME.right - FRAME.left) / len(heights)
    for number, height in enumerate(heights):
        if height:
            x, y = _across((number + BETWEEN_BARS / 2) / len(heights)), _up(height)
            yield Bar(x, y, round(place * (1 - BETWEEN_BARS), 1), round(FRAME.bottom - y, 1))


def _top(highest: int) -> int:
    """Return where the axis ends: a round number that can be halved, not below the highest."""
    step = 2
    while step * 5 < highest:
        step *= 10
    return max(ceil(highest / step) * step, 2)


def _labels(rows: list[tuple[str, int]]) -> Iterator[Label]:
    """Return the names of a few bars, far enough from each other."""
    ends = {number for number, (name, _) in enumerate(rows) if name in (EARLIER, LATER)}
    first, every = min(ends, default=1) == 0, ceil(len(rows) / LABELS)
    far = {
        number
        for number in range(len(rows))
        if all(abs(number - end) * 8 >= len(rows) for end in ends)
    }
    kept = sorted(ends | far & set(range(int(first), len(rows), every)))
    names = _shortened(rows[number][0] for number in kept)
    for number, name in zip(kept, names, strict=True):
        yield Label(_across((number + 0.5) / len(rows)), name)


def _shortened(names: Iterable[str]) -> Iterator[str]:
    """Leave out the day where it is that of the name before."""
    told = ""
    for name in names:
        day, _, time = name.rpartition(" ")
        yield time if day and day == told and ":" in time else name
        told = day or told


def _marks(series: Series, figures: Figures) -> Iterator[Label]:
    """Return where the phases begin within a plot, named unless there is a name just before."""
    window, count, named = series.window, len(bars(series)), float(-CLOSE)
    lead = 1 if series.before else 0
    for phase, moment in figures.phases:
        place = (moment.astimezone(window.starts.tzinfo) - window.starts) / window.step
        if 0 <= place <= window.steps:
            x = _across((lead + place) / count)
            is_free = x - named >= CLOSE
            named = x if is_free else named
            yield Label(x, PHASES[phase] if is_free else "")

"""The report's plots: bars over time as SVG, with the talk's phases marked and a text to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

import pygal
from pygal.style import Style

from companion.report.figures import Figures
from companion.report.series import Series
from companion.report.svg import Mark, Said, strip
from companion.talks.schedule import Phase

WIDTH, HEIGHT, FONT_SIZE = 480, 220, 13
LABELS = 5
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


def draw(name: str, figures: Figures) -> str:
    """Return one of the plots as SVG: no style and no script, so that any policy lets it through.

    Raises KeyError when there is no such plot.
    """
    series = series_of(name, figures)
    said = Said(PLOTS[name].title, in_words(name, figures))
    marks = tuple(_marks(series, figures))
    chart = _chart(series)
    chart.add_xml_filter(lambda root: strip(root, f"plot-{name}", said, marks, chart.view.x))
    drawn: str = chart.render(is_unicode=True, disable_xml_declaration=True)
    return drawn


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
            count = step // unit
            return f"{count} {name}{'' if count == 1 else 's'}"
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


def _chart(series: Series) -> pygal.Bar:
    rows = bars(series)
    top = _top(max(value for _, value in rows))
    chart = pygal.Bar(
        width=WIDTH,
        height=HEIGHT,
        margin=6,
        margin_top=26,
        spacing=6,
        truncate_label=-1,
        js=(),
        css=(),
        show_legend=False,
        range=(0, top),
        y_labels=sorted({0, ceil(top / 2), top}),
        style=Style(label_font_size=FONT_SIZE, major_label_font_size=FONT_SIZE),
    )
    chart.x_labels = _labels(rows)
    chart.add("", [value for _, value in rows])
    return chart


def _top(highest: int) -> int:
    """Return where the axis ends: a round number that can be halved, not below the highest."""
    step = 2
    while step * 5 < highest:
        step *= 10
    return max(ceil(highest / step) * step, 2)


def _labels(rows: list[tuple[str, int]]) -> list[str]:
    """Return the names of a few bars, far enough from each other, and nothing for the others."""
    ends = {number for number, (name, _) in enumerate(rows) if name in (EARLIER, LATER)}
    first, every = min(ends, default=1) == 0, ceil(len(rows) / LABELS)
    far = {
        number
        for number in range(len(rows))
        if all(abs(number - end) * 8 >= len(rows) for end in ends)
    }
    kept = ends | far & set(range(int(first), len(rows), every))
    return list(_shortened(name if number in kept else "" for number, (name, _) in enumerate(rows)))


def _shortened(names: Iterable[str]) -> Iterator[str]:
    """Leave out the day where it is that of the name before."""
    told = ""
    for name in names:
        day, _, time = name.rpartition(" ")
        yield time if day and day == told and ":" in time else name
        told = day or told


def _marks(series: Series, figures: Figures) -> Iterator[Mark]:
    """Return the phases that begin within a plot, each at its share of the width."""
    window = series.window
    lead = 1 if series.before else 0
    count = len(bars(series))
    for phase, moment in figures.phases:
        place = (moment.astimezone(window.starts.tzinfo) - window.starts) / window.step
        if 0 <= place <= window.steps:
            yield Mark((lead + place) / count, PHASES[phase])

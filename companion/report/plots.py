"""The report's plots: bars over time as SVG, with the talk's phases marked and a text to each.

What is painted stands in attributes. A style sheet overrides them by class, so that a plot is dark
on a dark page, and the same file, as it is, goes into a PDF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from math import ceil
from typing import NamedTuple

from jinja2 import StrictUndefined, Template

from companion.messages import Message, gettext, ngettext
from companion.paths import resource_dir
from companion.report.figures import Figures
from companion.report.series import Series
from companion.talks.phase import Phase

LABELS = 5
BETWEEN_BARS = 0.2  # of a bar's place
CLOSE = 44  # two names nearer than this would run into each other
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHASES = {
    Phase.DOORS: gettext("doors"),
    Phase.TALK: gettext("talk"),
    Phase.QA: gettext("Q&A"),
    Phase.OVER: gettext("end"),
}
EARLIER, LATER = gettext("earlier"), gettext("later")


class Speech(NamedTuple):
    """How what is said in a plot is put into a language: sentences, and the days of a year."""

    words: Callable[[str], str]
    day: Callable[[date], str]


ENGLISH = Speech(str, lambda day: f"{day.day} {day:%b}")


class Plot(NamedTuple):
    """What one plot is called, and what its bars count."""

    title: str
    counts: str


PLOTS = {
    "people": Plot(
        gettext("People here"), gettext("The most people who had the talk's page open at once")
    ),
    "questions": Plot(gettext("Questions"), gettext("Questions asked")),
    "votes": Plot(gettext("Votes"), gettext("Votes given")),
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


def draw(name: str, figures: Figures, speech: Speech = ENGLISH) -> str:
    """Return one of the plots as SVG: no style and no script, so that any policy lets it through.

    Raises KeyError when there is no such plot.
    """
    series = series_of(name, figures)
    rows = bars(series, speech)
    top = _top(max(value for _, value in rows))
    return _template().render(
        id=f"plot-{name}",
        title=speech.words(PLOTS[name].title),
        text=speech.words(in_words(name, figures, speech)),
        frame=FRAME,
        lines=[(_up(value / top), value) for value in sorted({0, ceil(top / 2), top})],
        bars=list(_drawn([value / top for _, value in rows])),
        labels=list(_labels(series, rows)),
        marks=list(_marks(series, figures, speech)),
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


def in_words(name: str, figures: Figures, speech: Speech = ENGLISH) -> Message:
    """Say what a plot shows to those who do not see it."""
    when, top = max(bars(series_of(name, figures), speech), key=lambda row: row[1])
    length = in_length(series_of(name, figures).window.step)
    said = {"counts": PLOTS[name].counts, "length": length}
    if not top:
        return gettext("%(counts)s, each bar %(length)s. None.", **said)
    return gettext(
        "%(counts)s, each bar %(length)s. The highest: %(top)s, %(when)s.",
        top=top,
        when=when,
        **said,
    )


def in_length(step: timedelta) -> Message:
    """Return how long a step is, in words."""
    if step >= DAY:
        return ngettext("%(num)s day", "%(num)s days", step // DAY)
    if step >= HOUR:
        return ngettext("%(num)s hour", "%(num)s hours", step // HOUR)
    return ngettext("%(num)s minute", "%(num)s minutes", step // MINUTE)


def bars(series: Series, speech: Speech = ENGLISH) -> list[tuple[str, int]]:
    """Return what each bar is called and how high it is."""
    window = series.window
    days = window.step >= DAY or window.starts.date() != list(window.moments())[-1].date()
    rows = [
        (_called(moment, window.step, speech.day if days else None), value)
        for moment, value in zip(window.moments(), series.values, strict=True)
    ]
    before = [(speech.words(EARLIER), series.before)] if series.before else []
    after = [(speech.words(LATER), series.after)] if series.after else []
    return [*before, *rows, *after]


def _called(moment: datetime, step: timedelta, called: Callable[[date], str] | None) -> str:
    if called is None:
        return f"{moment:%H:%M}"
    day = called(moment.date())
    return day if step >= DAY else f"{day} {moment:%H:%M}"


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


def _labels(series: Series, rows: list[tuple[str, int]]) -> Iterator[Label]:
    """Return the names of a few bars, far enough from each other."""
    ends = {0} if series.before else set()
    ends |= {len(rows) - 1} if series.after else set()
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


def _marks(series: Series, figures: Figures, speech: Speech) -> Iterator[Label]:
    """Return where the phases begin within a plot, named unless there is a name just before."""
    window, count, named = series.window, len(bars(series)), float(-CLOSE)
    lead = 1 if series.before else 0
    for phase, moment in figures.phases:
        place = (moment.astimezone(window.starts.tzinfo) - window.starts) / window.step
        if 0 <= place <= window.steps:
            x = _across((lead + place) / count)
            is_free = x - named >= CLOSE
            named = x if is_free else named
            yield Label(x, speech.words(PHASES[phase]) if is_free else "")

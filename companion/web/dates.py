"""Moments as pages say them: dates as the reader's language writes them, and clocks of 24 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_datetime_format
from flask import Flask
from flask_babel import get_locale

from companion.board.service import BoardService
from companion.translations import SOURCE

# How English has each here; other languages have it the way they do.
ENGLISH = {"full": "EEEE d MMMM y", "long": "d MMMM y", "medium": "dd MMM y"}
KEPT = 1_000  # days, each in a language: what boards show is of a few of them


def init_app(app: Flask, boards: BoardService, zone: ZoneInfo) -> None:
    """Let templates say when something is."""
    app.jinja_env.filters.update(
        clock=clock,
        clock_there=partial(clock_there, zone),
        clock_seconds=clock_seconds,
        day=day,
        short_day=short_day,
        day_of_year=day_of_year,
        in_zone=partial(in_zone, boards),
        lately=partial(lately, boards, zone),
    )


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of day in a zone."""
    return f"{moment.astimezone(zone):%H:%M}"


def clock_there(series: ZoneInfo, moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of day in a zone, and where that is if clocks differ from the series'."""
    there = moment.astimezone(zone)
    if there.utcoffset() == moment.astimezone(series).utcoffset():
        return clock(moment, zone)
    return f"{clock(moment, zone)} ({_place(zone)})"


def clock_seconds(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of day in a zone, to the second."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day in a zone: "Thursday 5 March 2026"."""
    return _written(moment.astimezone(zone), "full")


def short_day(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day in a zone in short: "05 Mar 2026"."""
    return _written(moment.astimezone(zone), "medium")


def day_of_year(moment: datetime, zone: ZoneInfo) -> str:
    """Return the day in a zone without its year: "05 Mar"."""
    return month_day(moment.astimezone(zone).date(), "dd MMM")


def month_day(day: date, english: str = "d MMM") -> str:
    """Return a day without its year: "5 Mar"."""
    tag = _tag()
    pattern = Locale.parse(tag).datetime_skeletons["MMMd"].pattern
    return _date(day, english if tag == SOURCE else pattern, tag)


def long_day(day: date) -> str:
    """Return a day in full: "Thursday 5 March 2026"."""
    tag = _tag()
    return _date(day, ENGLISH["full"] if tag == SOURCE else "full", tag)


def in_zone(boards: BoardService, moment: datetime, slug: str) -> str:
    """Return a moment in a talk's zone, which is named, for those without scripts."""
    page = boards.programme.find(slug)
    local = moment.astimezone(page.zone if page else UTC)
    place = _place(page.zone) if page else "UTC"
    return f"{_with_clock(local, 'dd MMMM y')} {place}"


def lately(boards: BoardService, zone: ZoneInfo, moment: datetime) -> str:
    """Return a moment in the series' zone: of these days by the day's name."""
    local = moment.astimezone(zone)
    if abs(boards.clock() - moment) < timedelta(days=6):
        return f"{_date(local.date(), 'EEEE', _tag())} {local:%H:%M}"
    return _with_clock(local)


def _place(zone: ZoneInfo) -> str:
    return zone.key.split("/")[-1].replace("_", " ")


def _with_clock(local: datetime, english: str = ENGLISH["long"]) -> str:
    tag = _tag()
    day = _date(local.date(), english if tag == SOURCE else "long", tag)
    return _joined(tag).format(f"{local:%H:%M}", day)


def _written(local: datetime, length: str) -> str:
    tag = _tag()
    return _date(local.date(), ENGLISH[length] if tag == SOURCE else length, tag)


def _tag() -> str:
    return str(get_locale() or SOURCE)


@lru_cache(KEPT)
def _date(day: date, pattern: str, tag: str) -> str:
    return str(format_date(day, pattern, locale=tag))


@lru_cache
def _joined(tag: str) -> str:
    """Return how a language puts a clock, {0}, beside a day, {1}."""
    return str(get_datetime_format("medium", locale=tag)).replace("'", "")

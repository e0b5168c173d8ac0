"""Days, clock times and zones as people write them, in numbers or in English words."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from dateutil import parser

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9990, 1, 1)
ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:[t ]\s*(\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s*(z|[+-]\d{2}:?(?:\d{2})?)?)?"
)
DASHES = re.compile(r"[‐‑‒–—―−]|--+")
NAMED_HOURS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
WORD_HOURS = re.compile(rf"(?:12(?::00)?\s*)?\b({'|'.join(NAMED_HOURS)})\b")
BRACKETS = re.compile(r"\([^()]*\)")
JOINED = r"\s*(?:-|to|until|till|bis|/|→)\s*"
ONE_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.h]([0-5]\d))?(?::[0-5]\d(?:\.\d+)?)?(?![\d:])"
    r"\s*([ap]\.?m\b\.?|uhr\b|h\b|hrs\b)?"
)
TWO_CLOCKS = re.compile(f"{ONE_CLOCK.pattern}{JOINED}{ONE_CLOCK.pattern}")
NUMBERS = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})(?P<a>[-/.])(?P<m>\d{1,2})(?P=a)(?P<d>\d{1,2})"
    r"|(?P<first>\d{1,2})(?P<b>[-/.])(?P<second>\d{1,2})(?P=b)(?P<year>\d{4}|\d{2}))(?!\d)t?"
)
OFFSET = re.compile(r"(?<=[\d\s])(?:utc|gmt)?\s?([+-])(\d{1,2})(?::?(\d{2}))?$")
DAYS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(\s+[a-z]+)?\s*(?:-|to|until|/|&|and)\s*(?=[\da-z])")
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?")
FILLERS = re.compile(r"\b(?:at|on|from|the|of|date|time|local|starts?|and)\b|[,;@|·]")
ZONE_WORDS = {
    "utc": "UTC", "gmt": "UTC", "uk": "Europe/London", "bst": "Europe/London",
    "cet": "Europe/Paris", "cest": "Europe/Paris", "mez": "Europe/Berlin",
    "mesz": "Europe/Berlin", "eet": "Europe/Helsinki", "eest": "Europe/Helsinki",
    "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "ct": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago",
    "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "jst": "Asia/Tokyo", "sgt": "Asia/Singapore", "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney", "nzst": "Pacific/Auckland", "nzdt": "Pacific/Auckland",
    "eastern": "America/New_York", "central": "America/Chicago", "pacific": "America/Los_Angeles",
}  # fmt: skip
ZONE = re.compile(rf"\b(?:{'|'.join(ZONE_WORDS)}|[a-z]+/[a-z_]+(?:/[a-z_]+)?)\b(?:\s+time\b)?|\bz$")
DURATION = re.compile(
    r"(?:(?P<h>\d{1,2}(?:\.\d+)?)\s*(?:h|hrs?|hours?)\.?)?\s*(?:(?P<m>\d{1,4})\s*(?:m|mins?|minutes?)?\.?)?"
)


@dataclass(frozen=True)
class Span:
    """What one text says of a time: any part may be missing. ``doubts`` are what was guessed."""

    day: date | None = None
    last_day: date | None = None
    begin: time | None = None
    end: time | None = None
    zone: tzinfo | None = None
    doubts: tuple[str, ...] = field(default=())


def read_span(text: str, *, hours: bool = False, year: int | None = None) -> Span | None:
    """Read a text; None when it cannot be understood whole.

    ``hours`` says that a plain number is an hour, ``year`` which one is meant where none is named.
    """
    text = _plain(text)
    exact = ISO.fullmatch(text)
    try:
        if exact and not _is_range(exact):
            return _exact(exact)
        return _two_moments(text, year) or _loose(text, hours=hours, year=year)
    except (ValueError, OverflowError):
        return None


def read_zone(name: str) -> tuple[ZoneInfo, str] | None:
    """Return the zone a name stands for, and what was guessed; None when there is no such zone."""
    plain = name.strip().casefold().replace(" ", "_")
    if not plain:
        return None
    exact = {key.casefold(): key for key in available_timezones()}
    short = plain.removesuffix("_time").removesuffix("_standard")
    if plain in exact and ("/" in plain or plain in ("utc", "gmt")):
        return ZoneInfo(exact[plain]), ""
    if short in ZONE_WORDS:
        return ZoneInfo(ZONE_WORDS[short]), f"is read as {ZONE_WORDS[short]}"
    offset = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?00)?", plain)
    if offset and int(offset[2]) <= 12:
        sign = "-" if offset[1] == "+" else "+"
        key = f"Etc/GMT{sign}{int(offset[2])}"
        return ZoneInfo(key), f"is read as {int(offset[2])} hours from UTC, all year"
    cities = [key for lower, key in exact.items() if "/" in key and lower.endswith(f"/{short}")]
    if len({key.partition("/")[0] for key in cities} & {"US", "Etc"}) == len(cities) == 1:
        return ZoneInfo(cities[0]), f"is read as {cities[0]}"
    towns = [key for key in cities if not key.startswith(("US/", "Etc/"))]
    return (ZoneInfo(towns[0]), f"is read as {towns[0]}") if len(towns) == 1 else None


def read_length(text: str) -> timedelta | None:
    """Return how long something lasts: ``90``, ``90 min``, ``1h 30m``, ``1.5 hours``, ``1:30``."""
    plain = text.strip().casefold()
    clock = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::00)?", plain)
    found = DURATION.fullmatch(plain)
    if clock:
        minutes = int(clock[1]) * 60.0 + int(clock[2])
    elif found:
        minutes = float(found["h"] or 0) * 60 + int(found["m"] or 0)
    else:
        return None
    return timedelta(minutes=minutes) if 0 < minutes <= 24 * 60 else None


def day_of(text: str) -> date:
    """Return an ISO day within the years that can be counted with; raises ValueError."""
    return _counted(date.fromisoformat(text))


def _counted(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(day)
    return day


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    text = WORD_HOURS.sub(lambda found: NAMED_HOURS[found[1]], DASHES.sub("-", text))
    return " ".join(text.split())


def _is_range(found: re.Match[str]) -> bool:
    """Whether what looks like an offset is the end: `2026-12-07 09:00-10:00`."""
    is_short = " " in found[0] and found[0].count(":") == 2
    return bool(found[3]) and is_short and found[3][0] == "-" and found[3][1:] > found[2].zfill(5)


def _exact(found: re.Match[str]) -> Span:
    span = Span(day_of(found[1]))
    if not found[2]:
        return span
    span = replace(span, begin=time.fromisoformat(found[2].zfill(5)))
    if found[3]:
        zone = datetime.fromisoformat(f"{found[1]}T00:00{found[3].upper()}").tzinfo
        span = replace(span, zone=zone)
    return span


def _two_moments(text: str, year: int | None) -> Span | None:
    """Read two whole days with their hours, as in an ISO interval."""
    for joint in (" - ", " to ", " until ", "/", " / "):
        first, found, second = text.partition(joint)
        if not found or not ISO.fullmatch(second):
            continue
        begins, ends = read_span(first, year=year), read_span(second)
        if begins and ends and begins.day and ends.day:
            return replace(begins, last_day=ends.day, end=ends.begin)
    return None


def _loose(text: str, *, hours: bool, year: int | None) -> Span | None:
    span, rest = _with_numbers(text)
    rest, span = _with_zone(rest, span)
    rest, span = _with_clocks(rest, span, hours=hours)
    rest = BRACKETS.sub(" ", rest)
    named = WEEKDAY.search(rest)
    rest = FILLERS.sub(" ", WEEKDAY.sub(" ", rest))
    rest = " ".join(rest.strip(" -–.:()").split())
    if rest:
        if span.day:
            return None
        span = _with_words(rest, span, year)
    if not (span.day or span.begin):
        return None
    return _with_weekday(span, named[1]) if named else span


def _with_numbers(text: str) -> tuple[Span, str]:
    """Take days in numbers out of a text: one, or a first and a last."""
    doubts: list[str] = []
    days = [_numbered(found, doubts) for found in NUMBERS.finditer(text)][:2]
    rest = NUMBERS.sub(" ", text)
    if not days:
        return Span(), rest
    last = days[1] if len(days) > 1 else None
    return Span(_counted(days[0]), last and _counted(last), doubts=tuple(doubts)), rest


def _numbered(found: re.Match[str], doubts: list[str]) -> date:
    if found["y"]:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    day, month = int(found["first"]), int(found["second"])
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    if month > 12:
        return date(year, day, month)
    if day <= 12 and day != month and found["b"] != ".":
        read = date(year, month, day)
        doubts.append(
            f"is read as {read.day} {read:%B %Y}; which is the month? Write it as in {read}"
        )
    return date(year, month, day)


def _with_zone(text: str, span: Span) -> tuple[str, Span]:
    """Take a zone out of a text: an offset at its end, or a name."""
    offset = OFFSET.search(text)
    if offset and ":" in text[: offset.start()]:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        ahead = timedelta(hours=hours, minutes=minutes) * (1 if offset[1] == "+" else -1)
        named = offset[0][:3] in ("utc", "gmt")
        to_seconds = re.search(r":\d\d:\d\d\s?$", text[: offset.start()])
        is_plus = offset[1] == "+" and bool(offset[3])
        if hours <= 14 and (named or to_seconds or is_plus):
            return text[: offset.start()], replace(span, zone=timezone(ahead))
    found = ZONE.search(text)
    if not found:
        return text, span
    zone = ZoneInfo("UTC") if found[0] == "z" else (read_zone(found[0]) or (None, ""))[0]
    if zone is None:
        return text, span
    return f"{text[: found.start()]} {text[found.end() :]}", replace(span, zone=zone)


def _with_clocks(text: str, span: Span, *, hours: bool) -> tuple[str, Span]:
    """Take a clock time, or a first and a last, out of a text."""
    for found in TWO_CLOCKS.finditer(text):
        if not (hours or _is_clock(found, 1) or _is_clock(found, 4)):
            continue
        begin, end = _range(found)
        return _cut(text, found), replace(span, begin=begin, end=end)
    for found in ONE_CLOCK.finditer(text):
        if hours or _is_clock(found, 1):
            return _cut(text, found), replace(span, begin=_clock(found[1], found[2], found[3]))
    return text, span


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _is_clock(found: re.Match[str], group: int) -> bool:
    return bool(found[group + 1] or found[group + 2])


def _range(found: re.Match[str]) -> tuple[time, time]:
    """Read both ends; of `1-2pm` the first is as the last, unless it would come after it."""
    first, last = _half(found[3]), _half(found[6])
    if last and not first and int(found[1]) <= 12:
        is_before = (int(found[1]) % 12, found[2] or "") <= (int(found[4]) % 12, found[5] or "")
        first = last if is_before else "a"
    if first and not last and int(found[4]) <= 12:
        is_after = int(found[4]) % 12 > int(found[1]) % 12
        last = first if is_after else "p"
    begin, end = _clock(found[1], found[2], first), _clock(found[4], found[5], last)
    if end <= begin and not last and end.hour < 12 <= begin.hour:  # 12:00-1:00
        later = end.replace(hour=end.hour + 12)
        end = later if later > begin and found[4][0] != "0" else end
    return begin, end


def _half(mark: str | None) -> str:
    return mark[0] if mark and mark[0] in "ap" else ""


def _clock(hour: str, minute: str | None, half: str | None) -> time:
    number, half = int(hour), _half(half)
    if half:
        if not 1 <= number <= 12:
            raise ValueError(hour)
        number = number % 12 + (12 if half == "p" else 0)
    return time(number, int(minute or 0))


def _with_words(text: str, span: Span, year: int | None) -> Span:
    """Read a day whose month is a word, or a first and a last such day; raises ValueError."""
    found = DAYS.search(text)
    if found is None:
        return replace(span, day=_worded(text, year))
    left, right = text[: found.end()].strip(" -/&"), text[found.end() :]
    left = re.sub(r"\s*(?:to|until|and)$", "", left)
    try:
        last = _worded(right, year)
    except ValueError:  # Feb 17-18, 2020: the month stands before both
        last, left = _worded(text[: found.start()] + right, year), found[1]
    first = left if re.search(r"[a-z]{3}", left) else f"{last:%B} {found[1]}"
    return replace(span, day=_worded(f"{first} {last.year}", None), last_day=last)


def _worded(text: str, year: int | None) -> date:
    if not re.search(r"[a-z]{3}", text) or len(text) > 40:
        raise ValueError(text)
    first, second = (parser.parse(text, default=datetime(y, m, d)).date()  # noqa: DTZ001 (a day)
                     for y, m, d in ((1996, 1, 1), (2000, 3, 2)))  # fmt: skip
    if (first.month, first.day) != (second.month, second.day):
        raise ValueError(text)
    if first.year != second.year:
        if year is None:
            raise ValueError(text)
        first = first.replace(year=year)
    return _counted(first)


def _with_weekday(span: Span, named: str) -> Span:
    if span.day is None or WEEKDAYS[span.day.weekday()].startswith(named):
        return span
    said = f"is read as {span.day}, which is a {WEEKDAYS[span.day.weekday()].title()}"
    return replace(span, doubts=(*span.doubts, said))

"""When a talk takes place, from the wall-clock times in its frontmatter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from companion.talks.phase import Schedule
from companion.talks.source_file import InvalidField, SourceFile

Warn = Callable[[str, str], None]
DATE = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ]\s*(\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?(?:\d{2})?)?)?"
)
TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")
ONE_DAY = timedelta(days=1)
LENGTH_WHEN_UNSAID = timedelta(hours=1)


def read_schedule(source: SourceFile, default_zone: str, warn: Warn) -> Schedule:
    """Work out the talk's span; raises InvalidField when it cannot be meant as written."""
    zone = _zone(source, default_zone)
    day, time_in_date = _day(source, "date", zone)
    last_day = _day(source, "end-date", zone)[0] if source.text("end-date") else day
    if last_day < day:
        raise InvalidField("end-date", "`end-date` is before `date`")
    begin = _clock(source, "from") or time_in_date
    if begin is None:
        return _all_day(source, day, last_day, zone)
    starts = _instant(datetime.combine(day, begin), zone, "from", warn)
    end = _clock(source, "to")
    if end is None:
        first_day_end = starts + LENGTH_WHEN_UNSAID
        return Schedule(starts, first_day_end + (last_day - day), zone, all_day=False)
    ends = _instant(datetime.combine(last_day, end), zone, "to", warn)
    if ends <= starts:
        raise InvalidField(
            "to",
            f"`to: {end:%H:%M}` is not after `from: {begin:%H:%M}`; "
            "a talk that runs past midnight needs `end-date`",
        )
    return Schedule(starts, ends, zone, all_day=False)


def _all_day(source: SourceFile, day: date, last_day: date, zone: ZoneInfo) -> Schedule:
    if source.text("to"):
        raise InvalidField("to", '`to` without `from`; add the start, as in `from: "12:00"`')
    midnight = datetime.combine(day, time(), zone)
    next_midnight = datetime.combine(last_day + ONE_DAY, time(), zone)
    return Schedule(midnight.astimezone(UTC), next_midnight.astimezone(UTC), zone, all_day=True)


def _zone(source: SourceFile, default_zone: str) -> ZoneInfo:
    name = source.text("timezone") or default_zone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f"unknown timezone {name!r}; use a name such as Europe/London"
        raise InvalidField("timezone", message) from None


def _day(source: SourceFile, key: str, zone: ZoneInfo) -> tuple[date, time | None]:
    text = source.text(key)
    if not text:
        raise InvalidField(key, f"no `{key}`; add one, as in `{key}: 2025-01-31`")
    found = DATE.fullmatch(text)
    try:
        if found:
            return _moment(found, zone)
    except (ValueError, OverflowError):
        pass
    raise InvalidField(
        key, f"`{key}: {text[:40]}` is not a date; write it as in `{key}: 2025-01-31`"
    )


def _moment(found: re.Match[str], zone: ZoneInfo) -> tuple[date, time | None]:
    day = date.fromisoformat(found[1])
    if not date(1970, 1, 2) <= day <= date(9990, 1, 1):
        raise ValueError(day)
    if not found[2]:
        return day, None
    clock = time.fromisoformat(found[2].zfill(5))
    if found[3]:
        moment = datetime.fromisoformat(f"{day}T{clock:%H:%M}{found[3]}").astimezone(zone)
        day, clock = moment.date(), moment.time()
    return day, clock if clock != time() else None


def _clock(source: SourceFile, key: str) -> time | None:
    text = source.text(key)
    if not text:
        return None
    found = TIME.fullmatch(text)
    if found and source.fields[key].tag == "int":
        number = int(found[1]) * 60 + int(found[2])
        message = f'`{key}: {text}` must be quoted, for YAML reads {number}: `{key}: "{text}"`'
        raise InvalidField(key, message)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        message = f'`{key}: {text[:40]}` is not a time; write it as in `{key}: "12:30"`'
        raise InvalidField(key, message)
    return time(int(found[1]), int(found[2]))


def _instant(local: datetime, zone: ZoneInfo, key: str, warn: Warn) -> datetime:
    first = local.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) != local:
        message = f"{local:%H:%M on %Y-%m-%d} does not exist in {zone.key}: the clocks go forward"
        raise InvalidField(key, message + "; choose another time")
    if first != local.replace(tzinfo=zone, fold=1).astimezone(UTC):
        warn(key, f"{local:%H:%M on %Y-%m-%d} happens twice in {zone.key}; the first is taken")
    return first

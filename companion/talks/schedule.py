"""When a talk takes place, from whatever its page says of it; what is guessed is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from companion.talks.facts import KEYS, Facts, words
from companion.talks.header import Field, Tree, plain_key
from companion.talks.moments import Span, day_of, read_length, read_span, read_zone
from companion.talks.phase import Schedule

Warn = Callable[[str, str], None]
ONE_DAY = timedelta(days=1)
LENGTH_WHEN_UNSAID = timedelta(hours=1)
IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2}-\d{2}-\d{2})(?!\d)")
YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
ROLES = ("begin", "end", "day", "last day", "zone", "length")
TRUE = ("true", "yes", "on", "1")


class NoDateError(Exception):
    """Neither the page nor its name says on which day the talk is."""

    def __init__(self, key: str, message: str) -> None:
        """Name the key that should have said so, and what would be right."""
        super().__init__(message)
        self.key = key
        self.message = message


@dataclass(frozen=True)
class Said:
    """One text that says when: what it is about, the field it stands in, and what it says."""

    role: str
    field: Field
    span: Span


def read_schedule(facts: Facts, path: Path, default_zone: str, warn: Warn) -> Schedule:
    """Work out the talk's span; raises NoDateError when no day can be made out."""
    return _Reader(facts, path, warn).schedule(default_zone)


class _Reader:
    def __init__(self, facts: Facts, path: Path, warn: Warn) -> None:
        self.facts = facts
        self.path = path
        self.warn = warn
        names = (path.stem, *path.parts[-2:-5:-1])
        named = next(filter(None, map(YEAR_IN_NAME.search, names)), None)
        self.year = int(named[1]) if named else None
        self.zone = ZoneInfo("UTC")
        self.said: dict[str, list[Said]] = {role: [] for role in ROLES}
        self.length: timedelta | None = None
        self.inner_zone = ""

    def schedule(self, default_zone: str) -> Schedule:
        for role in ("begin", "end", "day", "last day"):
            for field in self.facts.fields(role):
                self._collect(role, field.value, field)
        self.zone = self._zone(default_zone)
        day_said = self._day_said()
        begin_said = self._begin_said(day_said)
        first = self._first_day(day_said, begin_said)
        start = self._begin(first, begin_said)
        last = self._last_day(first, day_said, begin_said)
        if start is None or self._is_all_day():
            return self._all_day(first, last)
        if begin_said and self._is_midnight_here(start, begin_said):
            local = start.astimezone(self.zone).date()
            return self._all_day(local, max(local, last))
        return self._timed(start, last, begin_said)

    def _collect(self, role: str, value: Tree, field: Field) -> None:
        """Note what a field says, whatever the shape of its value."""
        if isinstance(value, str):
            self._note(role, value, field)
        elif isinstance(value, list):
            texts = [item for item in value if isinstance(item, str)]
            if len(texts) == len(value) > 1:
                ends = ("day", "last day") if role == "day" else ("begin", "end")
                self._note(ends[0], texts[0], field)
                self._note(ends[1], texts[-1], field)
                return
            if len(value) > 1:
                self.warn(field.key, f"only the first of the {len(value)} times is read")
            if value:
                self._collect(role, value[0], field)
        else:
            self._collect_map(value, field)

    def _collect_map(self, value: dict[str, Tree], field: Field) -> None:
        for key, inner in value.items():
            role = next((role for role in ROLES if plain_key(key) in KEYS[role]), "")
            if role == "length":
                self.length = read_length(words(inner))
            elif role == "zone":
                self.inner_zone = words(inner)
            elif role and inner:
                self._collect(role, inner, field)
        self.facts.took("when", field)

    def _note(self, role: str, text: str, field: Field) -> None:
        span = read_span(text, hours=role in ("begin", "end"), year=self.year) if text else None
        if span is None:
            if text:
                what = "time" if role in ("begin", "end") else "date"
                right = '"12:30"' if what == "time" else "2025-01-31"
                self.warn(
                    field.key,
                    f"`{field.key}: {text[:40]}` is not a {what}, so it is left out; "
                    f"write it as in `{field.key}: {right}`",
                )
                self.facts.took("when, not read", field)
            return
        for doubt in span.doubts:
            self.warn(field.key, f"`{field.key}: {text[:40]}` {doubt}")
        self.said[role].append(Said(role, field, span))
        self.facts.took("when", field)

    def _zone(self, default: str) -> ZoneInfo:
        field = self.facts.first("zone")
        for key, name in (
            (field.key, words(field.value)) if field else ("", ""),
            ("time", self.inner_zone),
        ):
            found = read_zone(name) if name else None
            if found and found[1]:
                self.warn(key, f"`{key}: {name[:40]}` {found[1]}; write that instead")
            if found:
                return found[0]
            if name:
                self.warn(
                    key,
                    f"unknown timezone {name[:40]!r}, so {default} is taken; "
                    "use a name such as Europe/London",
                )
        spans = [item for role in ("begin", "day") for item in self.said[role]]
        named = next((s for s in spans if isinstance(s.span.zone, ZoneInfo)), None)
        if named and isinstance(named.span.zone, ZoneInfo) and named.span.zone.key != "UTC":
            self.warn(named.field.key, f"`{named.field.key}` is read in {named.span.zone.key}")
            return named.span.zone
        return ZoneInfo(default)

    def _day_said(self) -> Said | None:
        return next((item for item in self.said["day"] if item.span.day), None)

    def _begin_said(self, day_said: Said | None) -> Said | None:
        """Return what says the hour at which it begins; one with a day of its own comes first."""
        begins = [item for item in self.said["begin"] if item.span.begin]
        whole = [item for item in begins if item.span.day]
        if whole or begins:
            return (whole or begins)[0]
        timed = [item for item in self.said["day"] if item.span.begin]
        return day_said if day_said in timed else (timed[0] if timed else None)

    def _first_day(self, day_said: Said | None, begin_said: Said | None) -> date:
        starts = begin_said if begin_said and begin_said.span.day else None
        starts = starts or next((item for item in self.said["begin"] if item.span.day), None)
        chosen = starts or day_said
        if chosen is None or chosen.span.day is None:
            return self._named_day()
        for other in (*self.said["begin"], *self.said["day"]):
            day = other.span.day
            if day and day != chosen.span.day and other.field is not chosen.field:
                self.warn(
                    other.field.key,
                    f"`{other.field.key}` says {day}, but the talk is read to be on "
                    f"{chosen.span.day} from `{chosen.field.key}`",
                )
        return chosen.span.day

    def _named_day(self) -> date:
        """Return the day that the file's name says; raises NoDateError.

        At a name's beginning it is meant, as Jekyll does; elsewhere it is a guess.
        """
        found = IN_NAME.search(self.path.stem) or IN_NAME.search(self.path.parent.name)
        if found:
            try:
                day = day_of(found[1])
            except ValueError:
                pass
            else:
                if not self.path.stem.startswith(day.isoformat()):
                    self.warn("", f"no date in the page, so that of its name is taken: {day}")
                return day
        given = next(self.facts.fields("day"), None)
        if given is None:
            raise NoDateError("date", "no `date`; add one, as in `date: 2025-01-31`")
        text = words(given.value)[:40]
        right = f"write it as in `{given.key}: 2025-01-31`"
        raise NoDateError(given.key, f"`{given.key}: {text}` is not a date; {right}")

    def _begin(self, first: date, said: Said | None) -> datetime | None:
        """Return when it begins; midnight beside a day says nothing but the day."""
        if said is None or said.span.begin is None:
            return None
        is_midnight = said.span.begin == time() and said.span.day
        if is_midnight and not self._ends_at_an_hour(said):
            return None
        return self._instant(first, said.span.begin, said.span.zone, said.field.key)

    def _is_midnight_here(self, start: datetime, said: Said) -> bool:
        """Whether an offset hides that a day is meant: `2025-07-01T23:00:00Z` in London."""
        is_midnight = start.astimezone(self.zone).time() == time()
        return (
            bool(said.span.zone and said.span.day)
            and is_midnight
            and not self._ends_at_an_hour(said)
        )

    def _ends_at_an_hour(self, said: Said) -> bool:
        ends = [item.span.begin for role in ("end", "last day") for item in self.said[role]]
        return any(end and end != time() for end in (said.span.end, *ends))

    def _is_all_day(self) -> bool:
        field = self.facts.first("all day")
        return bool(field) and words(field.value).lower() in TRUE if field else False

    def _last_day(self, first: date, day_said: Said | None, begin_said: Said | None) -> date:
        said = [*self.said["last day"], *(item for item in self.said["end"] if item.span.day)]
        own = [item for item in (begin_said, day_said) if item and item.span.last_day]
        days = [(item, item.span.day) for item in said]
        days += [(item, item.span.last_day) for item in own]
        for item, day in days:
            if day and day >= first:
                return day
            if day:
                self.warn(item.field.key, f"`{item.field.key}` is before `date`, so it is left out")
        return first

    def _all_day(self, first: date, last: date) -> Schedule:
        for item in self.said["end"]:
            if item.span.begin and item.span.begin != time() and not self._is_all_day():
                key = item.field.key
                message = f'`{key}` without `from`; add the start, as in `from: "12:00"`'
                self.warn(key, message)
        midnight = datetime.combine(first, time(), self.zone)
        next_midnight = datetime.combine(last + ONE_DAY, time(), self.zone)
        return Schedule(
            midnight.astimezone(UTC), next_midnight.astimezone(UTC), self.zone, all_day=True
        )

    def _timed(self, starts: datetime, last: date, begin_said: Said | None) -> Schedule:
        ends = self._end(starts, last, begin_said)
        return Schedule(starts, ends, self.zone, all_day=False)

    def _end(self, starts: datetime, last: date, begin_said: Said | None) -> datetime:
        """Return when it ends: as said, after its length, or an hour later by the clock."""
        for item, clock, zone in self._ends(begin_said):
            day = item.span.day if item is not begin_said and item.span.day else last
            moment = self._instant(day, clock, zone, item.field.key)
            if moment > starts:
                return moment
            key = item.field.key
            self.warn(
                key,
                f"`{key}: {clock:%H:%M}` is not after {starts.astimezone(self.zone):%H:%M}, so it "
                "is left out; a talk that runs past midnight needs `end-date`",
            )
        begun = starts.astimezone(self.zone)
        wall = (begun + self._length()).replace(tzinfo=None)
        day = max(wall.date(), last + (wall.date() - begun.date()))
        return wall.replace(
            year=day.year, month=day.month, day=day.day, tzinfo=self.zone
        ).astimezone(UTC)

    def _ends(self, begin_said: Said | None) -> Iterator[tuple[Said, time, tzinfo | None]]:
        for item in (*self.said["end"], *self.said["last day"]):
            if item.span.begin and not (item.role == "last day" and item.span.begin == time()):
                yield item, item.span.begin, item.span.zone
        if begin_said and begin_said.span.end:
            yield begin_said, begin_said.span.end, begin_said.span.zone

    def _length(self) -> timedelta:
        field = self.facts.first("length")
        said = read_length(words(field.value)) if field else self.length
        if field and said is None:
            text = f"`{field.key}: {words(field.value)[:40]}`"
            self.warn(field.key, f"{text} is no length, so it is left out; write minutes, as in 60")
        return said or LENGTH_WHEN_UNSAID

    def _instant(self, day: date, clock: time, zone: tzinfo | None, key: str) -> datetime:
        zone = zone or self.zone
        local = datetime.combine(day, clock)
        first = local.replace(tzinfo=zone).astimezone(UTC)
        if first.astimezone(zone).replace(tzinfo=None) != local:
            moved = first.astimezone(zone)
            self.warn(
                key,
                f"{local:%H:%M on %Y-%m-%d} does not exist in {zone}: the clocks go forward; "
                f"{moved:%H:%M} is taken",
            )
        elif first != local.replace(tzinfo=zone, fold=1).astimezone(UTC):
            self.warn(key, f"{local:%H:%M on %Y-%m-%d} happens twice in {zone}; the first is taken")
        return first

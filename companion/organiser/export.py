"""One table of what was asked on all talks of a time: each talk's own columns, and which talk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.exports.csv import write_rows as write_delimited
from companion.exports.dataset import Choice, TalkRecord, records
from companion.exports.fields import FIELDS, Value, row
from companion.messages import gettext
from companion.talks import TalkPage

TABLES = ("csv", "xlsx")
ABOUT = ("talk", "title", "date")
NAMES = (*ABOUT, *FIELDS)


@dataclass(frozen=True)
class Days:
    """The days that somebody asks for, both included; None is without an end."""

    first: date | None
    last: date | None

    def holds(self, page: TalkPage) -> bool:
        """Whether a talk begins within, by the clock where it is."""
        day = page.starts.astimezone(page.zone).date()
        return (not self.first or self.first <= day) and (not self.last or day <= self.last)

    def file(self, extension: str) -> str:
        """Return what the file is called."""
        ends = [f"{word}-{day}" for word, day in (("from", self.first), ("to", self.last)) if day]
        return "-".join(("questions", *ends)) + f".{extension}"


def read_days(first: str, last: str) -> Days:
    """Return the days that were typed; raises Refused."""
    days = Days(_day(gettext("From"), first), _day(gettext("To"), last))
    if days.first and days.last and days.first > days.last:
        words = {"first": days.first, "last": days.last}
        raise Refused(gettext("%(first)s is later than %(last)s: swap the two days.", **words))
    return days


def _day(which: str, typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused(
            gettext(
                "“%(which)s” takes a day such as 2025-01-31, not “%(typed)s”. Write it so.",
                which=which,
                typed=typed[:20],
            )
        ) from None


@dataclass(frozen=True)
class SeriesExport:
    """What to export: several talks by the addresses of their pages, what of them, and as what."""

    pages: Mapping[str, TalkPage]
    choice: Choice
    format: str
    title: str
    database_url: str
    now: datetime

    def write(self, session: Session, out: BinaryIO) -> None:
        """Write all talks' Q&A as one table."""
        rows = list(_rows(records(session, self.pages, self.choice, self.now)))
        session.close()
        if self.format == "csv":
            write_delimited(NAMES, rows, out)
        else:
            # It is large, and no server ever needs it: this is run elsewhere.
            from companion.exports.xlsx import write_rows

            write_rows(self.title, NAMES, rows, self.now, out)


def _rows(found: Iterable[TalkRecord]) -> Iterator[dict[str, Value]]:
    for record in found:
        about = (record.slug, record.title, record.starts.date().isoformat())
        for entry in record.entries:
            yield {**dict(zip(ABOUT, about, strict=True)), **row(entry)}

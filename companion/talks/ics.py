"""Talks as an iCalendar file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from companion.talks.page import TalkPage
from companion.talks.urls import host_of

if TYPE_CHECKING:
    from icalendar import Event

ONE_YEAR = timedelta(days=366)


def calendar(
    pages: Iterable[TalkPage], *, page_url: Callable[[TalkPage], str], name: str, now: datetime
) -> bytes:
    """Write the talks as one calendar, in their own time zones."""
    from icalendar import Calendar, Event  # 60 ms that a start can do without

    written = Calendar()
    written.add("prodid", "-//Companion//talks//EN")
    written.add("version", "2.0")
    written.add("x-wr-calname", name)
    listed = list(pages)
    for page in listed:
        written.add_component(_filled(Event(), page, page_url(page), now))
    if listed:
        first = min(page.starts for page in listed).date() - ONE_YEAR
        last = max(page.planned.ends for page in listed).date() + ONE_YEAR
        written.add_missing_timezones(first, last)
    return bytes(written.to_ical())


def _filled(event: Event, page: TalkPage, url: str, now: datetime) -> Event:
    event.add("uid", f"{page.slug}@{host_of(url) or 'companion'}")
    event.add("dtstamp", now.astimezone(UTC))
    _add_times(event, page)
    event.add("summary", page.title)
    event.add("url", url)
    place = page.meeting.url if page.meeting else page.location
    if place:
        event.add("location", place)
    event.add("description", _description(page, url))
    return event


def _add_times(event: Event, page: TalkPage) -> None:
    starts, ends = page.starts.astimezone(page.zone), page.planned.ends.astimezone(page.zone)
    if page.all_day:
        # The end is the midnight after the last day, or a little later where clocks skip it.
        event.add("dtstart", starts.date())
        event.add("dtend", (ends - timedelta(hours=2)).date() + timedelta(days=1))
        return
    event.add("dtstart", starts)
    event.add("dtend", ends)


def _description(page: TalkPage, url: str) -> str:
    speaker = ", ".join(filter(None, (page.speaker, page.institute)))
    joining = f"Join: {page.meeting.url}" if page.meeting else ""
    where = page.location if page.meeting else ""
    return "\n\n".join(filter(None, (speaker, page.summary, where, joining, f"Questions: {url}")))

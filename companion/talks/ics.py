"""Talks as an iCalendar file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from companion.talks.called_off import CalledOff
from companion.talks.page import TalkPage

if TYPE_CHECKING:
    from icalendar import Event

STATUS = {
    CalledOff.NO: "CONFIRMED",
    CalledOff.MOVED: "CONFIRMED",
    CalledOff.POSTPONED: "TENTATIVE",
    CalledOff.CANCELLED: "CANCELLED",
}


def calendar(
    pages: Iterable[TalkPage],
    *,
    page_url: Callable[[TalkPage], str],
    series: str,
    now: datetime,
    name: str = "",
) -> bytes:
    """Write the talks as one calendar, named after the series unless it has a name.

    Times are in UTC: every client reads them alike, which is not so of the rules of zones.
    """
    from icalendar import Calendar, Event  # 60 ms that a start can do without

    written = Calendar()
    written.add("prodid", "-//Companion//talks//EN")
    written.add("version", "2.0")
    written.add("x-wr-calname", name or series)
    for page in pages:
        event = _filled(Event(), page, page_url(page), now)
        event.add("uid", f"{uuid5(NAMESPACE_URL, f'{series}/{page.slug}')}@companion")
        written.add_component(event)
    return bytes(written.to_ical())


def _filled(event: Event, page: TalkPage, url: str, now: datetime) -> Event:
    event.add("status", STATUS[page.called_off])
    event.add("dtstamp", now.astimezone(UTC))
    _add_times(event, page)
    event.add("summary", page.title)
    event.add("url", url)
    meeting = _meeting(page)
    place = page.location or meeting
    if place:
        event.add("location", place)
    if meeting:
        event.add("conference", meeting, parameters={"value": "URI"})
    event.add("description", _description(page, url))
    return event


def _add_times(event: Event, page: TalkPage) -> None:
    if page.all_day:
        event.add("dtstart", page.starts.astimezone(page.zone).date())
        event.add("dtend", page.last_day + timedelta(days=1))
        return
    event.add("dtstart", page.starts)
    event.add("dtend", page.planned.ends)


def _meeting(page: TalkPage) -> str:
    """Return where to join, unless the talk does not take place."""
    return page.meeting.url if page.meeting and page.takes_place else ""


def _description(page: TalkPage, url: str) -> str:
    speaker = ", ".join(filter(None, (page.speaker, page.institute)))
    verb = "Register" if page.meeting and page.meeting.registers else "Join"
    joining = f"{verb}: {_meeting(page)}" if _meeting(page) else ""
    return "\n\n".join(filter(None, (speaker, page.summary, joining, f"Questions: {url}")))

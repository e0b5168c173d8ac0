"""A talk as its page tells it: who, when and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from companion.messages import gettext
from companion.settings import Settings
from companion.talks.called_off import CalledOff
from companion.talks.embeds import Recording
from companion.talks.meeting_links import MeetingLink
from companion.talks.phase import Schedule
from companion.talks.polls import PreparedPoll
from companion.talks.rehearsal import is_rehearsal

Called = Callable[[date], str]  # what a day is called


@dataclass(frozen=True)
class PageOptions:
    """How every page of a programme is read."""

    timezone: str = "Europe/London"
    site_url: str = ""
    embed_hosts: tuple[str, ...] = ()
    board_url: str = "/talks/{slug}#board"
    fields: tuple[tuple[str, str], ...] = ()
    wall_url: str = "/talks/{slug}/wall"

    @classmethod
    def of(cls, settings: Settings) -> PageOptions:
        """Read them as the settings say."""
        board_url = f"{settings.path}{cls.board_url}"
        return cls(
            settings.timezone,
            settings.site_url,
            settings.embed_hosts,
            board_url,
            settings.fields,
            f"{settings.path}{cls.wall_url}",
        )


@dataclass(frozen=True)
class ReadFrom:
    """A fact and the keys it was read from, each with its line."""

    fact: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class TalkPage:
    """One talk's file, read and rendered; ``html`` is sanitised, and so is ``qa_html``.

    ``qa_html`` is the Q&A that has been published into the file, which the board shows already
    unless it has never heard of it.
    ``board`` says whether there is a board at all; ``board_state`` is "" where it follows the
    phase, or else the state that the file sets by hand: "open", "votes" or "closed".
    ``speakers`` are those whom ``speaker`` names, one by one.
    ``planned`` are the file's times: what has become of them is known to the talk's state alone.
    """

    slug: str
    path: Path
    title: str
    speaker: str
    institute: str
    location: str
    category: str
    tags: tuple[str, ...]
    image: str
    slides_url: str
    planned: Schedule
    published: bool
    moderated: bool | None
    board: bool
    board_state: str
    meeting: MeetingLink | None
    recording: Recording | None
    html: str
    summary: str
    frame_hosts: tuple[str, ...]
    redirects: tuple[str, ...]
    qa_html: str = ""
    called_off: CalledOff = CalledOff.NO
    speakers: tuple[str, ...] = ()
    read_from: tuple[ReadFrom, ...] = ()
    polls: tuple[PreparedPoll, ...] = ()
    rating: bool | None = None
    pulse: bool | None = None

    @property
    def starts(self) -> datetime:
        """Return when the talk starts, which nobody moves while it runs."""
        return self.planned.starts

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone its organisers live in."""
        return self.planned.zone

    @property
    def all_day(self) -> bool:
        """Whether it has no hours, only days."""
        return self.planned.all_day

    @property
    def last_day(self) -> date:
        """Return the day on which it ends; an all-day talk ends with the next day's midnight.

        Where clocks skip midnight, that is a little later.
        """
        ends = self.planned.ends.astimezone(self.zone)
        return (ends - timedelta(hours=2)).date() if self.all_day else ends.date()

    @property
    def is_rehearsal(self) -> bool:
        """Whether it is tried out only, and nothing of it is kept."""
        return is_rehearsal(self.slug)

    @property
    def takes_place(self) -> bool:
        """Whether it is neither cancelled nor postponed."""
        return self.called_off not in (CalledOff.CANCELLED, CalledOff.POSTPONED)


def in_english(day: date) -> str:
    """Return a day as it is called in English."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def when(page: TalkPage, called: Called = in_english) -> str:
    """Return a talk's days and planned times where it is: "5 March 2026, 12:00–13:00 (London)"."""
    starts, ends = (at.astimezone(page.zone) for at in (page.starts, page.planned.ends))
    first, last = called(starts.date()), called(page.last_day)
    place = page.zone.key.rpartition("/")[2].replace("_", " ")
    times = {"start": f"{starts:%H:%M}", "end": f"{ends:%H:%M}", "place": place}
    if page.all_day:
        return first if first == last else gettext("%(first)s to %(last)s", first=first, last=last)
    if first == last:
        return gettext("%(day)s, %(start)s–%(end)s (%(place)s)", day=first, **times)
    return gettext(
        "%(first)s, %(start)s, to %(last)s, %(end)s (%(place)s)", first=first, last=last, **times
    )

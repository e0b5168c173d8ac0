"""A talk as its page tells it: who, when, where, and which phase it is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from companion.talks.embeds import Recording
from companion.talks.links import Link


class Phase(StrEnum):
    """Where a talk stands by the clock."""

    UPCOMING = "upcoming"
    DOORS = "doors"
    TALK = "talk"
    QA = "qa"
    OVER = "over"


@dataclass(frozen=True)
class PageOptions:
    """How every page of a programme is read."""

    timezone: str = "Europe/London"
    site_url: str = ""
    embed_hosts: tuple[str, ...] = ()
    board_url: str = "/talks/{slug}#board"


@dataclass(frozen=True)
class TalkPage:
    """One talk's file, read and rendered; ``html`` is sanitised, and so is ``qa_html``.

    ``qa_html`` is the Q&A that has been published into the file, which the board shows already
    unless it has never heard of it.
    ``board`` says whether there is a board at all; ``board_state`` is "" where it follows the
    phase, or else the state that the file sets by hand: "open", "votes" or "closed". ``qa_began``
    is when the questions' part began if that was not by the clock.
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
    starts: datetime
    ends: datetime
    zone: ZoneInfo
    all_day: bool
    doors_minutes: int
    qa_minutes: int
    published: bool
    moderated: bool | None
    board: bool
    board_state: str
    meeting: Link | None
    recording: Recording | None
    html: str
    summary: str
    frame_hosts: tuple[str, ...]
    redirects: tuple[str, ...]
    qa_began: datetime | None = None
    qa_html: str = ""

    def doors_at(self) -> datetime:
        """Return when joining opens; an all-day talk has no doors of its own."""
        return self.starts - timedelta(minutes=0 if self.all_day else self.doors_minutes)

    def qa_at(self) -> datetime:
        """Return when the questions' part begins, never before the talk itself."""
        if self.qa_began:
            return max(self.starts, self.qa_began)
        minutes = 0 if self.all_day else self.qa_minutes
        return max(self.starts, self.ends - timedelta(minutes=minutes))

    def phase(self, now: datetime) -> Phase:
        """Return the phase at a moment; the end itself is over."""
        begun = [phase for moment, phase in self._changes() if moment <= now]
        return begun[-1] if begun else Phase.UPCOMING

    def next_change(self, now: datetime) -> datetime | None:
        """Return when the phase changes next, or None when it is over."""
        return next((moment for moment, _ in self._changes() if moment > now), None)

    def _changes(self) -> tuple[tuple[datetime, Phase], ...]:
        return (
            (self.doors_at(), Phase.DOORS),
            (self.starts, Phase.TALK),
            (self.qa_at(), Phase.QA),
            (self.ends, Phase.OVER),
        )

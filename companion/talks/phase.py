"""The phases of a talk, and the times at which they change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Phase(StrEnum):
    """Where a talk stands by the clock."""

    UPCOMING = "upcoming"
    DOORS = "doors"
    TALK = "talk"
    QA = "qa"
    OVER = "over"


@dataclass(frozen=True)
class Schedule:
    """When a talk takes place, in UTC, and the zone its organisers live in.

    ``qa_began`` is when the questions' part began if that was not by the clock.
    """

    starts: datetime
    ends: datetime
    zone: ZoneInfo
    all_day: bool
    doors_minutes: int = 15
    qa_minutes: int = 15
    qa_began: datetime | None = None

    @property
    def doors_at(self) -> datetime:
        """Return when joining opens; an all-day talk has no doors of its own."""
        return self.starts - timedelta(minutes=0 if self.all_day else self.doors_minutes)

    @property
    def qa_at(self) -> datetime:
        """Return when the questions' part begins, never before the talk itself."""
        if self.qa_began:
            return max(self.starts, self.qa_began)
        minutes = 0 if self.all_day else self.qa_minutes
        return max(self.starts, self.ends - timedelta(minutes=minutes))

    def phase(self, now: datetime) -> Phase:
        """Return the phase at a moment; the end itself is over."""
        changes = (
            (self.doors_at, Phase.DOORS),
            (self.starts, Phase.TALK),
            (self.qa_at, Phase.QA),
            (self.ends, Phase.OVER),
        )
        begun = [phase for moment, phase in changes if moment <= now]
        return begun[-1] if begun else Phase.UPCOMING

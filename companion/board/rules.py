"""What holds on a talk's board: its page and the clock decide, until somebody at the desk does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from companion.store.models import Talk
from companion.talks.page import Phase, TalkPage


class BoardState(StrEnum):
    """What attendees may do on a board."""

    OPEN = "open"
    VOTES = "votes"
    CLOSED = "closed"


@dataclass(frozen=True)
class House:
    """What holds on a talk's board right now.

    ``flood`` is how many questions in a short time begin slow mode; 0 means that none do.
    """

    slug: str
    state: BoardState
    moderated: bool
    now: datetime
    page: TalkPage | None = None
    flood: int = 0
    needs_name: bool = False
    slow: bool = False

    def under(self, talk: Talk | None) -> House:
        """Return what holds once the desk's decisions are taken into account."""
        if talk is None:
            return self
        state = board_state(scheduled(self.page, talk), self.now) if self.page else self.state
        return replace(
            self,
            state=BoardState(talk.board) if talk.board else state,
            moderated=self.moderated if talk.approve_first is None else talk.approve_first,
            needs_name=talk.names,
            slow=talk.slow_until is not None and talk.slow_until > self.now,
        )


def house(page: TalkPage, now: datetime, *, moderated: bool, flood: int = 0) -> House:
    """Return what holds by the page alone: it decides, else ``moderated``."""
    kept = moderated if page.moderated is None else page.moderated
    return House(page.slug, board_state(page, now), kept, now, page, flood)


def board_state(page: TalkPage, now: datetime) -> BoardState:
    """Return what attendees may do: as the page says, else open until the talk is over."""
    if page.board_state:
        return BoardState(page.board_state)
    return BoardState.CLOSED if page.phase(now) is Phase.OVER else BoardState.OPEN


def phase_of(house: House, talk: Talk | None) -> Phase | None:
    """Return a talk's phase as the desk has moved its times, None where no page says."""
    return scheduled(house.page, talk).phase(house.now) if house.page else None


def scheduled(page: TalkPage, talk: Talk | None) -> TalkPage:
    """Return the page with its times as the desk has moved them."""
    if talk is None or not is_moved(talk):
        return page
    ends = talk.ended_at or page.ends + timedelta(minutes=talk.extra_minutes)
    ends = max(ends, page.starts)
    return replace(page, ends=ends, qa_began=min(talk.qa_began_at or page.qa_at(), ends))


def is_moved(talk: Talk) -> bool:
    """Whether the desk has moved a talk's times."""
    return bool(talk.ended_at or talk.qa_began_at or talk.extra_minutes)

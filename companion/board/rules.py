"""What attendees may do on a board: its page and the clock decide, until the desk does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from companion.errors import Refused
from companion.messages import gettext
from companion.store.models import Talk
from companion.talks.page import TalkPage
from companion.talks.phase import Phase

SLOW_MINUTES = 2  # between two questions of one person
SLOW_GAP, SLOW_SPAN = timedelta(minutes=SLOW_MINUTES), timedelta(minutes=5)


class BoardState(StrEnum):
    """What attendees may do on a board."""

    OPEN = "open"
    VOTES = "votes"
    CLOSED = "closed"


@dataclass(frozen=True)
class BoardDefaults:
    """What holds on every board that does not say otherwise.

    ``flood`` is how many questions in a short time begin slow mode; 0 means that none do.
    ``signed_in_only`` says that nobody else asks and votes, ``rating`` that talks are rated, and
    ``pulse`` that people say how they follow.
    """

    moderated: bool = False
    flood: int = 0
    signed_in_only: bool = False
    rating: bool = True
    pulse: bool = False


@dataclass(frozen=True)
class BoardRules:
    """What holds on a board; ``scheduled`` is the state that would, had the desk said nothing."""

    state: BoardState
    scheduled: BoardState
    moderated: bool
    flood: int = 0
    requires_name: bool = False
    requires_code: bool = False
    slow_until: datetime | None = None
    rating: bool = True
    pulse: bool = False

    @property
    def slow(self) -> bool:
        """Whether each person may ask only now and then."""
        return self.slow_until is not None

    @classmethod
    def of_page(cls, page: TalkPage, phase: Phase, defaults: BoardDefaults) -> BoardRules:
        """Return what holds by the page: its own word, else open until the talk is over."""
        by_clock = BoardState.CLOSED if phase is Phase.OVER else BoardState.OPEN
        state = BoardState(page.board_state) if page.board_state else by_clock
        moderated = defaults.moderated if page.moderated is None else page.moderated
        rating = defaults.rating if page.rating is None else page.rating
        pulse = defaults.pulse if page.pulse is None else page.pulse
        return cls(state, state, moderated, defaults.flood, rating=rating, pulse=pulse)

    def with_overrides(self, row: Talk, now: datetime, ends: datetime) -> BoardRules:
        """Return what holds once the desk's decisions are taken into account.

        Slow mode ends with the talk; who begins it after that means it.
        """
        until = row.slow_until
        is_past = until is None or until - SLOW_SPAN <= ends <= now
        return replace(
            self,
            state=BoardState(row.board) if row.board else self.scheduled,
            moderated=self.moderated if row.approve_first is None else row.approve_first,
            requires_name=row.requires_name,
            requires_code=row.requires_code,
            pulse=self.pulse if row.pulse is None else row.pulse,
            slow_until=None if until is None or until <= now or is_past else until,
            rating=self.rating if row.rating is None else row.rating,
        )

    def refuse_unless_open(self) -> None:
        """Raise Refused, saying why, where nothing can be asked or changed."""
        if self.state is BoardState.VOTES:
            raise Refused(gettext("The board takes votes only now. Vote for what is there."))
        self.refuse_when_closed()

    def refuse_when_closed(self) -> None:
        """Raise Refused where not even votes are taken."""
        if self.state is BoardState.CLOSED:
            raise Refused(gettext("The board is closed. Read what was asked and answered."))

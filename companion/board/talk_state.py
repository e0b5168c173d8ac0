"""The talk as it is now: its page, what the desk has decided, and the clock, read together once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rows import TalkColumns, find_talk_row, lock_talk_row
from companion.board.rules import BoardDefaults, BoardRules
from companion.store.models import Talk
from companion.talks.page import TalkPage
from companion.talks.phase import Phase, Schedule


@dataclass(frozen=True)
class TalkState:
    """A talk at one moment, ``now``; ``row`` is None while nobody has written on it.

    Whatever shows or decides something takes this: the page alone knows neither the phase nor what
    the desk has said.
    """

    page: TalkPage
    row: Talk | None
    now: datetime
    schedule: Schedule
    phase: Phase
    rules: BoardRules

    @property
    def slug(self) -> str:
        """Return what the talk's address ends with."""
        return self.page.slug

    @property
    def revision(self) -> int:
        """Return the revision of its board, 0 while nobody has written on it."""
        return self.row.revision if self.row else 0

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.phase is Phase.OVER

    @property
    def version(self) -> tuple[object, ...]:
        """Return what tells whether a stranger still sees the same: all of this, to the minute.

        Every change of the board counts the row's revision up. The minute bounds for how long
        anybody would be shown what was changed by hand.
        """
        columns: tuple[str, ...] = TalkColumns._fields
        row = self.row and tuple(getattr(self.row, name) for name in columns)
        minute = self.now.replace(second=0, microsecond=0)
        return self.page, row, minute, self.schedule, self.phase, self.rules


@dataclass(frozen=True)
class LockedTalk(TalkState):
    """A talk whose row is locked until the change is over."""

    row: Talk


@dataclass(frozen=True)
class TalkLoader:
    """Reads a talk as it is at one moment."""

    page: TalkPage
    now: datetime
    defaults: BoardDefaults

    def load(self, session: Session) -> TalkState:
        """Return the talk as it is now, in one query."""
        return self.with_row(find_talk_row(session, self.page.slug))

    def lock(self, session: Session) -> LockedTalk:
        """Return the talk to write on; its row is made on first use."""
        return self.with_locked(lock_talk_row(session, self.page.slug))

    def with_row(self, row: Talk | None) -> TalkState:
        """Return the talk with a row that has been read already."""
        return TalkState(self.page, row, self.now, *self._decided(row))

    def with_locked(self, row: Talk) -> LockedTalk:
        """Return the talk with a row that has been locked already."""
        return LockedTalk(self.page, row, self.now, *self._decided(row))

    def _decided(self, row: Talk | None) -> tuple[Schedule, Phase, BoardRules]:
        """Return what the page and the desk have decided together."""
        schedule = effective_schedule(self.page.planned, row)
        phase = schedule.phase(self.now)
        rules = BoardRules.of_page(self.page, phase, self.defaults)
        if row is not None:
            rules = rules.with_overrides(row, self.now, schedule.ends)
        return schedule, phase, rules


def load_talks(session: Session, loaders: Iterable[TalkLoader]) -> list[TalkState]:
    """Return several talks as they are now, all in one query."""
    loaders = list(loaders)
    wanted = sa.select(Talk).where(Talk.slug.in_([loader.page.slug for loader in loaders]))
    rows = {row.slug: row for row in session.scalars(wanted)}
    return [loader.with_row(rows.get(loader.page.slug)) for loader in loaders]


def effective_schedule(planned: Schedule, row: Talk | None) -> Schedule:
    """Return a talk's times as the desk has moved them."""
    if row is None or not is_moved(row):
        return planned
    ends = row.ended_at or planned.ends + timedelta(minutes=row.extra_minutes)
    ends = max(ends, planned.starts)
    return replace(planned, ends=ends, qa_began=min(row.qa_began_at or planned.qa_at, ends))


def is_moved(row: Talk) -> bool:
    """Whether the desk has moved a talk's times."""
    return bool(row.ended_at or row.qa_began_at or row.extra_minutes)

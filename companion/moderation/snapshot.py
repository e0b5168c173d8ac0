"""A talk's questions, looked through once for whatever a view needs of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.questions import talk_named
from companion.board.rules import House
from companion.store.models import PUBLIC, Question, Status


class Table:
    """A talk's questions, looked through once."""

    def __init__(self, session: Session, house: House) -> None:
        """Read them all but those that their authors took back."""
        self.session = session
        self.talk = talk_named(session, house.slug)
        self.house = house.under(self.talk)
        kept = sa.select(Question).where(
            Question.talk_id == (self.talk.id if self.talk else 0),
            Question.status != Status.WITHDRAWN,
        )
        self.rows = {row.id: row for row in session.scalars(kept)}

    def of(self, *statuses: Status) -> list[Question]:
        """Return the questions that stand so."""
        return [row for row in self.rows.values() if row.status in statuses]

    def slot(self, name: str) -> Question | None:
        """Return what is now or next, by the name of its column."""
        id = getattr(self.talk, name) if self.talk else None
        row = self.rows.get(id) if id else None
        return row if row and row.status in PUBLIC else None

    def ranked(self) -> list[Question]:
        """Return what is open and neither now nor next, the most wanted first."""
        slots = (self.slot("now_id"), self.slot("next_id"))
        rows = [row for row in self.of(Status.OPEN) if row not in slots]
        return sorted(rows, key=lambda row: (not row.pinned, -row.votes, row.id))

    def upcoming(self, count: int) -> list[Question]:
        """Return what comes after Now."""
        following = self.slot("next_id")
        return [*([following] if following else []), *self.ranked()][:count]

    @property
    def revision(self) -> int:
        """Return the revision at which this was read."""
        return self.talk.revision if self.talk else 0

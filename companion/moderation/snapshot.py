"""A talk's questions, read once for whatever a view needs of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.counts import by_status
from companion.board.rows import WHOLE_QUESTION
from companion.board.talk_state import TalkState
from companion.store.models import PUBLIC, Kind, Mute, Question, Status

# What is open, as the database sorts it; `BoardSnapshot.ranked` does the same with what was read.
MOST_WANTED = Question.pinned.desc(), Question.votes.desc(), Question.id


class BoardSnapshot:
    """A talk's questions at one revision, and which of them are by somebody who is muted."""

    def __init__(
        self, session: Session, talk: TalkState, only: sa.ColumnElement[bool] | None = None
    ) -> None:
        """Read them all, or only some, in one query, but those that their authors took back."""
        self.session, self.talk = session, talk
        is_muted = sa.exists().where(
            Mute.talk_id == Question.talk_id, Mute.author == Question.author
        )
        kept = sa.select(*WHOLE_QUESTION, is_muted.label("is_muted")).where(
            Question.talk_id == (talk.row.id if talk.row else 0),
            Question.status != Status.WITHDRAWN,
            sa.true() if only is None else only,
        )
        # Through the connection: as objects, thousands take three times as long. They have all
        # columns of their table, and what a prompt asks; nobody looks at anything else.
        found: Any = session.connection().execute(kept).all()
        self.rows: dict[int, Question] = {row.id: row for row in found}
        self.muted = frozenset(row.id for row in found if row.is_muted)

    def of(self, *statuses: Status) -> list[Question]:
        """Return the questions that stand so."""
        return [row for row in self.rows.values() if row.status in statuses]

    def asked(self, status: Status) -> int:
        """Return how many questions stand so; comments count apart, as everywhere."""
        return sum(row.kind is Kind.QUESTION for row in self.of(status))

    def slot(self, name: str) -> Question | None:
        """Return what is now or next, by the name of its column."""
        id = getattr(self.talk.row, name) if self.talk.row else None
        row = self.rows.get(id) if id else None
        return row if row and row.status in PUBLIC else None

    def ranked(self) -> list[Question]:
        """Return what is open and neither now nor next, the most wanted first; no comments."""
        slots = (self.slot("now_id"), self.slot("next_id"))
        asked = [row for row in self.of(Status.OPEN) if row.kind is Kind.QUESTION]
        rows = [row for row in asked if row not in slots]
        return sorted(rows, key=lambda row: (not row.pinned, -row.votes, row.id))

    def upcoming(self, count: int) -> list[Question]:
        """Return what comes after Now."""
        following = self.slot("next_id")
        return [*([following] if following else []), *self.ranked()][:count]


class TopSnapshot(BoardSnapshot):
    """What is now, next and most wanted, and how many there are: for views that show no more."""

    def __init__(self, session: Session, talk: TalkState, most: int) -> None:
        """Read so many that are open, the most wanted first, and the two that are taken up."""
        slots = slots_of(talk)
        first = most_wanted(talk.row.id if talk.row else 0, most + len(slots)).subquery()
        super().__init__(
            session, talk, sa.or_(Question.id.in_(slots), Question.id.in_(sa.select(first.c.id)))
        )
        self._counts = by_status(session, talk.slug)[talk.slug]

    def asked(self, status: Status) -> int:
        """Return how many questions stand so."""
        return self._counts[status]


def slots_of(talk: TalkState) -> list[int]:
    """Return the ids of what is now and next."""
    row = talk.row
    return [id for id in (row.now_id, row.next_id) if id] if row else []


def most_wanted(talk_id: int, most: int) -> sa.Select[Any]:
    """Return the query for the ids of so many that are open, the most wanted first."""
    wanted = sa.select(Question.id).where(
        Question.talk_id == talk_id,
        Question.status == Status.OPEN,
        Question.kind == Kind.QUESTION,
    )
    return wanted.order_by(*MOST_WANTED).limit(most)

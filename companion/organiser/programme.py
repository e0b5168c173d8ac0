"""The programme in figures: each talk with what was asked on its board."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.talk_state import TalkState
from companion.store.models import Kind, Question, Status

Counts = Counter[Status]


@dataclass(frozen=True)
class Line:
    """One talk with what was asked on its board; comments count nowhere."""

    talk: TalkState
    asked: int
    answered: int
    open: int
    waiting: int


def programme(session: Session, talks: Iterable[TalkState]) -> list[Line]:
    """Return a line for each talk, in as many queries for many talks as for one."""
    counted = _counted(session)
    return [_line(talk, counted[talk.row.id if talk.row else 0]) for talk in talks]


def _counted(session: Session) -> defaultdict[int, Counts]:
    number = sa.func.count(Question.id)
    questions = sa.select(Question.talk_id, Question.status, number).group_by(
        Question.talk_id, Question.status
    )
    kept = questions.where(Question.kind == Kind.QUESTION, Question.status != Status.WITHDRAWN)
    counted: defaultdict[int, Counts] = defaultdict(Counter)
    for talk_id, status, count in session.execute(kept):
        counted[talk_id][status] = count
    return counted


def _line(talk: TalkState, counts: Counts) -> Line:
    return Line(
        talk=talk,
        asked=counts.total(),
        answered=counts[Status.ANSWERED],
        open=counts[Status.OPEN],
        waiting=counts[Status.WAITING],
    )

"""The programme in figures: each talk with what was asked on its board."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rules import scheduled
from companion.store.models import Kind, Question, Status, Talk
from companion.talks import Phase, TalkPage

Counts = Counter[Status]


@dataclass(frozen=True)
class Line:
    """One talk, with its times as the desk has moved them; comments count nowhere."""

    page: TalkPage
    phase: Phase
    asked: int
    answered: int
    open: int
    waiting: int


def programme(session: Session, pages: Iterable[TalkPage], now: datetime) -> list[Line]:
    """Return a line for each talk, in as many queries for many talks as for one."""
    talks = {talk.slug: talk for talk in session.scalars(sa.select(Talk))}
    counted = _counted(session)
    lines = []
    for page in pages:
        talk = talks.get(page.slug)
        lines.append(_line(scheduled(page, talk), counted[talk.id if talk else 0], now))
    return lines


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


def _line(page: TalkPage, counts: Counts, now: datetime) -> Line:
    return Line(
        page=page,
        phase=page.phase(now),
        asked=counts.total(),
        answered=counts[Status.ANSWERED],
        open=counts[Status.OPEN],
        waiting=counts[Status.WAITING],
    )

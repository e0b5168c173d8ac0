"""What new people do past the budget: kept, and not public until the desk lets them in.

Their votes stand in a table of their own, so that whatever counts votes cannot count these.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.events import DeskChanged
from companion.board.rows import count_change
from companion.store.engine import insert_once
from companion.store.models import HeldPerson, HeldState, HeldVote, Question, Status, Talk
from companion.store.writer import Change


class Held(NamedTuple):
    """How many new people wait for the desk, with how many questions and votes."""

    people: int = 0
    questions: int = 0
    votes: int = 0


def hold(session: Session, talk_id: int, author: str, now: datetime) -> bool:
    """Hold somebody who came past the budget; return False when the desk has let them in."""
    return _hold_anew(session, talk_id, author, now) or _stays_held(session, talk_id, author)


def hold_aloud(change: Change, row: Talk, author: str, now: datetime) -> bool:
    """Hold somebody as `hold` does, and tell the desk of whoever is new among those held."""
    if not _hold_anew(change.session, row.id, author, now):
        return _stays_held(change.session, row.id, author)
    change.announce(DeskChanged(*count_change(change.session, row)))
    return True


def _hold_anew(session: Session, talk_id: int, author: str, now: datetime) -> bool:
    mine = {"talk_id": talk_id, "author": author}
    return insert_once(session, HeldPerson, **mine, at=now, state=HeldState.HELD, batch=0)


def _stays_held(session: Session, talk_id: int, author: str) -> bool:
    wanted = sa.select(HeldPerson.state).filter_by(talk_id=talk_id, author=author)
    return session.scalars(wanted).one() is not HeldState.LET_IN


def set_vote(
    session: Session, question_id: int, voter: str, now: datetime, *, wanted: bool
) -> bool:
    """Have a vote that does not count be as wanted; return whether that changed anything."""
    if wanted:
        return insert_once(session, HeldVote, question_id=question_id, voter=voter, voted_at=now)
    taken = sa.delete(HeldVote).filter_by(question_id=question_id, voter=voter)
    return session.scalars(taken.returning(HeldVote.voter)).first() is not None


def held(session: Session, talk_id: int) -> Held:
    """Return how much waits for the desk."""
    people = sa.select(HeldPerson.author).filter_by(talk_id=talk_id, state=HeldState.HELD)
    here = Question.talk_id == talk_id
    waiting = sa.select(Question.id).where(
        here, Question.status == Status.WAITING, Question.author.in_(people)
    )
    votes = sa.select(HeldVote.voter).join(Question, Question.id == HeldVote.question_id)
    counted = [
        sa.select(sa.func.count()).select_from(rows.subquery()).scalar_subquery()
        for rows in (people, waiting, votes.where(here, HeldVote.voter.in_(people)))
    ]
    return Held(*session.execute(sa.select(*counted)).one())

"""Questions merged into one: whoever voted for any of them counts once, and no asker counts."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.engine import AFRESH, insert_once
from companion.store.models import Question, Status, Vote


def of(question_id: int) -> sa.ColumnElement[bool]:
    """Return the condition for a question and all that is merged into it."""
    merged = sa.and_(Question.merged_into == question_id, Question.status == Status.MERGED)
    return sa.or_(Question.id == question_id, merged)


def merged_into(session: Session, question_id: int) -> list[Question]:
    """Return what is merged into a question, the oldest first."""
    merged = sa.select(Question).filter_by(merged_into=question_id, status=Status.MERGED)
    return list(session.scalars(merged.order_by(Question.id)))


class Group(NamedTuple):
    """What has to be known of a question to vote for it and for all that is merged into it."""

    id: int
    author: str
    askers: int


def asked_by(session: Session, question: Question | Group, author: str) -> bool:
    """Whether somebody asked a question, or one that is merged into it."""
    if question.author == author or question.askers == 1:
        return question.author == author
    asked = sa.select(Question.id).where(of(question.id), Question.author == author)
    return session.scalar(asked.limit(1)) is not None


def set_vote(
    session: Session, question: Question | Group, voter: str, now: datetime, *, wanted: bool
) -> bool:
    """Return whether that changed anything; the primary key decides, not this code."""
    if question.askers > 1 and wanted and _has_voted(session, question.id, voter):
        return False
    if wanted:
        return insert_once(session, Vote, question_id=question.id, voter=voter, voted_at=now)
    ids = [question.id]
    if question.askers > 1:
        ids = list(session.scalars(sa.select(Question.id).where(of(question.id))))
    taken = sa.delete(Vote).where(Vote.question_id.in_(ids), Vote.voter == voter)
    return session.scalars(taken.returning(Vote.voter)).first() is not None


def _has_voted(session: Session, question_id: int, voter: str) -> bool:
    votes = sa.select(Vote.voter).join(Question, Question.id == Vote.question_id)
    return session.scalar(votes.where(of(question_id), Vote.voter == voter).limit(1)) is not None


def recount(session: Session, question: Question) -> None:
    """Count a question's askers and voters anew, after something was merged or taken apart."""
    session.flush()
    wanted = sa.select(Question).where(of(question.id)).execution_options(**AFRESH)
    group = list(session.scalars(wanted))
    ids = [member.id for member in group]
    voters = sa.select(sa.func.count(sa.distinct(Vote.voter))).where(
        Vote.question_id.in_(ids), Vote.voter.not_in([member.author for member in group])
    )
    question.askers = len(group)
    question.votes = session.scalars(voters).one()
    session.flush()

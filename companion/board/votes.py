"""Votes: one per person and question, and cheap, for a whole hall votes within seconds.

What a vote asks of the database is made once and loads no objects; so whoever loads a talk or a
question in the same transaction has to load it afresh.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import merges
from companion.board.questions import GONE, MAX_ID, why_closed
from companion.board.rules import BoardState, House
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.store.engine import Base
from companion.store.events import VotesChanged
from companion.store.models import PUBLIC, Question, Status, Talk
from companion.store.writer import Change

TALKS, QUESTIONS = Base.metadata.tables["talk"], Base.metadata.tables["question"]
_THIS_TALK = TALKS.c.slug == sa.bindparam("talk")
_THIS_QUESTION = QUESTIONS.c.id == sa.bindparam("this")
_ASKED_OF = (QUESTIONS.c.status, QUESTIONS.c.author, QUESTIONS.c.votes, QUESTIONS.c.askers)
POLL = (
    sa.select(TALKS, *_ASKED_OF)
    .join_from(TALKS, QUESTIONS, QUESTIONS.c.talk_id == TALKS.c.id)
    .where(_THIS_TALK, _THIS_QUESTION)
    # The question, too: else PostgreSQL, having waited for the talk, returns it as it was before.
    .with_for_update(of=(TALKS, QUESTIONS))
)
COUNT_VOTE = (
    sa.update(QUESTIONS)
    .where(_THIS_QUESTION)
    .values(votes=QUESTIONS.c.votes + sa.bindparam("step"))
    .returning(QUESTIONS.c.votes)
)
COUNT_CHANGE = (
    sa.update(TALKS)
    .where(_THIS_TALK)
    .values(revision=TALKS.c.revision + 1)
    .returning(TALKS.c.revision, TALKS.c.listed)
)


def vote(change: Change, house: House, visitor: str, question_id: int, *, wanted: bool) -> int:
    """Have a visitor's vote be as wanted, once or many times over; return the question's votes."""
    session = change.session
    poll = _poll(session, house.slug, question_id)
    voter = pseudonym(poll.key, visitor)
    if poll.status not in PUBLIC and poll.author != voter:
        raise Refused(GONE)
    # The row has the talk's columns, and that is all that the rules look at.
    if house.under(cast(Talk, poll)).state is BoardState.CLOSED:
        raise Refused(why_closed(BoardState.CLOSED))
    if poll.status is Status.WAITING:
        raise Refused("This question still waits for a moderator. Votes come after that.")
    if poll.status is not Status.OPEN:
        raise Refused("This question takes no votes any more.")
    group = merges.Group(question_id, poll.author, poll.askers)
    if merges.asked_by(session, group, voter):
        raise Refused("Your own question counts without your vote.")
    if not merges.set_vote(session, group, voter, house.now, wanted=wanted):
        return int(poll.votes)
    step = {"this": question_id, "step": 1 if wanted else -1}
    votes: int = session.execute(COUNT_VOTE, step).scalar_one()
    revision, after = session.execute(COUNT_CHANGE, {"talk": house.slug}).one()
    change.announce(VotesChanged(house.slug, revision, after, question_id, votes))
    return votes


def _poll(session: Session, talk: str, question_id: int) -> Any:
    """Return a talk's row and its question's; raises Refused when there is no such question."""
    known = 0 < question_id <= MAX_ID
    poll = session.execute(POLL, {"talk": talk, "this": question_id}).first() if known else None
    if poll is None:
        raise Refused(GONE)
    return poll


def tally(session: Session, slug: str, changed: Collection[int]) -> tuple[int, dict[str, int]]:
    """Return a board's revision, and the votes of the questions that may have changed."""
    counts = sa.select(Talk.revision, Question.id, Question.votes).join_from(
        Talk, Question, Question.talk_id == Talk.id
    )
    rows = session.execute(counts.where(Talk.slug == slug, Question.id.in_(changed))).all()
    return max((row.revision for row in rows), default=0), {str(row.id): row.votes for row in rows}

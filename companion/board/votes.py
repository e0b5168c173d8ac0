"""Votes: one per person and question, and cheap, for a whole hall votes within seconds.

What a vote asks of the database is made once and loads no objects; so whoever loads a talk or a
question in the same transaction has to load it afresh.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Collection
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import merges, provisional, room_code
from companion.board.cards import Card, Viewer, card_of
from companion.board.events import DeskChanged, VotesChanged
from companion.board.rows import GONE, MAX_ID, QUESTIONS, TALKS, WHOLE_QUESTION, TalkColumns
from companion.board.rules import BoardState
from companion.board.talk_state import LockedTalk, TalkLoader
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.messages import gettext
from companion.store.models import PUBLIC, Question, Status, Talk
from companion.store.writer import Change

_THIS_TALK = TALKS.c.slug == sa.bindparam("talk")
_THIS_QUESTION = QUESTIONS.c.id == sa.bindparam("this")
# mypy cannot know what they are called: the table does.
QuestionColumns = namedtuple(  # type: ignore[misc]
    "QuestionColumns", [column.name for column in WHOLE_QUESTION]
)


def talk_and_questions(which: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """Return what locks a talk and some of its questions, and reads them."""
    return (
        sa.select(*TALKS.c, *WHOLE_QUESTION)
        .join_from(TALKS, QUESTIONS, QUESTIONS.c.talk_id == TALKS.c.id)
        .where(_THIS_TALK, which)
        # The question, too: else PostgreSQL, having waited for the talk, returns it as it was.
        .with_for_update(of=(TALKS, QUESTIONS))
    )


TALK_AND_QUESTION = talk_and_questions(_THIS_QUESTION)
COUNT_VOTES = (
    sa.update(QUESTIONS)
    .where(_THIS_QUESTION)
    .values(votes=QUESTIONS.c.votes + sa.bindparam("step"))
)
COUNT_VOTE = COUNT_VOTES.returning(QUESTIONS.c.votes)
COUNT_CHANGE = (
    sa.update(TALKS)
    .where(_THIS_TALK)
    .values(revision=TALKS.c.revision + sa.bindparam("changes", 1))
    .returning(TALKS.c.revision, TALKS.c.public_revision)
)


def vote(
    change: Change,
    loader: TalkLoader,
    visitor: str,
    question_id: int,
    *,
    wanted: bool,
    over_budget: bool = False,
    runs_talk: bool = False,
) -> tuple[Card, BoardState]:
    """Have a visitor's vote be as wanted, once or many times over.

    Past the budget of new people it is kept, and counts once the desk has let the voter in.
    Return the question as that visitor sees it now, and the board's state.
    """
    session = change.session
    talk, question = _locked(session, loader, question_id)
    voter = pseudonym(talk.row.key, visitor)
    refuse_voting(talk, question, voter)
    if wanted:  # a vote can be taken back by whoever gave it
        room_code.refuse_outsiders(session, talk, voter, runs_talk=runs_talk)
    group = merges.Group(question_id, question.author, question.askers)
    if merges.asked_by(session, group, voter):
        raise Refused(gettext("Your own question counts without your vote. Vote for others."))
    votes = question.votes
    if _is_kept_apart(change, talk, question_id, voter, wanted=wanted, over_budget=over_budget):
        pass  # only the desk hears of it
    elif merges.set_vote(session, group, voter, talk.now, wanted=wanted):
        votes = _count(change, talk, question_id, 1 if wanted else -1)
    return as_voter_sees(talk, question, voter, votes, wanted=wanted), talk.rules.state


def _count(change: Change, talk: LockedTalk, question_id: int, step: int) -> int:
    """Count a vote, or one taken back, and tell of it; return how many there are."""
    connection = change.session.connection()
    votes = connection.execute(COUNT_VOTE, {"this": question_id, "step": step}).scalar_one()
    revision, after = connection.execute(COUNT_CHANGE, {"talk": talk.slug}).one()
    change.announce(VotesChanged(talk.slug, revision, after, question_id, votes))
    return int(votes)


def as_voter_sees(
    talk: LockedTalk, question: Question, voter: str, votes: int, *, wanted: bool
) -> Card:
    """Return a question as somebody sees it whose vote is as wanted."""
    viewer = Viewer(voter, frozenset({question.id} if wanted else ()))
    return replace(card_of(question, viewer, talk.row), votes=votes)


def _is_kept_apart(
    change: Change,
    talk: LockedTalk,
    question_id: int,
    voter: str,
    *,
    wanted: bool,
    over_budget: bool,
) -> bool:
    """Keep a held voter's vote where nobody counts it; return whether it belongs there.

    What was kept apart before can be taken back at any time, and by nobody else.
    """
    session = change.session
    if wanted and not (over_budget and provisional.hold(session, talk.row.id, voter, talk.now)):
        return False
    if provisional.set_vote(session, question_id, voter, talk.now, wanted=wanted):
        counted = session.connection().execute(COUNT_CHANGE, {"talk": talk.slug}).one()
        change.announce(DeskChanged(talk.slug, *counted))
        return True
    return wanted


def _locked(session: Session, loader: TalkLoader, question_id: int) -> tuple[LockedTalk, Question]:
    """Return a talk and its question, neither as an object; raises Refused when there is none."""
    known = 0 < question_id <= MAX_ID
    wanted = {"talk": loader.page.slug, "this": question_id}
    found = session.connection().execute(TALK_AND_QUESTION, wanted).first() if known else None
    if found is None:
        raise Refused(GONE)
    row, question = as_rows(found)
    return loader.with_locked(row), question


def as_rows(found: sa.Row[Any]) -> tuple[Talk, Question]:
    """Return a talk and a question that were read, neither as an object.

    They have all columns of their tables, and nobody looks at anything else.
    """
    row = TalkColumns._make(found[: len(TALKS.c)])
    question = QuestionColumns._make(found[len(TALKS.c) :])
    return cast(Talk, row), cast(Question, question)


def refuse_voting(talk: LockedTalk, question: Question, voter: str) -> None:
    """Raise Refused where somebody may not vote for a question, whosever it is."""
    if question.status not in PUBLIC and question.author != voter:
        raise Refused(GONE)
    talk.rules.refuse_when_closed()
    if question.status is Status.WAITING:
        raise Refused(
            gettext("This question still waits for a moderator. Vote once it is on the board.")
        )
    if question.status is not Status.OPEN:
        raise Refused(gettext("This question takes no votes any more. Vote for one that is open."))


def tally(session: Session, slug: str, changed: Collection[int]) -> tuple[int, dict[str, int]]:
    """Return a board's revision, and the votes of the questions that may have changed."""
    counts = sa.select(Talk.revision, Question.id, Question.votes).join_from(
        Talk, Question, Question.talk_id == Talk.id
    )
    rows = session.execute(counts.where(Talk.slug == slug, Question.id.in_(changed))).all()
    return max((row.revision for row in rows), default=0), {str(row.id): row.votes for row in rows}

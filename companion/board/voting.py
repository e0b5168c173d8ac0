"""Votes that wait for the same commit, given together: they take as many statements as one does.

Only plain ones are: votes that count at once, for questions that nothing is merged into, where no
room code is asked for. Whatever else somebody wants is done alone, and so is what is to be refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import votes
from companion.board.cards import Card
from companion.board.events import VotesChanged
from companion.board.rows import MAX_ID, QUESTIONS
from companion.board.rules import BoardState
from companion.board.talk_state import LockedTalk, TalkLoader
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.store.engine import insert_new
from companion.store.models import Question, Talk, Vote
from companion.store.writer import Change, JointResult

THESE = votes.talk_and_questions(QUESTIONS.c.id.in_(sa.bindparam("these", expanding=True)))
Answer = tuple[Card, BoardState]


@dataclass(frozen=True)
class Voting:
    """What one visitor wants of one question, as work for the writer."""

    loader: TalkLoader
    visitor: str
    question: int
    wanted: bool
    over_budget: bool = False
    runs_talk: bool = False

    @property
    def joint(self) -> tuple[str, str]:
        """Say with what it may be done together: other votes on the same talk."""
        return ("vote", self.loader.page.slug)

    def __call__(self, change: Change) -> Answer:
        """Do it alone; raises Refused."""
        return votes.vote(
            change,
            self.loader,
            self.visitor,
            self.question,
            wanted=self.wanted,
            over_budget=self.over_budget,
            runs_talk=self.runs_talk,
        )

    def together(
        self, session: Session, works: Sequence[Voting]
    ) -> list[JointResult[Answer] | None]:
        """Do what can be done together; None stands for each that is to be done alone."""
        plain = _plain_votes(session, works)
        rows = [one.row for one in plain if one]
        new = insert_new(session, Vote, rows) if rows else set()
        return list(_done(plain, new, *_count(session, new, works[0].loader.page.slug)))


class _PlainVote(NamedTuple):
    talk: LockedTalk
    question: Question
    voter: str

    @property
    def row(self) -> dict[str, object]:
        key = {"question_id": self.question.id, "voter": self.voter}
        return key | {"voted_at": self.talk.now}


def _plain_votes(session: Session, works: Sequence[Voting]) -> list[_PlainVote | None]:
    """Lock the talk and all questions; return the votes that are plain, each in its place."""
    often = Counter((work.visitor, work.question) for work in works)
    ids = {work.question for work in works if 0 < work.question <= MAX_ID}
    named = {"talk": works[0].loader.page.slug, "these": list(ids)}
    found = session.connection().execute(THESE, named).all() if ids else []
    rows = [votes.as_rows(row) for row in found]
    questions = {question.id: (talk, question) for talk, question in rows}
    return [
        _plain(work, *questions[work.question])
        if work.question in questions and often[work.visitor, work.question] == 1
        else None
        for work in works
    ]


def _plain(work: Voting, row: Talk, question: Question) -> _PlainVote | None:
    if not work.wanted or work.over_budget or row.requires_code or question.askers > 1:
        return None
    talk, voter = work.loader.with_locked(row), pseudonym(row.key, work.visitor)
    try:
        votes.refuse_voting(talk, question, voter)
    except Refused:
        return None
    return None if question.author == voter else _PlainVote(talk, question, voter)


def _count(session: Session, new: Collection[tuple[int, str]], slug: str) -> tuple[int, int]:
    """Count new votes, and one change of the board for each; return the revision, as it was before.

    Return the public one, too.
    """
    if not new:
        return 0, 0
    connection, by_question = session.connection(), Counter(question for question, _ in new)
    steps = [{"this": one, "step": by_question[one]} for one in sorted(by_question)]
    connection.execute(votes.COUNT_VOTES, steps)
    changes = {"talk": slug, "changes": len(new)}
    revision, after = connection.execute(votes.COUNT_CHANGE, changes).one()
    return revision - len(new), after


def _done(
    plain: Sequence[_PlainVote | None], new: Collection[tuple[int, str]], revision: int, after: int
) -> Iterator[JointResult[Answer] | None]:
    """Give each vote the answer and the event that it would have had, one after the other."""
    counts = {one.question.id: one.question.votes for one in plain if one}
    for one in plain:
        if one is None:
            yield None
            continue
        id, happened = one.question.id, []
        if (id, one.voter) in new:
            revision, counts[id] = revision + 1, counts[id] + 1
            happened = [VotesChanged(one.talk.slug, revision, after, id, counts[id])]
        card = votes.as_voter_sees(one.talk, one.question, one.voter, counts[id], wanted=True)
        yield JointResult((card, one.talk.rules.state), happened)

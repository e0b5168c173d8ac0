"""The words on all boards as a search compares them, kept while a board stays the same."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from threading import Lock
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import PUBLIC, Kind, Question, Status, Talk

MOST = 20_000_000  # letters: 40,000 questions with their answers, some 30 MB
TALKS_AT_ONCE = READ_AT_ONCE = 500
BETWEEN = "\0"  # nobody can type it


class Words(NamedTuple):
    """What a public question says, in small letters: text, detail and answer, a sign between."""

    id: int
    votes: int
    is_unanswered: bool
    words: str


Board = tuple[Words, ...]


class PublicWords:
    """What everybody may read on the boards, read again once a board has changed.

    At most so many letters are kept; the boards that have no room are read each time.
    """

    def __init__(self, most: int = MOST) -> None:
        """Begin with nothing."""
        self._room = most
        self._kept: dict[int, tuple[int, Board]] = {}
        self._lock = Lock()  # who searches while all is read for the first time waits for it

    def of(self, session: Session, slugs: Collection[str]) -> dict[str, Board]:
        """Return what is on the board of each talk that anybody has ever written on."""
        rows = session.execute(sa.select(Talk.id, Talk.slug, Talk.revision))
        talks = {id: (slug, revision) for id, slug, revision in rows if slug in slugs}
        with self._lock:
            found = {
                id: self._kept[id][1]
                for id, (_, revision) in talks.items()
                if id in self._kept and self._kept[id][0] == revision
            }
            for id, board in _read(session, [id for id in talks if id not in found]):
                self._keep(id, talks[id][1], board)
                found[id] = board
        return {slug: found[id] for id, (slug, _) in talks.items()}

    def _keep(self, id: int, revision: int, board: Board) -> None:
        _, before = self._kept.pop(id, (0, ()))
        self._room += _letters(before)
        if _letters(board) <= self._room:
            self._room -= _letters(board)
            self._kept[id] = (revision, board)


def _letters(board: Board) -> int:
    return sum(len(question.words) for question in board)


def _read(session: Session, talks: list[int]) -> Iterator[tuple[int, Board]]:
    """Return what is on the boards of some talks, a few hundred boards with each query."""
    for first in range(0, len(talks), TALKS_AT_ONCE):
        boards: dict[int, list[Words]] = {id: [] for id in talks[first : first + TALKS_AT_ONCE]}
        for talk, words in _public(session, list(boards)):
            boards[talk].append(words)
        yield from ((id, tuple(board)) for id, board in boards.items())


def _public(session: Session, talks: list[int]) -> Iterator[tuple[int, Words]]:
    says = (Question.text, Question.detail, Question.answer)
    stands = (Question.talk_id, Question.id, Question.votes, Question.kind, Question.status)
    asked = sa.select(*stands, *says).where(
        Question.talk_id.in_(talks), Question.status.in_(PUBLIC)
    )
    rows = session.execute(asked.execution_options(yield_per=READ_AT_ONCE))
    for at, (talk, id, votes, kind, status, *parts) in enumerate(rows):
        if at % READ_AT_ONCE == 0:
            time.sleep(0)  # a long series takes a while, and others want to be served
        is_unanswered = status == Status.OPEN and kind == Kind.QUESTION
        yield talk, Words(id, votes, is_unanswered, BETWEEN.join(parts).casefold())

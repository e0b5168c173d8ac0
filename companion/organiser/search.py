"""Finding what was asked and answered on any talk.

Words are compared here and not by the database: SQLite and PostgreSQL disagree on what is a small
letter as soon as it is not English.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.input import one_line
from companion.organiser.texts import BETWEEN, PublicWords, Words
from companion.store.models import PUBLIC, Question, Talk
from companion.talks import TalkPage

ON_A_PAGE = 30
COMPARED_AT_ONCE = 500
WEIGHTS = (8, 4, 2, 1)  # of a word in the text, the detail, the answer, and what the talk is about


@dataclass(frozen=True)
class Hit:
    """One question that was found, and the page of its talk."""

    page: TalkPage
    question: Question


@dataclass(frozen=True)
class Hits:
    """One page of what was found; the first page is 1."""

    hits: tuple[Hit, ...]
    total: int
    number: int
    pages: int


def search(
    session: Session,
    public: PublicWords,
    talks: Iterable[TalkPage],
    find: str,
    *,
    unanswered: bool,
    number: int,
) -> Hits:
    """Return what is asked and answered anywhere and holds every word of ``find``.

    A word may also be of the talk's title, its speaker or its day. The best come first: where the
    words are in the question itself, then the most wanted, then the newest. What is ``unanswered``
    are questions only, without comments.
    """
    pages = {page.slug: page for page in talks if page.board}
    boards = public.of(session, pages)
    about = {slug: _about(pages[slug]) for slug in boards}
    asked = ((about[slug], question) for slug, board in boards.items() for question in board)
    places = sorted(_places(asked, one_line(find).casefold().split(), unanswered))
    last = max(1, -(-len(places) // ON_A_PAGE))
    number = min(max(number, 1), last)
    shown = [place[-1] for place in places[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]]
    rows = sa.select(Question, Talk.slug).join(Talk, Talk.id == Question.talk_id)
    wanted = rows.where(Question.id.in_(shown), Question.status.in_(PUBLIC))
    found = {row.id: (row, slug) for row, slug in session.execute(wanted)}
    hits = (Hit(pages[found[id][1]], found[id][0]) for id in shown if id in found)
    return Hits(tuple(hits), len(places), number, last)


def _places(
    asked: Iterable[tuple[str, Words]], words: list[str], unanswered: bool
) -> Iterator[tuple[int, int, int, int]]:
    """Return what sorts each question that is found, its id last."""
    for at, (about, question) in enumerate(asked):
        if at % COMPARED_AT_ONCE == 0:
            time.sleep(0)  # a long series takes a while, and others want to be served
        if unanswered and not question.is_unanswered:
            continue
        score = _score(words, question.words, about)
        if score or not words:
            yield -score, -question.votes, -question.id, question.id


def _about(page: TalkPage) -> str:
    day = page.starts.astimezone(page.zone)
    return f"{page.title} {page.speaker} {day:%d %B %Y %Y-%m-%d}".casefold()


def _score(words: list[str], asked: str, talk: str) -> int:
    """Return how well a question holds all words, 0 when it does not."""
    if not all(word in asked or word in talk for word in words):
        return 0
    parts = tuple(zip(WEIGHTS, (*asked.split(BETWEEN), talk), strict=True))
    return sum(max(weight for weight, part in parts if word in part) for word in words)

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
from companion.store.models import PUBLIC, Kind, Question, Status, Talk
from companion.talks import TalkPage

ON_A_PAGE = 30
READ_AT_ONCE = 500
IN_TEXT, IN_DETAIL, IN_ANSWER, IN_TALK = 8, 4, 2, 1


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
    session: Session, talks: Iterable[TalkPage], find: str, *, unanswered: bool, number: int
) -> Hits:
    """Return what is asked and answered anywhere and holds every word of ``find``.

    A word may also be of the talk's title, its speaker or its day. The best come first: where the
    words are in the question itself, then the most wanted, then the newest. What is ``unanswered``
    are questions only, without comments.
    """
    pages = {page.slug: page for page in talks if page.board}
    places = sorted(_places(session, pages, one_line(find).casefold().split(), unanswered))
    last = max(1, -(-len(places) // ON_A_PAGE))
    number = min(max(number, 1), last)
    shown = [place[-1] for place in places[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]]
    rows = sa.select(Question, Talk.slug).join(Talk, Talk.id == Question.talk_id)
    found = {
        row.id: (row, slug) for row, slug in session.execute(rows.where(Question.id.in_(shown)))
    }
    hits = (Hit(pages[found[id][1]], found[id][0]) for id in shown if id in found)
    return Hits(tuple(hits), len(places), number, last)


def _places(
    session: Session, pages: dict[str, TalkPage], words: list[str], unanswered: bool
) -> Iterator[tuple[int, int, int, int]]:
    """Return what sorts each question that is found, its id last."""
    about = {slug: _about(page) for slug, page in pages.items()}
    columns = (Question.text, Question.detail, Question.answer, Question.votes, Question.id)
    asked = sa.select(Talk.slug, *columns).join(Talk, Talk.id == Question.talk_id)
    if unanswered:
        asked = asked.where(Question.status == Status.OPEN, Question.kind == Kind.QUESTION)
    else:
        asked = asked.where(Question.status.in_(PUBLIC))
    rows = session.execute(asked.execution_options(yield_per=READ_AT_ONCE))
    for at, (slug, text, detail, answer, votes, id) in enumerate(rows):
        if at % READ_AT_ONCE == 0:
            time.sleep(0)  # a long series takes a while, and others want to be served
        if slug not in pages:
            continue
        score = _score(words, text, detail, answer, about[slug])
        if score or not words:
            yield -score, -votes, -id, id


def _about(page: TalkPage) -> str:
    day = page.starts.astimezone(page.zone)
    return f"{page.title} {page.speaker} {day:%d %B %Y %Y-%m-%d}"


def _score(words: list[str], text: str, detail: str, answer: str, talk: str) -> int:
    """Return how well a question holds all words, 0 when it does not."""
    weighed = ((IN_TEXT, text), (IN_DETAIL, detail), (IN_ANSWER, answer), (IN_TALK, talk))
    places = [(weight, part.casefold()) for weight, part in weighed]
    scores = [max((w for w, part in places if word in part), default=0) for word in words]
    return sum(scores) if scores and all(scores) else 0

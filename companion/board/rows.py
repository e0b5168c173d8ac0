"""The rows behind a board: a talk's own, its questions', and the count of its changes."""

from __future__ import annotations

import secrets
from collections import namedtuple
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.visitors import pseudonym
from companion.errors import NoBoardError, Refused
from companion.messages import gettext
from companion.store.engine import AFRESH, Base, insert_once
from companion.store.models import PUBLIC, Mute, Question, Talk
from companion.store.polls import Poll
from companion.talks.rehearsal import is_rehearsal

GONE = gettext("This question is not on the board any more. Reload the page to see what is.")
MAX_ID = 2**31 - 1
TALKS, QUESTIONS = (Base.metadata.tables[name] for name in ("talk", "question"))
# All of a question, for who reads it as no object, and what the prompt asks that it answers.
WHOLE_QUESTION = (
    *QUESTIONS.c,
    sa.select(Poll.text).where(Poll.id == QUESTIONS.c.answers_to).scalar_subquery().label("prompt"),
)
# mypy cannot know what they are called: the table does.
TalkColumns = namedtuple("TalkColumns", TALKS.c.keys())  # type: ignore[misc]
_BY_SLUG: sa.Select[tuple[Any, ...]] = sa.select(*TALKS.c).where(
    TALKS.c.slug == sa.bindparam("talk")
)


def find_talk_row(session: Session, slug: str) -> Talk | None:
    """Return a talk's row as it is now, to be read only, or None while nobody has written on it.

    Every request asks for it, and as an object it would cost twice as much.
    """
    found = session.connection().execute(_BY_SLUG, {"talk": slug}).first()
    return cast(Talk, TalkColumns._make(found)) if found else None


def lock_talk_row(session: Session, slug: str) -> Talk:
    """Return a talk's row, made on first use, locked until the change is over.

    That of a rehearsal which has ended meanwhile is not made again: raises NoBoardError.
    """
    wanted = sa.select(Talk).filter_by(slug=slug).with_for_update().execution_options(**AFRESH)
    row = session.scalar(wanted)
    if row is None and is_rehearsal(slug):
        raise NoBoardError(slug)
    if row is None:
        insert_once(
            session, Talk, slug=slug, key=secrets.token_hex(32), revision=0, public_revision=0
        )
        row = session.scalars(wanted).one()
    return row


def find_question(session: Session, row: Talk, question_id: int) -> Question | None:
    """Return a question of a talk, read afresh."""
    if not 0 < question_id <= MAX_ID:
        return None
    wanted = sa.select(Question).filter_by(id=question_id, talk_id=row.id)
    return session.scalar(wanted.execution_options(**AFRESH))


def visible_question(session: Session, row: Talk, me: str, question_id: int) -> Question:
    """Return a question that ``me`` may see; to others, what is held might as well not exist."""
    question = find_question(session, row, question_id)
    if question is None or (question.status not in PUBLIC and question.author != me):
        raise Refused(GONE)
    return question


def own_question(session: Session, row: Talk, visitor: str, question_id: int) -> Question:
    """Return a visitor's own question; raises Refused."""
    me = pseudonym(row.key, visitor)
    question = visible_question(session, row, me, question_id)
    if question.author != me:
        raise Refused(
            gettext("Only the browser that asked this can change it. Open the page there.")
        )
    return question


def is_muted(session: Session, row: Talk, author: str) -> bool:
    """Whether what somebody posts on a talk is held for a moderator."""
    return session.get(Mute, (row.id, author)) is not None


def has_mute(row: Talk, author: str) -> sa.Exists:
    """Return the condition for the same, to be part of another query."""
    return sa.exists().where(Mute.talk_id == row.id, Mute.author == author)


def free_slots(row: Talk, question_id: int) -> None:
    """Have a question be neither the one that is answered now nor the next."""
    row.now_id = None if row.now_id == question_id else row.now_id
    row.next_id = None if row.next_id == question_id else row.next_id


def count_change(session: Session, row: Talk) -> tuple[str, int, int]:
    """Count one change of the board; return what every event begins with."""
    after = row.public_revision
    row.revision += 1
    session.flush()
    return row.slug, row.revision, after


def count_public_change(session: Session, row: Talk) -> tuple[str, int, int]:
    """Count one change that everybody hears of."""
    after = row.public_revision
    row.revision = row.public_revision = row.revision + 1
    session.flush()
    return row.slug, row.revision, after

"""What on a wall is one visitor's own: what they voted for, what they wrote, what of it waits."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.talk_state import TalkState
from companion.board.visitors import pseudonym
from companion.store.models import HeldVote, Question, Status, Vote

_ME: sa.BindParameter[str] = sa.bindparam("me")
_HERE: sa.BindParameter[int] = sa.bindparam("talk")
_NO_TEXT = sa.literal_column("''", sa.Text)
_WAITS = Question.status == Status.WAITING
_ROOT = sa.func.coalesce(Question.merged_into, Question.id)
# Made once, for many come at once.
_OWN = sa.union(
    *(
        sa.select(_ROOT, sa.literal(1), _NO_TEXT)
        .join(table, Question.id == table.question_id)
        .where(Question.talk_id == _HERE, table.voter == _ME)
        for table in (Vote, HeldVote)
    ),
    sa.select(_ROOT, sa.literal(0), sa.case((_WAITS, Question.text), else_=_NO_TEXT)).where(
        Question.talk_id == _HERE, Question.author == _ME
    ),
)


@dataclass(frozen=True)
class OwnNotes:
    """The questions that a visitor voted for, and those they wrote, what was merged being one.

    Of what they wrote those are ``waiting`` that a moderator has to read first, by their texts.
    """

    voted: frozenset[int] = frozenset()
    written: frozenset[int] = frozenset()
    waiting: tuple[str, ...] = ()


def own_notes(session: Session, talk: TalkState, visitor: str | None) -> OwnNotes:
    """Return what of a talk's wall is a visitor's own, nothing where there is none."""
    if talk.row is None or not visitor:
        return OwnNotes()
    asked = {"me": pseudonym(talk.row.key, visitor), "talk": talk.row.id}
    found = session.connection().execute(_OWN, asked).all()
    written = frozenset(id for id, is_vote, _ in found if not is_vote)
    waiting = tuple(text for _, _, text in sorted(found) if text)
    return OwnNotes(frozenset(id for id, *_ in found) - written, written, waiting)

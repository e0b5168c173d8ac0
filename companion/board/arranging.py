"""The rules of the wall: who may move and colour a note, and what that changes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import clusters, room_code
from companion.board.rows import GONE, find_question, is_muted
from companion.board.talk_state import LockedTalk, TalkState
from companion.board.visitors import pseudonym
from companion.board.wall import WallMode, mode_of
from companion.board.wall_changes import (
    Arranged,
    Arranger,
    Fields,
    place_of,
    refuse_when_full,
    unchanged,
    write,
)
from companion.board.wall_input import stepped
from companion.board.wall_past import forget_titles_of_gone
from companion.errors import Refused
from companion.messages import gettext
from companion.store.models import PUBLIC, HeldPerson, HeldState, Talk
from companion.store.wall import WallChange, WallPlace
from companion.store.writer import Change

NOT_OPEN = gettext("Only those who run the talk arrange its wall. Read it, or vote on the list.")
READ_FIRST = gettext(
    "A moderator reads what you write first, so you cannot arrange the wall. Ask them."
)
NOT_THERE = gettext("The note is not on the wall any more. Put it there first.")


def attendee(
    session: Session,
    talk: TalkState,
    visitor: str,
    *,
    runs_talk: bool = False,
    over_budget: bool = False,
) -> Arranger:
    """Return an attendee who may arrange the wall; raises Refused.

    Whoever came past the budget of new people may once the desk has let them in.
    """
    if talk.row is None or mode_of(talk) is not WallMode.OPEN:
        raise Refused(NOT_OPEN)
    found = unhindered(
        session, talk, talk.row, visitor, runs_talk=runs_talk, over_budget=over_budget
    )
    if found is None:
        raise Refused(READ_FIRST)
    return found


def unhindered(
    session: Session,
    talk: TalkState,
    row: Talk,
    visitor: str,
    *,
    runs_talk: bool,
    over_budget: bool,
) -> Arranger | None:
    """Return an attendee who may change what is theirs to change on a wall; raises Refused.

    None is for those whose words a moderator reads first.
    """
    talk.rules.refuse_when_closed()
    author = pseudonym(row.key, visitor)
    room_code.refuse_outsiders(session, talk, author, runs_talk=runs_talk)
    held = session.get(HeldPerson, (row.id, author))
    is_held = over_budget if held is None else held.state is not HeldState.LET_IN
    if is_held or is_muted(session, row, author):
        return None
    return Arranger(author=author)


def arrange(
    change: Change, talk: LockedTalk, who: Arranger, question_id: int, wish: Fields
) -> Arranged:
    """Have a note be where and as it is wanted; return what that changed.

    The same wish twice is one change: whoever was last decides, each field by itself.
    """
    session, row = change.session, talk.row
    question = find_question(session, row, question_id)
    if question is None or question.status not in PUBLIC:
        raise Refused(GONE)
    place = place_of(session, row, question.id)
    wish = clusters.seat(session, row, place, _stepped(place, wish), question.text)
    if all(getattr(place, name) == new for name, new in wish.items()):
        return unchanged(session, row, question_id)
    if place.x is None and wish.get("x") is not None:
        refuse_when_full(session, row)
    larger = clusters.sizes(session, row, [(place, wish)], {question.id: question.text})
    return write(change, talk, who, place, wish, larger.items())


def _stepped(place: WallPlace, wish: Fields) -> Fields:
    if "dx" not in wish:
        return wish
    if place.x is None or place.y is None:
        raise Refused(NOT_THERE)
    return stepped(wish, place.x, place.y) | {"cluster_id": place.cluster_id}


def forget_place(session: Session, question_id: int) -> None:
    """Have a question's note be nowhere, and nobody have moved it."""
    for table in (WallPlace, WallChange):
        session.execute(sa.delete(table).where(table.question_id == question_id))


def forget_who(session: Session, row: Talk, author: str | None = None) -> None:
    """Keep where a talk's notes are, and not who has put them there: an author, or anybody."""
    whose = {} if author is None else {"author": author}
    session.execute(sa.delete(WallChange).filter_by(talk_id=row.id, **whose))
    forget_titles_of_gone(session, row)

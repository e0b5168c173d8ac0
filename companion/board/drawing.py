"""The rules of marks on the wall: who may draw, erase and caption, and what that changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import arranging
from companion.board.input import CLIENT_KEY, DAMAGED, read_text
from companion.board.putting_back import NOT_BACK, find_done, left_of
from companion.board.rows import MAX_ID
from companion.board.strokes import MOST_STROKES, WIDTHS, encoded, read_points
from companion.board.talk_state import LockedTalk, TalkState
from companion.board.visitors import pseudonym
from companion.board.wall import COLOURS, WallMode, mode_of
from companion.board.wall_changes import (
    Arranged,
    Arranger,
    Logged,
    before_all,
    by,
    count_change,
    doer_of,
    is_by,
    keep,
    keep_all,
    of,
    set_fields,
    unchanged,
    wall_row,
)
from companion.board.wall_since import MARK
from companion.board.wall_words import READ_FIRST, refuse_words
from companion.errors import Refused
from companion.messages import gettext
from companion.store.engine import AFRESH
from companion.store.models import Talk
from companion.store.wall import WallChange, WallStroke
from companion.store.writer import Change

CAPTION_MAX = 120
NOT_YOURS = gettext(
    "Only those who run the talk draw on its wall. Write what you mean as a question."
)
NOBODY_SEES = gettext(
    "The wall is put away, so nobody sees what you draw. Ask a moderator to show it."
)
GONE = gettext("That mark is not on the wall any more. Choose another one.")
NOT_OWN = gettext("Somebody else drew that. Ask a moderator to take it off.")
TOUCHED = gettext("Somebody has changed that mark since. Erase it by hand.")
FULL = gettext("The wall is full: it holds %(most)s marks. Erase one first.", most=MOST_STROKES)
FORGOTTEN = gettext("Nobody knows any more who drew that. Remove marks one by one.")
NOBODY = Arranger()
Fields = dict[str, Any]


class Pen(StrEnum):
    """Who draws on a talk's wall: those who run it, or everybody."""

    STAFF = "staff"
    ALL = "all"


@dataclass(frozen=True)
class Draft:
    """What somebody wants to draw."""

    key: str
    tool: str
    colour: str
    width: int
    points: str


def pen_of(talk: TalkState) -> Pen:
    """Return who draws, as the desk has it."""
    return Pen(talk.row.wall_pen) if talk.row else Pen.STAFF


def read_draft(fields: Mapping[str, str]) -> Draft:
    """Return what a form wants drawn; raises Refused."""
    key, tool, colour = (fields.get(name, "") for name in ("key", "tool", "colour"))
    width = WIDTHS.get(tool, {}).get(fields.get("width", ""))
    if not CLIENT_KEY.fullmatch(key):
        raise Refused(DAMAGED)
    if width is None:
        raise Refused(gettext("Choose a pen or a highlighter, and how thick it draws."))
    if colour not in COLOURS:
        raise Refused(gettext("Choose one of the colours in the list."))
    return Draft(key, tool, colour, width, encoded(read_points(fields.get("points", ""))))


def read_caption(typed: str) -> str:
    """Return what a mark is said to be, cleaned as questions are; raises Refused."""
    return read_text(typed, CAPTION_MAX, _too_long)


def _too_long(most: int) -> Refused:
    return Refused(gettext("Shorten the caption to %(most)s characters.", most=most))


def attendee(
    session: Session,
    talk: TalkState,
    visitor: str,
    *,
    runs_talk: bool = False,
    over_budget: bool = False,
) -> Arranger:
    """Return an attendee who may draw on the wall; raises Refused as `arranging.attendee`."""
    is_off = mode_of(talk) is WallMode.OFF
    if talk.row is None or is_off or pen_of(talk) is not Pen.ALL:
        raise Refused(NOT_YOURS)
    found = arranging.unhindered(
        session, talk, talk.row, visitor, runs_talk=runs_talk, over_budget=over_budget
    )
    if found is None:
        raise Refused(READ_FIRST)
    refuse_words(talk, found)  # handwriting is words
    return found


def owner(_session: Session, talk: LockedTalk, visitor: str, **_standing: bool) -> Arranger:
    """Return an attendee who takes back what is theirs, whatever the rules are by now."""
    return Arranger(author=pseudonym(talk.row.key, visitor))


def draw(change: Change, talk: LockedTalk, who: Arranger, draft: Draft) -> Arranged:
    """Put a mark on the wall; the same key twice is one mark."""
    session = change.session
    before = session.scalar(sa.select(WallStroke).filter_by(talk_id=talk.row.id, key=draft.key))
    if before is not None:
        return _drawn_before(session, talk, who, before)
    row = WallStroke(
        talk_id=talk.row.id,
        key=draft.key,
        at=talk.now,
        who=who.name,
        author=who.author,
        sign_in=who.sign_in,
        tool=draft.tool,
        colour=draft.colour,
        width=draft.width,
        points=draft.points,
        caption="",
        is_gone=True,
        revision=0,
    )
    session.add(row)
    session.flush()
    return _put(change, talk, who, row, {"is_gone": False})


def _drawn_before(session: Session, talk: LockedTalk, who: Arranger, row: WallStroke) -> Arranged:
    if not is_by(doer_of(row), who):
        raise Refused(DAMAGED)
    first = sa.select(sa.func.min(WallChange.id)).filter_by(stroke_id=row.id)
    return Arranged(row.id, session.scalar(first) or 0, wall_row(session, talk.row).revision)


def erase(
    change: Change, talk: LockedTalk, who: Arranger, stroke_id: int, *, own: bool
) -> Arranged:
    """Take a mark off the wall; ``own`` says that it has to be one's own."""
    row = _mark(change.session, talk, stroke_id)
    return _set(change, talk, who, row, {"is_gone": True}, own=own)


def caption(
    change: Change, talk: LockedTalk, who: Arranger, stroke_id: int, words: str, *, own: bool
) -> Arranged:
    """Say what a mark is, or "" for nothing; ``own`` is as in `erase`."""
    row = _mark(change.session, talk, stroke_id)
    if row.is_gone:
        raise Refused(GONE)
    return _set(change, talk, who, row, {"caption": words}, own=own)


def put_back(
    change: Change, talk: LockedTalk, who: Arranger, change_id: int, *, own: bool
) -> Arranged:
    """Undo what was done to a mark within the hour, as far as nobody else has changed it since.

    ``own`` says that it has to be one's own doing.
    """
    session = change.session
    done = find_done(session, talk, who, change_id, own=own)
    if not done.stroke_id:
        raise Refused(NOT_BACK)
    row = _mark(session, talk, done.stroke_id)
    diffs = left_of(session, talk.row, done)[MARK, row.id]
    now = {name: getattr(row, name) for name in diffs}
    wish = before_all(now, [diffs], [[name] for name in diffs])
    if not wish:
        raise Refused(TOUCHED)
    return _put(change, talk, who, row, wish)


def is_about_mark(session: Session, talk: LockedTalk, change_id: int) -> bool:
    """Whether a change is one to a mark, and not to a note."""
    return _done_here(session, talk, change_id) is not None


def remove_all(change: Change, talk: LockedTalk, who: Arranger, whose: Arranger) -> int:
    """Take all marks of one person off the wall; return how many that were.

    Raises Refused for nobody: that is whose all marks are once names are forgotten.
    """
    if whose == NOBODY:
        raise Refused(FORGOTTEN)
    session = change.session
    found = marks_by(session, talk.row, whose)
    if found:
        keep_all(session, talk, who, take_off(found, count_change(change, talk)))
    return len(found)


def marks_by(session: Session, row: Talk, whose: Arranger) -> Sequence[WallStroke]:
    """Return the marks on the wall that somebody drew."""
    here = sa.select(WallStroke).filter_by(talk_id=row.id, is_gone=False)
    theirs = here.where(by(WallStroke, whose))
    return session.scalars(theirs.execution_options(**AFRESH)).all()


def take_off(marks: Iterable[WallStroke], revision: int) -> list[Logged]:
    """Have marks be gone; return what is to be logged of that."""
    return [(set_fields(row, {"is_gone": True}, revision), of(row)) for row in marks]


def drawn_by(session: Session, talk: LockedTalk, stroke_id: int) -> Arranger:
    """Return who drew a mark; raises Refused."""
    return doer_of(_mark(session, talk, stroke_id))


def forget_author(change: Change, talk: LockedTalk, author: str) -> None:
    """Leave nothing of an attendee's marks but that they are gone, and that everybody hears of."""
    session = change.session
    mine = session.scalars(sa.select(WallStroke).filter_by(talk_id=talk.row.id, author=author))
    rows = mine.all()
    if not rows:
        return
    revision = count_change(change, talk)
    for row in rows:
        row.points = row.caption = row.author = row.colour = ""
        row.is_gone, row.at, row.revision = True, talk.now, revision
    gone = [row.id for row in rows]
    session.execute(sa.delete(WallChange).where(WallChange.stroke_id.in_(gone)))


def forget_gone(session: Session, row: Talk) -> None:
    """Delete a talk's marks that are on its wall no more."""
    session.execute(sa.delete(WallStroke).filter_by(talk_id=row.id, is_gone=True))


def forget_drawers(session: Session, row: Talk) -> None:
    """Delete what attendees drew, for handwriting is a name, and who of those at the desk did."""
    theirs = WallStroke.author != ""
    session.execute(sa.delete(WallStroke).filter_by(talk_id=row.id).where(theirs))
    session.execute(sa.update(WallStroke).filter_by(talk_id=row.id).values(who="", sign_in=""))


def _set(
    change: Change, talk: LockedTalk, who: Arranger, row: WallStroke, wish: Fields, *, own: bool
) -> Arranged:
    if own and not is_by(doer_of(row), who):
        raise Refused(NOT_OWN)
    if all(getattr(row, name) == new for name, new in wish.items()):
        return unchanged(change.session, talk.row, row.id)
    return _put(change, talk, who, row, wish)


def _put(
    change: Change, talk: LockedTalk, who: Arranger, row: WallStroke, wish: Fields
) -> Arranged:
    session = change.session
    if wish.get("is_gone") is False:
        _refuse_when_full(session, talk.row)
    revision = count_change(change, talk)
    diffs = set_fields(row, wish, revision)
    return Arranged(row.id, keep(session, talk, who, diffs, of(row)), revision)


def _mark(session: Session, talk: LockedTalk, stroke_id: int) -> WallStroke:
    known = 0 < stroke_id <= MAX_ID
    found = session.get(WallStroke, stroke_id, populate_existing=True) if known else None
    if found is None or found.talk_id != talk.row.id:
        raise Refused(GONE)
    return found


def _done_here(session: Session, talk: LockedTalk, change_id: int) -> WallChange | None:
    done = session.get(WallChange, change_id) if 0 < change_id <= MAX_ID else None
    is_here = done is not None and done.talk_id == talk.row.id and done.stroke_id is not None
    return done if is_here else None


def _refuse_when_full(session: Session, row: Talk) -> None:
    there = sa.select(sa.func.count()).select_from(WallStroke)
    if (session.scalar(there.filter_by(talk_id=row.id, is_gone=False)) or 0) >= MOST_STROKES:
        raise Refused(FULL)

"""How a change of the wall is written: counted, told of, and kept so that it can be put back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.events import WallArranged
from companion.board.talk_state import LockedTalk
from companion.board.wall import MOST_PLACED
from companion.board.wall_past import forget_old
from companion.errors import Refused
from companion.messages import gettext
from companion.store.engine import AFRESH
from companion.store.models import PUBLIC, Question, Talk
from companion.store.wall import Wall, WallChange, WallCluster, WallPlace, WallStroke
from companion.store.writer import Change

PUT_BACK = timedelta(hours=1)
FULL = gettext(
    "The wall is full: it holds %(most)s notes. Take one off it first.", most=MOST_PLACED
)
Fields = dict[str, Any]
Row = WallPlace | WallCluster | WallStroke
Moved = tuple[WallPlace, Fields]
OfWhat = Mapping[str, int]  # the number of what a change was one of, by its column
Logged = tuple[Fields, OfWhat]
Along = tuple[WallPlace | WallCluster, Fields]
# What is put back together, or not at all.
NOTE_FIELDS = ("x", "y", "cluster_id"), ("colour",)
CLUSTER_FIELDS = (
    *(("x", "y"), ("width", "height"), ("title", "author")),
    *(("colour",), ("z",), ("is_gone",)),
)


@dataclass(frozen=True)
class Arranger:
    """Who arranges: one of those who run the talk, by name, or an attendee as known there.

    Two may have one name; it is the browser they have come in with that tells them apart.
    """

    name: str = ""
    author: str = ""
    sign_in: str = ""


class Arranged(NamedTuple):
    """What was done to which note, cluster or mark, 0 for none of those.

    ``change`` is that change's number, 0 for none, and ``revision`` the wall's with it.
    """

    id: int
    change: int
    revision: int


def doer_of(row: WallChange | WallStroke) -> Arranger:
    """Return who did or drew something."""
    return Arranger(row.who, row.author, row.sign_in)


def is_by(who: Arranger, other: Arranger) -> bool:
    """Whether these are one person, whatever they are called by now."""
    same_name = bool(who.sign_in) or who.name == other.name
    return same_name and (who.sign_in, who.author) == (other.sign_in, other.author)


def by(table: type[WallChange] | type[WallStroke], who: Arranger) -> sa.ColumnElement[bool]:
    """Return the condition for what somebody did or drew; as `is_by`."""
    name = () if who.sign_in else (table.who == who.name,)
    return sa.and_(table.sign_in == who.sign_in, table.author == who.author, *name)


def write(
    change: Change,
    talk: LockedTalk,
    who: Arranger,
    row: WallPlace | WallCluster,
    wish: Fields,
    along: Iterable[Along] = (),
) -> Arranged:
    """Have a note or cluster be as wished, and others along with it: one change, told and kept.

    What is put somewhere comes to the front, but for what goes along.
    """
    session, revision = change.session, count_change(change, talk)
    diffs = set_fields(row, wish, revision)
    if wish.get("x") is not None and "z" not in wish:
        row.z = in_front(session, row)
    number = keep(session, talk, who, diffs | set_along(along, revision), of(row))
    return Arranged(number_of(row), number, revision)


def set_along(along: Iterable[Along], revision: int) -> Fields:
    """Set fields of what goes along with something; return each as it was and is, by its kind."""
    found: Fields = {}
    for row, wish in along:
        kind = "notes" if isinstance(row, WallPlace) else "clusters"
        found.setdefault(kind, {})[str(number_of(row))] = set_fields(row, wish, revision)
    return found


def of(row: Row) -> dict[str, int]:
    """Return by which number a change is known to be one of a row."""
    if isinstance(row, WallPlace):
        return {"question_id": row.question_id}
    return {"cluster_id" if isinstance(row, WallCluster) else "stroke_id": row.id}


def number_of(row: Row) -> int:
    """Return the number of the note, cluster or mark that a row is of."""
    return row.question_id if isinstance(row, WallPlace) else row.id


def count_change(change: Change, talk: LockedTalk) -> int:
    """Count one change of a wall and have it told; return the revision that it makes."""
    wall = wall_row(change.session, talk.row)
    after, wall.revision = wall.revision, wall.revision + 1
    change.announce(WallArranged(talk.slug, wall.revision, after))
    return wall.revision


def unchanged(session: Session, row: Talk, number: int) -> Arranged:
    """Return that nothing was done to a note, cluster or mark, for it is so already."""
    return Arranged(number, 0, wall_row(session, row).revision)


def keep(session: Session, talk: LockedTalk, who: Arranger, diffs: Fields, what: OfWhat) -> int:
    """Log a change, and forget those of days ago; return its number."""
    kept = WallChange(**_logged(talk, who, diffs, what))
    session.add(kept)
    session.flush()
    forget_old(session, talk.row, talk.now)
    return kept.id


def keep_all(session: Session, talk: LockedTalk, who: Arranger, done: Iterable[Logged]) -> None:
    """Log some changes, each by itself but in one statement, and forget those of days ago."""
    nothing = dict.fromkeys(("question_id", "cluster_id", "stroke_id"))
    rows = [nothing | _logged(talk, who, *each) for each in done]
    session.execute(sa.insert(WallChange), rows)
    forget_old(session, talk.row, talk.now)


def _logged(talk: LockedTalk, who: Arranger, diffs: Fields, what: OfWhat) -> Fields:
    by = {"talk_id": talk.row.id, "at": talk.now, "who": who.name, "author": who.author}
    return {**by, "sign_in": who.sign_in, "before": json.dumps(diffs), **what}


def set_fields(row: Row, wish: Fields, revision: int) -> Fields:
    """Set fields; return each as it was and is."""
    diffs = {name: [getattr(row, name), new] for name, new in wish.items()}
    for name, new in wish.items():
        setattr(row, name, new)
    row.revision = revision
    return diffs


def highest(session: Session, row: Talk, table: type[WallPlace] | type[WallCluster]) -> int:
    """Return how high the highest of a kind is on a wall."""
    return session.scalar(sa.select(sa.func.max(table.z)).where(table.talk_id == row.id)) or 0


def in_front(session: Session, row: WallPlace | WallCluster) -> int:
    """Return the height that is above all others of its kind."""
    highest = sa.select(sa.func.max(type(row).z)).where(type(row).talk_id == row.talk_id)
    if isinstance(row, WallPlace):
        others = highest.where(WallPlace.question_id != row.question_id)
    else:
        others = highest.where(WallCluster.id != row.id)
    return max(row.z, (session.scalar(others) or 0) + 1)


def wall_row(session: Session, row: Talk) -> Wall:
    """Return a wall's row, made on first use."""
    found = session.get(Wall, row.id, populate_existing=True)
    if found is None:
        found = Wall(talk_id=row.id, revision=0)
        session.add(found)
        session.flush()
    return found


def place_of(session: Session, row: Talk, question_id: int) -> WallPlace:
    """Return where a question's note is, made on first use."""
    found = session.get(WallPlace, question_id, populate_existing=True)
    if found is None:
        found = WallPlace(
            question_id=question_id, talk_id=row.id, x=None, y=None, z=0, colour="", revision=0
        )
        session.add(found)
        session.flush()
    return found


def members(session: Session, cluster: WallCluster) -> Sequence[WallPlace]:
    """Return the places of all notes in a cluster, whoever sees them."""
    wanted = sa.select(WallPlace).where(WallPlace.cluster_id == cluster.id)
    return session.scalars(wanted.execution_options(**AFRESH)).all()


def before_all(
    now: Fields, newest_first: Iterable[Fields], groups: Sequence[Sequence[str]]
) -> Fields:
    """Return what is to be put back, for each change was the last to it; fields in whole groups."""
    then = dict(now)
    for diffs in newest_first:
        for group in groups:
            mine = [name for name in group if name in diffs]
            if all(then[name] == diffs[name][1] for name in mine):
                then |= {name: diffs[name][0] for name in mine}
    back = [group for group in groups if any(then[name] != now[name] for name in group)]
    return {name: then[name] for group in back for name in group}


def fields_of(row: WallPlace | WallCluster) -> Fields:
    """Return what can be put back of a note or cluster."""
    groups = NOTE_FIELDS if isinstance(row, WallPlace) else CLUSTER_FIELDS
    return {name: getattr(row, name) for group in groups for name in group}


def refuse_when_full(session: Session, row: Talk, more: int = 1) -> None:
    """Refuse to place some more notes than a wall holds; raises Refused."""
    if more and more > room_left(session, row):
        raise Refused(FULL)


def room_left(session: Session, row: Talk) -> int:
    """Return how many more notes a wall holds than everybody sees on it."""
    is_seen = Question.status.in_(PUBLIC), WallPlace.x.is_not(None)
    placed = sa.select(sa.func.count()).select_from(WallPlace).join(Question)
    count = session.scalar(placed.where(WallPlace.talk_id == row.id, *is_seen)) or 0
    return MOST_PLACED - count

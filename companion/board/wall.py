"""What is on a talk's wall: its public questions as notes, where somebody has put them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.cards import Card, stranger_card
from companion.board.order import in_order
from companion.board.talk_state import TalkState
from companion.messages import gettext
from companion.store.models import PUBLIC, Question, Talk
from companion.store.wall import Wall, WallCluster, WallPlace

COLOURS = {
    "yellow": gettext("yellow"),
    "orange": gettext("orange"),
    "red": gettext("red"),
    "pink": gettext("pink"),
    "purple": gettext("purple"),
    "blue": gettext("blue"),
    "green": gettext("green"),
    "grey": gettext("grey"),
}
MOST_PLACED, MOST_CLUSTERS, INBOX = 500, 100, 50
TITLE_MAX = 60
ROW = 120  # pixels: notes whose tops are in one such band are read from side to side
NOBODY_PLACED = 0
PLACE = WallPlace.x, WallPlace.y, WallPlace.z, WallPlace.colour, WallPlace.cluster_id
AREA = (
    *(WallCluster.id, WallCluster.x, WallCluster.y, WallCluster.z),
    *(WallCluster.width, WallCluster.height, WallCluster.colour, WallCluster.title),
)


class WallMode(StrEnum):
    """Who sees a talk's wall, and who arranges it."""

    OFF = "off"
    SHOWN = "shown"
    OPEN = "open"


class Place(NamedTuple):
    """Where a note is, as browsers are told; without ``x`` and ``y`` it is not placed.

    In a cluster they are from its corner.
    """

    id: int
    x: int | None
    y: int | None
    z: int
    colour: str
    cluster: int | None = None


class Area(NamedTuple):
    """Where a cluster is, as browsers are told, and what it is called; "" is untitled."""

    id: int
    x: int
    y: int
    z: int
    width: int
    height: int
    colour: str
    title: str


@dataclass(frozen=True)
class Note:
    """A question on the wall, as a stranger sees it."""

    card: Card
    place: Place


@dataclass(frozen=True)
class Cluster:
    """A titled area, and those notes in it that everybody sees, in reading order."""

    area: Area
    notes: tuple[Note, ...] = ()

    @property
    def votes(self) -> int:
        """Return how many votes its notes have together."""
        return sum(note.card.votes for note in self.notes)


@dataclass(frozen=True)
class WallView:
    """A talk's wall at one moment; ``revision`` is the board's, ``arranged`` the wall's own.

    ``placed`` are all that somebody has placed, whether in a cluster or not. Of those not placed
    yet ``more`` are not among the ``inbox``: the list has them.
    """

    mode: WallMode
    revision: int
    arranged: int
    placed: tuple[Note, ...]
    inbox: tuple[Note, ...]
    more: int
    clusters: tuple[Cluster, ...] = ()

    @property
    def loose(self) -> tuple[Note, ...]:
        """Return the notes that are placed and in no cluster."""
        return tuple(note for note in self.placed if note.place.cluster is None)


def mode_of(talk: TalkState) -> WallMode:
    """Return who sees the wall, and who arranges it."""
    return WallMode(talk.row.wall) if talk.row else WallMode.SHOWN


def arranged(session: Session, row: Talk | None) -> int:
    """Return how often a wall was arranged."""
    wanted = sa.select(Wall.revision).filter_by(talk_id=row.id if row else 0)
    return session.scalar(wanted) or 0


def put_away(talk: TalkState) -> WallView:
    """Return the wall as those see it who do not."""
    return WallView(mode_of(talk), talk.revision, NOBODY_PLACED, (), (), 0)


def wall(session: Session, talk: TalkState) -> WallView:
    """Return what everybody sees of a wall that is on."""
    row, count = talk.row, arranged(session, talk.row)
    placed, inbox, waiting = _notes(session, row) if row else ((), (), 0)
    found = _clusters(session, row, placed) if row else ()
    more = waiting - len(inbox)
    return WallView(mode_of(talk), talk.revision, count, placed, inbox, more, found)


def _notes(session: Session, row: Talk) -> tuple[tuple[Note, ...], tuple[Note, ...], int]:
    """Return the notes that are placed, the first of the others, and how many others there are."""
    is_placed = WallPlace.x.is_not(None)
    rows = sa.select(Question, *PLACE).where(_public(row))
    front = rows.join(WallPlace).where(is_placed).order_by(WallPlace.z.desc(), Question.id)
    placed = session.execute(front.limit(MOST_PLACED))
    left = rows.outerjoin(WallPlace).where(WallPlace.x.is_(None))
    first = session.execute(left.order_by(*in_order(row, "popular")).limit(INBOX)).all()
    count = len(first)
    if count == INBOX:
        count = session.scalar(sa.select(sa.func.count()).select_from(left.subquery())) or 0
    found = sorted((_note(row, *each) for each in placed), key=reading_order)
    return tuple(found), tuple(_note(row, *each) for each in first), count


def _note(
    row: Talk,
    question: Question,
    x: int | None,
    y: int | None,
    z: int | None,
    colour: str | None,
    cluster: int | None,
) -> Note:
    place = Place(question.id, x, y, z or 0, colour or "", cluster)
    return Note(stranger_card(question, row), place)


def _clusters(session: Session, row: Talk, placed: Sequence[Note]) -> tuple[Cluster, ...]:
    """Return a talk's clusters in the order in which they are read, each with its notes."""
    mine: dict[int | None, list[Note]] = {}
    for note in placed:
        mine.setdefault(note.place.cluster, []).append(note)
    return tuple(Cluster(area, tuple(mine.get(area.id, ()))) for area in areas(session, row))


def areas(session: Session, row: Talk) -> list[Area]:
    """Return a talk's clusters in the order in which they are read."""
    wanted = sa.select(*AREA).where(WallCluster.talk_id == row.id, ~WallCluster.is_gone)
    rows: Sequence[Any] = session.execute(wanted).all()
    found = (Area(*each) for each in rows)
    return sorted(found, key=as_read)


def as_read(cluster: Area | WallCluster) -> tuple[int, int, int]:
    """Return what clusters are read by: from the top, and in one row from the left."""
    return cluster.y // ROW, cluster.x, cluster.id


def reading_order(note: Note) -> tuple[int, int, int]:
    """Return what placed notes are read by: from the top, and in one row from the left."""
    return (note.place.y or 0) // ROW, note.place.x or 0, note.place.id


def places_since(session: Session, talk: str, since: int) -> tuple[WallMode, int, list[Place]]:
    """Return a wall's count and what was arranged after an earlier one, of what everybody sees."""
    row = session.execute(
        sa.select(Talk.id, Talk.wall, Wall.revision).join(Wall).where(Talk.slug == talk)
    ).first()
    if row is None:
        return WallMode.SHOWN, NOBODY_PLACED, []
    here = WallPlace.talk_id == row.id, WallPlace.revision > since, Question.status.in_(PUBLIC)
    found: Sequence[Any] = session.execute(
        sa.select(WallPlace.question_id, *PLACE)
        .join(Question)
        .where(*here)
        .order_by(WallPlace.revision)
    ).all()
    return WallMode(row.wall), row.revision, [Place(*each) for each in found]


def areas_since(session: Session, talk: str, since: int) -> list[Area | tuple[int]]:
    """Return those clusters that were changed after a revision; of one that is gone its id alone.

    They are read after the revision that is told with them, so that none is ever missed.
    """
    changed = sa.select(WallCluster.is_gone, *AREA).join(Talk, Talk.id == WallCluster.talk_id)
    here = Talk.slug == talk, WallCluster.revision > since
    found: Sequence[Any] = session.execute(
        changed.where(*here).order_by(WallCluster.revision)
    ).all()
    return [(area[0],) if is_gone else Area(*area) for is_gone, *area in found]


def told(
    revision: int, after: int, places: Sequence[Place], areas: Sequence[Area | tuple[int]]
) -> dict[str, Any]:
    """Return what browsers are told of a wall that was arranged: no more than what is there."""
    short = [tuple(place) if place.cluster else place[:-1] for place in places]
    clusters = {"clusters": areas} if areas else {}
    return {"revision": revision, "after": after, "places": short, **clusters}


def _public(row: Talk) -> sa.ColumnElement[bool]:
    return sa.and_(Question.talk_id == row.id, Question.status.in_(PUBLIC))

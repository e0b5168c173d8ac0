"""What is done to many clusters in one go: columns are made of names, and all are laid out."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import clusters
from companion.board.clusters import TOO_MANY
from companion.board.input import one_line
from companion.board.talk_state import LockedTalk
from companion.board.wall import TITLE_MAX
from companion.board.wall_changes import (
    Along,
    Arranged,
    Arranger,
    Fields,
    members,
    unchanged,
    write,
)
from companion.board.wall_input import within
from companion.board.wall_layout import EDGE, Box, column_at, free_box, in_shelves, whole
from companion.errors import Refused
from companion.messages import gettext
from companion.store.models import Talk
from companion.store.wall import WallCluster
from companion.store.writer import Change

FEWEST, MOST = 2, 6
WIDE = 4  # so many columns have room for two notes side by side
HEIGHT, LEAST_WIDTH = 800, 2_400
HOW_MANY = gettext(
    "Name %(fewest)s to %(most)s columns, one on each line, or separated by commas.",
    fewest=FEWEST,
    most=MOST,
)
TOO_LONG = gettext("Say what a column is called in %(most)s characters at most.", most=TITLE_MAX)


def read_columns(typed: str) -> list[str]:
    """Return the names that somebody has typed: of each line, or between commas; raises Refused."""
    lines = typed.splitlines()
    names = [one_line(name) for name in (lines if len(lines) > 1 else typed.split(","))]
    names = [name for name in names if name]
    if not FEWEST <= len(names) <= MOST:
        raise Refused(HOW_MANY)
    if max(map(len, names)) > TITLE_MAX:
        raise Refused(TOO_LONG)
    _refuse_double(names)
    return names


def columns(change: Change, talk: LockedTalk, who: Arranger, names: Sequence[str]) -> Arranged:
    """Put clusters side by side where nothing is, one for each name: that is one change."""
    session, row = change.session, talk.row
    _refuse_double([*_titles(session, row), *names])
    if clusters.room_left(session, row) < len(names):
        raise Refused(TOO_MANY)
    step = column_at(2 if len(names) <= WIDE else 1)
    size = len(names) * (step + EDGE), HEIGHT
    box = free_box(size, clusters.taken(session, row), [EDGE], EDGE)
    made = [
        WallCluster(
            **{
                "talk_id": row.id,
                "key": secrets.token_hex(16),
                "title": name,
                "author": who.author,
            },
            **{"x": within(box.x + n * (step + EDGE)), "y": within(box.y)},
            **{"width": step, "height": HEIGHT, "z": 0, "colour": ""},
            **{"is_gone": True, "revision": 0},
        )
        for n, name in enumerate(names)
    ]
    session.add_all(made)
    session.flush()
    first, *others = [(cluster, {"is_gone": False}) for cluster in made]
    return clusters.bring(change, talk, who, *first, others=others)


def lay_out(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
    """Put all clusters beside and below each other, each as large as its notes need: one change."""
    session, row = change.session, talk.row
    there = clusters.all_of(session, row)
    sizes = [clusters.fitted(session, cluster) for cluster in there]
    area = sum(width * height for width, height in sizes)
    boxes = in_shelves(sizes, max(LEAST_WIDTH, math.isqrt(2 * area)))
    free = free_box(whole(boxes), clusters.loose(session, row), [EDGE], EDGE)
    wishes = (_at(box, free) for box in boxes)
    moved = [each for each in zip(there, wishes, strict=True) if _is_other(*each)]
    if not moved:
        return unchanged(session, row, 0)
    first, *others = moved
    return write(change, talk, who, *first, others)


def back(session: Session, row: Talk, wishes: Iterable[tuple[WallCluster, Fields]]) -> list[Along]:
    """Return what is to be put back of further clusters, and of notes that one of them loses.

    Raises Refused where the wall has no room for them.
    """
    found = list(wishes)
    come = sum(wish.get("is_gone") is False for _, wish in found)
    if come and come >= clusters.room_left(session, row):  # one more comes with them
        raise Refused(TOO_MANY)
    return [*found, *_left(session, found)]


def _left(session: Session, found: Iterable[tuple[WallCluster, Fields]]) -> Iterator[Along]:
    for cluster, wish in found:
        if wish.get("is_gone"):
            for place in members(session, cluster):
                yield place, clusters.out_of(cluster, place)


def _at(box: Box, corner: Box) -> Fields:
    at = {"x": within(corner.x + box.x), "y": within(corner.y + box.y)}
    return at | {"width": box.width, "height": box.height}


def _is_other(cluster: WallCluster, wish: Fields) -> bool:
    return any(getattr(cluster, name) != new for name, new in wish.items())


def _titles(session: Session, row: Talk) -> Sequence[str]:
    here = sa.select(WallCluster.title).where(WallCluster.talk_id == row.id, ~WallCluster.is_gone)
    return [title for title in set(session.scalars(here)) if title]


def _refuse_double(names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise Refused(
                gettext(
                    "Choose another name than “%(name)s”: that is the name of a cluster.", name=name
                )
            )
        seen.add(name.casefold())

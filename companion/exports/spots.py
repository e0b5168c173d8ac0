"""Where questions are on a talk's wall, and in which of its clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.wall import AREA, Area
from companion.exports.printable import legible
from companion.store.wall import Wall, WallCluster, WallPlace


@dataclass(frozen=True)
class Spot:
    """Where a note is, from the wall's corner; without ``x`` and ``y`` it is not placed."""

    x: int | None = None
    y: int | None = None
    z: int = 0
    colour: str = ""
    cluster: Area | None = None

    @property
    def title(self) -> str:
        """Return what the note's cluster is called, "" where it is in none."""
        return self.cluster.title if self.cluster else ""

    @property
    def number(self) -> int | None:
        """Return what tells the note's cluster from others of the same title."""
        return self.cluster.id if self.cluster else None


@dataclass(frozen=True)
class Surface:
    """What notes are on: a background, and clusters from the back to the front.

    ``across`` and ``up`` are what the axes of a background with four fields are called.
    """

    background: str = "blank"
    across: str = ""
    up: str = ""
    clusters: tuple[Area, ...] = ()


NOWHERE, BARE = Spot(), Surface()


def surfaces(session: Session, talks: Collection[int]) -> defaultdict[int, Surface]:
    """Return what the notes of some talks are on."""
    found: defaultdict[int, Surface] = defaultdict(Surface)
    for row in session.scalars(sa.select(Wall).where(Wall.talk_id.in_(talks))):
        axes = legible(row.across), legible(row.up)
        found[row.talk_id] = Surface(row.background, *axes)
    for talk, each in _clusters(session, talks).items():
        found[talk] = replace(found[talk], clusters=tuple(each))
    return found


def _clusters(session: Session, talks: Collection[int]) -> defaultdict[int, list[Area]]:
    """Return the clusters of each talk, from the back to the front."""
    found: defaultdict[int, list[Area]] = defaultdict(list)
    here = WallCluster.talk_id.in_(talks), ~WallCluster.is_gone
    wanted = sa.select(WallCluster.talk_id, *AREA).where(*here)
    rows: Iterable[Any] = session.execute(wanted.order_by(WallCluster.z, WallCluster.id))
    for talk, *columns in rows:
        area = Area(*columns)
        found[talk].append(area._replace(title=legible(area.title)))
    return found


def spots(
    session: Session, talks: Collection[int], surfaces: Mapping[int, Surface]
) -> dict[int, Spot]:
    """Return where the questions of some talks are on these surfaces, by their numbers."""
    known = {each.id: each for surface in surfaces.values() for each in surface.clusters}
    rows = session.scalars(sa.select(WallPlace).where(WallPlace.talk_id.in_(talks)))
    return {row.question_id: _spot(row, known) for row in rows}


def _spot(row: WallPlace, known: Mapping[int, Area]) -> Spot:
    cluster = known.get(row.cluster_id or 0)
    left, top = (cluster.x, cluster.y) if cluster else (0, 0)
    if row.x is None or row.y is None:
        return Spot(colour=row.colour)
    return Spot(left + row.x, top + row.y, row.z, row.colour, cluster)

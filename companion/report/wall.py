"""What a report says of a talk's wall: its clusters, with how many notes and votes each has."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.wall import areas
from companion.store.models import PUBLIC, Question, Talk
from companion.store.wall import WallPlace


@dataclass(frozen=True)
class ClusterFigures:
    """A cluster, and what everybody sees in it."""

    title: str
    notes: int
    votes: int


@dataclass(frozen=True)
class WallFigures:
    """A wall's clusters as they are read, and the notes that are placed in none."""

    clusters: tuple[ClusterFigures, ...]
    loose: ClusterFigures


def wall_figures(session: Session, row: Talk | None) -> WallFigures | None:
    """Return the figures of a talk's wall, None where nobody has put anything there."""
    if row is None:
        return None
    counted = sa.select(WallPlace.cluster_id, sa.func.count(), sa.func.sum(Question.votes))
    placed = WallPlace.talk_id == row.id, WallPlace.x.is_not(None), Question.status.in_(PUBLIC)
    found = session.execute(counted.join(Question).where(*placed).group_by(WallPlace.cluster_id))
    sums = {cluster: (notes, int(votes)) for cluster, notes, votes in found}
    clusters = tuple(
        ClusterFigures(area.title, *sums.get(area.id, (0, 0))) for area in areas(session, row)
    )
    loose = ClusterFigures("", *sums.get(None, (0, 0)))
    return WallFigures(clusters, loose) if clusters or loose.notes else None

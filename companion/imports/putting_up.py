"""Putting a prepared wall up: its clusters, and the notes that were brought in with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.clusters import room_left
from companion.board.wall import MOST_CLUSTERS
from companion.board.wall_changes import count_change, refuse_when_full, wall_row
from companion.board.wall_input import FURTHEST
from companion.board.wall_layout import (
    Box,
    around,
    columns_for,
    columns_in,
    free_box,
    in_rows,
    note_box,
)
from companion.errors import Refused
from companion.imports.prepared_wall import PreparedCluster, PreparedSpot, PreparedWall
from companion.messages import gettext
from companion.moderation.context import ActionContext
from companion.store.models import Question, Talk
from companion.store.wall import WallCluster, WallPlace

EDGE = 24
WIDEST = 2_400  # of a line of clusters
NO_ROOM = gettext(
    "The wall has no room for that below what is on it. Take something off first, or leave the "
    "wall out."
)
TOO_MANY = gettext(
    "The wall holds %(most)s clusters. Take some off that are on it, or leave the wall out.",
    most=MOST_CLUSTERS,
)


@dataclass(frozen=True)
class PlannedWall:
    """A prepared wall to be put up; ``keys`` are its clusters', ``spots`` by questions' keys."""

    wall: PreparedWall
    keys: Sequence[str]
    spots: Mapping[str, PreparedSpot]


class Noted(NamedTuple):
    """A question that was brought in, and where its note goes."""

    question: Question
    spot: PreparedSpot


class Placed(NamedTuple):
    """Where a note is, as it is kept."""

    noted: Noted
    x: int | None
    y: int | None
    cluster: int | None = None


def put_up(context: ActionContext, planned: PlannedWall, questions: Iterable[Question]) -> None:
    """Put a wall up, below what is there already; the same keys twice are one. Raises Refused."""
    session, row = context.session, context.row
    if _is_up(session, row, planned.keys):
        return
    if planned.keys and len(planned.keys) > room_left(session, row):
        raise Refused(TOO_MANY)
    noted = [
        Noted(question, planned.spots[question.key])
        for question in questions
        if question.key in planned.spots
    ]
    top = _bottom(session, row)
    placed = [*_in_clusters(context, planned, noted, top), *_loose(noted, top)]
    refuse_when_full(session, row, sum(each.x is not None for each in placed))
    _set_background(session, row, planned.wall)
    revision = count_change(context.change, context.talk)
    highest = sa.select(sa.func.max(WallPlace.z)).filter_by(talk_id=row.id)
    front = session.scalar(highest) or 0
    session.add_all(_place(row, each, front + at, revision) for at, each in enumerate(placed, 1))
    mine = sa.update(WallCluster).where(WallCluster.talk_id == row.id)
    session.execute(mine.where(WallCluster.key.in_(planned.keys)).values(revision=revision))


def _is_up(session: Session, row: Talk, keys: Sequence[str]) -> bool:
    known = sa.select(WallCluster.id).where(WallCluster.talk_id == row.id)
    return session.scalar(known.where(WallCluster.key.in_(keys)).limit(1)) is not None


def _bottom(session: Session, row: Talk) -> int:
    """Return where there is nothing below of what is on a wall."""
    areas = sa.select(sa.func.max(WallCluster.y + WallCluster.height))
    lowest = session.scalar(areas.where(WallCluster.talk_id == row.id, ~WallCluster.is_gone))
    notes = sa.select(WallPlace.y, Question.text).join(Question)
    loose = notes.where(WallPlace.talk_id == row.id, WallPlace.cluster_id.is_(None))
    boxes = (note_box(0, y, text) for y, text in session.execute(loose) if y is not None)
    ends = [lowest or 0, *(box.y + box.height for box in boxes)]
    return max(ends) + EDGE if max(ends) else 0


def _set_background(session: Session, row: Talk, prepared: PreparedWall) -> None:
    """Give a wall the prepared background, unless it has one; a picture does not come along."""
    wall = wall_row(session, row)
    if wall.background in (None, "blank") and prepared.background != "picture":
        wall.background, wall.across, wall.up = prepared.background, prepared.across, prepared.up


def _in_clusters(
    context: ActionContext, planned: PlannedWall, noted: Sequence[Noted], top: int
) -> Iterator[Placed]:
    """Make the clusters, and place their notes."""
    clusters = planned.wall.clusters
    mine = [[each for each in noted if each.spot.cluster == n] for n in range(len(clusters))]
    boxes = [_boxes(*each) for each in zip(clusters, mine, strict=True)]
    areas = _areas(clusters, [_size(*each) for each in zip(clusters, boxes, strict=True)], top)
    for number, (key, area) in enumerate(zip(planned.keys, areas, strict=True)):
        made = _cluster(context.row, key, clusters[number], area)
        context.session.add(made)
        context.session.flush()
        for each, box in zip(mine[number], boxes[number], strict=True):
            yield Placed(each, box.x, box.y, made.id)


def _boxes(cluster: PreparedCluster, mine: Sequence[Noted]) -> list[Box]:
    """Return where a cluster's notes are in it: those without places in rows."""
    texts = [each.question.text for each in mine]
    columns = columns_in(cluster.width) if cluster.width else columns_for(len(mine))
    left, top = cluster.x or 0, cluster.y or 0
    return [
        note_box(max(0, each.spot.x - left), max(0, (each.spot.y or 0) - top), text)
        if each.spot.x is not None
        else box
        for each, text, box in zip(mine, texts, in_rows(texts, columns), strict=True)
    ]


def _size(cluster: PreparedCluster, boxes: Sequence[Box]) -> tuple[int, int]:
    width, height = around(boxes)
    return cluster.width or width, cluster.height or height


def _areas(
    clusters: Sequence[PreparedCluster], sizes: Sequence[tuple[int, int]], top: int
) -> list[Box]:
    """Return where clusters go: those without a place into lines, where the others leave room."""
    found = [_wanted(*each) for each in zip(clusters, sizes, strict=True)]
    taken = [area for area in found if area]
    for number, size in enumerate(sizes):
        if found[number] is None:
            area = free_box(size, taken, _beside(taken, size[0]), EDGE)
            found[number] = area
            taken.append(area)
    areas = [Box(area.x, area.y + top, area.width, area.height) for area in found if area]
    if any(area.y > FURTHEST for area in areas):
        raise Refused(NO_ROOM)
    return areas


def _wanted(cluster: PreparedCluster, size: tuple[int, int]) -> Box | None:
    if cluster.x is None or cluster.y is None:
        return None
    return Box(cluster.x, cluster.y, *size)


def _beside(taken: Sequence[Box], width: int) -> list[int]:
    """Return where on a line something may begin: at its left, and after what is there."""
    ends = {area.x + area.width + EDGE for area in taken}
    return [EDGE, *sorted(end for end in ends if end + width <= WIDEST)]


def _cluster(row: Talk, key: str, cluster: PreparedCluster, area: Box) -> WallCluster:
    return WallCluster(
        talk_id=row.id,
        key=key,
        title=cluster.title,
        x=area.x,
        y=area.y,
        width=area.width,
        height=area.height,
        colour=cluster.colour,
        revision=0,
    )


def _loose(noted: Sequence[Noted], top: int) -> Iterator[Placed]:
    """Return where the notes are that are in no cluster; those without a place keep a colour."""
    for each in noted:
        x, y = each.spot.x, each.spot.y
        if each.spot.cluster is None and (y or 0) + top > FURTHEST:
            raise Refused(NO_ROOM)
        if each.spot.cluster is None:
            yield Placed(each, x, None if y is None else y + top)


def _place(row: Talk, placed: Placed, z: int, revision: int) -> WallPlace:
    return WallPlace(
        question_id=placed.noted.question.id,
        talk_id=row.id,
        x=placed.x,
        y=placed.y,
        z=z,
        colour=placed.noted.spot.colour,
        cluster_id=placed.cluster,
        revision=revision,
    )

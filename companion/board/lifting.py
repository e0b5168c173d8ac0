"""What may be in a hand on a talk's wall, so that others see where it is held."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rows import MAX_ID
from companion.board.wall_input import FURTHEST
from companion.store.models import PUBLIC, Question, Talk
from companion.store.wall import WallCluster

MOST_LIFTED = 8
# A number and a place, or the number alone once it is let go; a cluster's is below 0.
Step = tuple[int, int, int] | tuple[int]


def read_steps(moved: object) -> list[Step]:
    """Return what a hand says it holds and where; raises ValueError for what no browser says."""
    if not isinstance(moved, list) or len(moved) > MOST_LIFTED:
        raise ValueError("not a list of steps")
    return [_step(*each) for each in moved if isinstance(each, list)]


def _step(number: object = None, *place: object) -> Step:
    is_number = type(number) is int and 0 < abs(number) <= MAX_ID
    is_place = all(type(at) is int and 0 <= at <= FURTHEST for at in place)
    if not is_number or not is_place or len(place) not in (0, 2):
        raise ValueError("not a step")
    return (number, *place)  # type: ignore[return-value]  # each of them has been looked at


def are_there(session: Session, row: Talk, numbers: Collection[int]) -> bool:
    """Whether all that is lifted is on a talk's wall, for everybody to see."""
    notes = {number for number in numbers if number > 0}
    clusters = {-number for number in numbers if number < 0}
    seen = Question.talk_id == row.id, Question.status.in_(PUBLIC), Question.id.in_(notes)
    whole = WallCluster.talk_id == row.id, ~WallCluster.is_gone, WallCluster.id.in_(clusters)
    return _count(session, Question, *seen) + _count(session, WallCluster, *whole) == len(
        notes | {-number for number in clusters}
    )


def _count(session: Session, table: type, *where: sa.ColumnElement[bool]) -> int:
    counted = sa.select(sa.func.count()).select_from(table).where(*where)
    return session.scalar(counted) or 0

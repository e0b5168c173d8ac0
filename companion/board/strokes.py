"""Marks on a talk's wall: what somebody drew, as numbers, as an SVG path, and as it is told.

Points are whole numbers in one text: where the first one is, and of each other one how far it is
from the one before, as ``120 80 3 -2 5 0``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.wall_input import DIGITS, FURTHEST
from companion.errors import Refused
from companion.messages import gettext
from companion.store.models import Talk
from companion.store.wall import WallStroke

MOST_POINTS, MOST_STROKES = 500, 300
MOST_TEXT = MOST_POINTS * 2 * (DIGITS + 2)
# How wide each tool draws, in pixels of the map.
WIDTHS = {
    "pen": {"thin": 3, "medium": 6, "thick": 12},
    "highlighter": {"thin": 14, "medium": 24, "thick": 36},
}
TOOLS = {"pen": gettext("Pen"), "highlighter": gettext("Highlighter")}
NAMED_WIDTHS = {
    "thin": gettext("thin"),
    "medium": gettext("medium"),
    "thick": gettext("thick"),
}
NO_LINE = gettext(
    "That is no line on the wall. Draw it again, with %(most)s points at most.", most=MOST_POINTS
)
Point = tuple[int, int]


class Stroke(NamedTuple):
    """A mark, as everybody sees it."""

    id: int
    tool: str
    colour: str
    width: int
    points: tuple[Point, ...]
    caption: str

    @property
    def d(self) -> str:
        """Return what an SVG path draws it by."""
        return path_of(self.points)


def strokes_of(session: Session, row: Talk | None) -> list[Stroke]:
    """Return the marks on a talk's wall, in the order in which they were drawn."""
    here = sa.select(WallStroke).filter_by(talk_id=row.id if row else 0, is_gone=False)
    return [_stroke(each) for each in session.scalars(here.order_by(WallStroke.id))]


def _stroke(row: WallStroke) -> Stroke:
    return Stroke(row.id, row.tool, row.colour, row.width, decoded(row.points), row.caption)


def told_since(session: Session, talk: str, since: int) -> dict[str, list[list[Any]]]:
    """Return what is told of the marks that changed after a wall's revision, {} if none did.

    Each is a number, and unless it is gone its tool, colour, width, points and caption.
    """
    columns = WallStroke.tool, WallStroke.colour, WallStroke.width, WallStroke.points
    wanted = sa.select(WallStroke.is_gone, WallStroke.id, *columns, WallStroke.caption)
    since_then = wanted.join(Talk).where(Talk.slug == talk, WallStroke.revision > since)
    found: Iterable[Any] = session.execute(since_then.order_by(WallStroke.id))
    told = [[id] if is_gone else [id, *shown] for is_gone, id, *shown in found]
    return {"strokes": told} if told else {}


def read_points(typed: str) -> tuple[Point, ...]:
    """Return the points that a text says; raises Refused for what is no line on a wall."""
    figures = typed.split(" ") if 0 < len(typed) <= MOST_TEXT else []
    is_even = len(figures) % 2 == 0 and 2 <= len(figures) <= 2 * MOST_POINTS
    if not is_even or not all(map(_is_figure, figures)):
        raise Refused(NO_LINE)
    points = decoded(typed)
    if not all(0 <= at <= FURTHEST for point in points for at in point):
        raise Refused(NO_LINE)
    return points


def _is_figure(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) <= DIGITS


def decoded(text: str) -> tuple[Point, ...]:
    """Return the points of a text that `encoded` has made."""
    figures = list(map(int, text.split()))
    points, x, y = [], 0, 0
    for across, down in zip(figures[::2], figures[1::2], strict=True):
        x, y = x + across, y + down
        points.append((x, y))
    return tuple(points)


def encoded(points: Sequence[Point]) -> str:
    """Return points as they are kept and told."""
    return " ".join(f"{x - a} {y - b}" for (a, b), (x, y) in pairwise(((0, 0), *points)))


def path_of(points: Sequence[Point]) -> str:
    """Return a smooth line as SVG: from the middle of each two points to the next, by a curve.

    ``static/js/wall/marks.js`` says the same.
    """
    if not points:
        return ""
    first, last = points[0], points[-1]
    middles = [_middle(*pair) for pair in pairwise(points)]
    curves = (f"Q{x} {y} {to}" for (x, y), to in zip(points[1:-1], middles[1:], strict=True))
    begun = f"M{first[0]} {first[1]}" + (f"L{middles[0]}" if middles else "")
    return f"{begun}{''.join(curves)}L{last[0]} {last[1]}"


def _middle(one: Point, other: Point) -> str:
    return f"{(one[0] + other[0]) / 2:g} {(one[1] + other[1]) / 2:g}"

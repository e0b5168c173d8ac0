"""How large things on the wall are, about, and where there is room: pixels of the map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from companion.board.cards import width_of

NOTE_WIDTH, GAP, HEAD = 208, 16, 104  # HEAD: a cluster's title and what stands below it
NOTE_EMPTY, LINE, LETTERS = 126, 22, 16  # a note without words, each line, and how long that is
LEAST = 2 * GAP + NOTE_WIDTH, HEAD + 160
MOST_COLUMNS = 6
EDGE = 24  # between what is on the wall and its corner, and between clusters


class Box(NamedTuple):
    """An area of the map."""

    x: int
    y: int
    width: int
    height: int

    def covers(self, other: Box) -> bool:
        """Whether any of another area is in this one."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height


def note_box(x: int, y: int, text: str) -> Box:
    """Return the area of a note, about; it is never smaller than it is shown."""
    lines = max(1, -(-width_of(text) // LETTERS))
    return Box(x, y, NOTE_WIDTH, NOTE_EMPTY + LINE * lines)


def columns_in(width: int) -> int:
    """Return how many notes a cluster has room for side by side."""
    return max(1, (width - GAP) // (NOTE_WIDTH + GAP))


def columns_for(count: int) -> int:
    """Return how many columns some notes are best read in."""
    return min(MOST_COLUMNS, max(1, round(math.sqrt(count))))


def in_rows(texts: Sequence[str], columns: int) -> list[Box]:
    """Return where notes are that are laid into rows, each as high as its highest."""
    found: list[Box] = []
    y = HEAD
    for start in range(0, len(texts), columns):
        row = texts[start : start + columns]
        boxes = [note_box(column_at(n), y, text) for n, text in enumerate(row)]
        found += boxes
        y += GAP + max(box.height for box in boxes)
    return found


def column_at(number: int) -> int:
    """Return where a column of a cluster begins."""
    return GAP + number * (NOTE_WIDTH + GAP)


def around(boxes: Iterable[Box], least: tuple[int, int] = LEAST) -> tuple[int, int]:
    """Return the size of a cluster that has room for notes."""
    ends = [(box.x + box.width + GAP, box.y + box.height + GAP) for box in boxes]
    return max([least[0], *(x for x, _ in ends)]), max([least[1], *(y for _, y in ends)])


def with_room(size: tuple[int, int]) -> tuple[int, int]:
    """Return how much of the wall a cluster may need, as it grows by half."""
    return size[0] * 3 // 2, size[1] * 3 // 2


def in_shelves(sizes: Iterable[tuple[int, int]], most: int) -> list[Box]:
    """Return where areas of some sizes are side by side, and below each other if that is wide."""
    found: list[Box] = []
    x = y = high = 0
    for width, height in sizes:
        if x and x + width > most:
            x, y, high = 0, y + high + EDGE, 0
        found.append(Box(x, y, width, height))
        x, high = x + width + EDGE, max(high, height)
    return found


def whole(boxes: Sequence[Box]) -> tuple[int, int]:
    """Return how large that is which holds some areas."""
    ends = [(box.x + box.width, box.y + box.height) for box in boxes] or [(0, 0)]
    return max(x for x, _ in ends), max(y for _, y in ends)


def free_box(size: tuple[int, int], taken: Sequence[Box], across: Iterable[int], top: int) -> Box:
    """Return the uppermost free area of a size that begins at one of some places ``across``."""
    across = tuple(across)
    downs = sorted({top, *(box.y + box.height + GAP for box in taken if box.y + box.height > top)})
    for y in downs:
        for x in across:
            box = Box(x, y, *size)
            if not any(box.covers(other) for other in taken):
                return box
    return Box(across[0], downs[-1], *size)

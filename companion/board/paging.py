"""Which part of a board somebody wants to see: in which order, what of it, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion.board.input import one_line
from companion.board.rows import MAX_ID

PAGE, PAGE_MOST = 50, 1_000
FIND_MOST = 100


@dataclass(frozen=True)
class Selection:
    """The first ``shown`` of a board in one order, of those that hold what is looked for.

    ``at`` is a question that a link leads to: it is shown wherever it stands.
    """

    sort: str = "popular"
    find: str = ""
    shown: int = PAGE
    at: int = 0

    @property
    def is_usual(self) -> bool:
        """Whether most people want just this: the first page, in one order or the other."""
        return not self.find and not self.at and self.shown == PAGE


FIRST_PAGE = Selection()


def read_selection(asked: Mapping[str, str]) -> Selection:
    """Return what a query selects; what makes no sense is left out."""
    sort = "recent" if asked.get("sort") == "recent" else "popular"
    find = one_line(asked.get("find", "")[:FIND_MOST])
    shown, at = _number(asked.get("shown")), _number(asked.get("at"))
    return Selection(sort, find, min(max(shown, PAGE), PAGE_MOST), at if at <= MAX_ID else 0)


def _number(text: str | None) -> int:
    return int(text[:10]) if text and text.isascii() and text.isdecimal() else 0

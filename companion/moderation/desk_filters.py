"""What a moderator looks for at the desk: one of its lists, some of it, and how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from companion.board.input import one_line
from companion.board.order import matches
from companion.moderation.context import TAG_LENGTH
from companion.store.models import Tab

# A card with all that can be done to it takes 5 KB: so many are fetched anew at each change.
SHOWN, SHOWN_MOST, FOLDED = 16, 5_000, 3
FILTERS = ("kind", "label", "author", "only")


@dataclass(frozen=True)
class Filters:
    """What a moderator looks for: a tab, if one was chosen, words, what else, and how many."""

    tab: Tab | None = None
    find: str = ""
    more: dict[str, str] = field(default_factory=dict)
    shown: int = SHOWN

    @property
    def take_all(self) -> bool:
        """Return whether nothing of a list is passed over."""
        return not self.find.strip() and not self.more

    def match(self, row: Any) -> bool:
        """Return whether a question is looked for."""
        more = self.more
        return (
            _holds(row, self.find)
            and more.get("kind", row.kind) == row.kind
            and more.get("author", row.author[:TAG_LENGTH]) == row.author[:TAG_LENGTH]
            and ("label" not in more or more["label"] in split_labels(row.labels))
            and (more.get("only") != "unanswered" or not row.answer)
        )


def read_filters(asked: Mapping[str, str]) -> Filters:
    """Return the filters that a query names; what is not known is left out."""
    tab = asked.get("tab", "")
    more = {name: one_line(asked[name][:60]) for name in FILTERS if asked.get(name)}
    find = one_line(asked.get("find", "")[:100])
    shown = _read_shown(asked.get("shown", ""))
    return Filters(Tab(tab) if tab in set(Tab) else None, find, more, shown)


def split_labels(labels: str) -> tuple[str, ...]:
    """Return a question's labels, one by one."""
    return tuple(labels.split(", ")) if labels else ()


def _read_shown(text: str) -> int:
    wanted = int(text[:9]) if text.isascii() and text.isdecimal() else 0
    return min(max(wanted, SHOWN), SHOWN_MOST)


def _holds(row: Any, find: str) -> bool:
    sought = find.casefold().split()
    words = f"{row.text} {row.detail} {row.name} {row.labels} {row.prompt or ''}"
    return not sought or matches(words, sought)

"""Questions as the items of a Markdown list; what is indented below an item is its detail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from textwrap import dedent

from markdown_it.common.utils import unescapeAll

from companion.imports.rows import LIST, Found, ParsedList

ITEM = re.compile(r"( {0,3})(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
BOX = re.compile(r"\[[ xX]\][ \t]+")
INDENT = 2


@dataclass
class _Item:
    number: int
    text: str
    below: list[str] = field(default_factory=list)


def is_list(text: str) -> bool:
    """Whether the first thing in a text, headings aside, is an item of a list."""
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith("#"))
    return ITEM.match(next(lines, "")) is not None


def read_list(text: str) -> ParsedList:
    """Return the items of the outermost lists; all that is between them is left out."""
    items: list[_Item] = []
    is_open, margin = False, 0
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.expandtabs(4)
        item = ITEM.match(line)
        if item and not (is_open and len(item[1]) - margin >= INDENT):
            margin = len(item[1])
            items.append(_Item(number, BOX.sub("", line[item.end() :], count=1)))
            is_open = True
        elif is_open:
            is_open = _continue(items[-1], line)
    return ParsedList(LIST, tuple(_found(item) for item in items))


def _continue(item: _Item, line: str) -> bool:
    """Add a line to the item that it belongs to; return whether it belongs to one."""
    if not line.strip() or line.startswith(" " * INDENT):
        item.below.append(line)
        return True
    if item.below:
        return False
    item.text += f" {line}"
    return True


def _found(item: _Item) -> Found:
    detail = dedent("\n".join(item.below)).strip("\n")
    return Found(item.number, unescapeAll(item.text), unescapeAll(detail))

"""Lists as kramdown reads them: two spaces nest, and a list may follow a paragraph directly.

So may a list of the other kind follow an item, to which it then belongs. A definition counts as a
list's item: what is indented below it belongs to it.
"""

from __future__ import annotations

import re
from math import inf
from typing import NamedTuple

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

ITEM = re.compile(r"( *)([-*+:]|\d{1,9}[.)])( +)(?=\S)")
DEFINITION = ":"
RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,})$")
FIRST_MARKERS = ("-", "*", "+", "1.", "1)", DEFINITION)
TAB = 4


class KramdownLists(Extension):
    """Rewrites list indents to the four spaces that Python-Markdown expects."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Run after code blocks and raw HTML have been put aside."""
        md.preprocessors.register(_ListLines(md), "kramdown_lists", 15)


class _ListLines(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return Reindenter().run(lines)


class Item(NamedTuple):
    """An open list item: its indent, that of its content, and whether it is numbered."""

    indent: int
    content: int
    numbered: bool


class Reindenter:
    """Walks the lines, knowing which list items are open at each."""

    def __init__(self) -> None:
        """Start with no list open."""
        self.items: list[Item] = []
        self.after_blank = True
        self.block_depth = inf
        self.lines: list[str] = []

    def run(self, lines: list[str]) -> list[str]:
        """Return the same text with every nested line indented by fours."""
        for line in lines:
            expanded = line.expandtabs(TAB)
            if not expanded.strip():
                self.lines.append("")
                self.after_blank = True
                continue
            self._add(expanded)
            self.after_blank = False
        return self.lines

    def _add(self, line: str) -> None:
        item = None if RULE.match(line) else ITEM.match(line)
        indent = len(line) - len(line.lstrip(" "))
        if item and self._starts_item(item, indent):
            self._add_item(item, line)
            return
        if self.after_blank:
            self.block_depth = inf
        if self.after_blank or RULE.match(line):
            self._close(indent)
        depth = len(self.items)
        inner = max(indent - self.items[-1].content, 0) if depth else indent
        self.lines.append(" " * (TAB * depth + inner) + line.lstrip(" "))

    def _starts_item(self, item: re.Match[str], indent: int) -> bool:
        if self.items:
            return indent < self.items[-1].content + TAB
        return indent < TAB and (self.after_blank or item[2] in FIRST_MARKERS)

    def _add_item(self, item: re.Match[str], line: str) -> None:
        indent, is_first = len(item[1]), not self.items
        numbered = item[2][0].isdecimal()
        self._close_before_item(indent, numbered)
        depth = len(self.items)
        if is_first or depth < self.block_depth:
            self._part_from_text(item[2])
        if self.after_blank:
            self.block_depth = depth
        padding = len(item[3]) if len(item[3]) <= TAB else 1
        marker = item[2].replace(")", ".")
        self.lines.append(" " * TAB * depth + f"{marker} {line[item.end() :]}")
        self.items.append(Item(indent, indent + len(item[2]) + padding, numbered))

    def _part_from_text(self, marker: str) -> None:
        """Put the blank line that Python-Markdown wants between a text and a list's item."""
        if not self.after_blank and marker != DEFINITION:
            self.lines.append("")
            self.after_blank = True

    def _close_before_item(self, indent: int, numbered: bool) -> None:
        """Close the items that a new one comes after; one of the other kind goes on within."""
        after = [n for n, item in enumerate(self.items) if indent < item.indent + 2]
        if not self.after_blank:
            after = [n for n in after if self.items[n].numbered == numbered]
        if after:
            del self.items[after[0] :]

    def _close(self, indent: int) -> None:
        """Close the items that a line after a blank one is not indented enough to belong to."""
        while self.items and indent < min(self.items[-1].content, self.items[-1].indent + 2):
            self.items.pop()

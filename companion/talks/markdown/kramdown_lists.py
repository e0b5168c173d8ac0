"""Lists as kramdown reads them: two spaces nest, and a list may follow a paragraph directly.

A definition counts as a list's item: what is indented below it belongs to it.
"""

from __future__ import annotations

import re

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


class Reindenter:
    """Walks the lines, knowing which list items are open at each."""

    def __init__(self) -> None:
        """Start with no list open."""
        self.items: list[tuple[int, int]] = []
        self.after_blank = True
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
        if self.after_blank or RULE.match(line):
            self._close(indent)
        depth = len(self.items)
        inner = max(indent - self.items[-1][1], 0) if depth else indent
        self.lines.append(" " * (TAB * depth + inner) + line.lstrip(" "))

    def _starts_item(self, item: re.Match[str], indent: int) -> bool:
        if self.items:
            return indent < self.items[-1][1] + TAB
        return indent < TAB and (self.after_blank or item[2] in FIRST_MARKERS)

    def _add_item(self, item: re.Match[str], line: str) -> None:
        indent = len(item[1])
        was_open = bool(self.items)
        while self.items and indent < self.items[-1][0] + 2:
            self.items.pop()
        if not was_open and not self.after_blank and item[2] != DEFINITION:
            self.lines.append("")
        padding = len(item[3]) if len(item[3]) <= TAB else 1
        marker = item[2].replace(")", ".")
        self.lines.append(" " * TAB * len(self.items) + f"{marker} {line[item.end() :]}")
        self.items.append((indent, indent + len(item[2]) + padding))

    def _close(self, indent: int) -> None:
        """Close the items that a line after a blank one is not indented enough to belong to."""
        while self.items and indent < min(self.items[-1][1], self.items[-1][0] + 2):
            self.items.pop()

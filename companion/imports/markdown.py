"""Questions in Markdown: the items of a list, or the headings of an export of our own.

In a list, what is indented below an item is its detail.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from textwrap import dedent

from companion.imports.found import EXPORT, LIST, Found, Reading

ITEM = re.compile(r"( {0,3})(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
BOX = re.compile(r"\[[ xX]\][ \t]+")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
INDENT = 2
TITLE, SECTION, QUESTION, ANSWER = "# ", "## ", "### ", "**Answer:**"
OURS = re.compile(r"# .*\n(?:.*\n)*### ")
LINK = re.compile(r'<a href="[^"<>]*" rel="[^"<>]*">([^<>]*)</a>')
TAGS = {"<br>": "", "<code>": "`", "</code>": "`", "<pre>`": "```\n", "`</pre>": "\n```"}
# What is said of the questions under these headings; of all others, nothing.
STATUSES = {
    "Waiting for a moderator": "waiting",
    "Merged into others": "merged",
    "Declined": "declined",
}
COMMENTS = "Comments"
HEADING = re.compile(r"^#{1,3} ", re.MULTILINE)


@dataclass
class _Item:
    number: int
    text: str
    below: list[str] = field(default_factory=list)


def is_list(text: str) -> bool:
    """Whether the first thing in a text, headings aside, is an item of a list."""
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith("#"))
    return ITEM.match(next(lines, "")) is not None


def read_list(text: str) -> Reading:
    """Return the items of the outermost lists; all that is between them is left out."""
    items: list[_Item] = []
    is_open = False
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.expandtabs(4)
        item = ITEM.match(line)
        if item and not (is_open and len(item[1]) >= INDENT):
            items.append(_Item(number, BOX.sub("", line[item.end() :], count=1)))
            is_open = True
        elif is_open:
            is_open = _continue(items[-1], line)
    return Reading(LIST, tuple(_found(item) for item in items))


def _continue(item: _Item, line: str) -> bool:
    """Add a line to the item that it belongs to; return whether it belongs to one."""
    if not line.strip() or line.startswith(" " * INDENT):
        item.below.append(line)
        return True
    if item.below:
        return False
    item.text += f" {line}"
    return True


def is_export(text: str) -> bool:
    """Whether a text is laid out as our own export."""
    return OURS.match(text) is not None


def read_export(text: str) -> Reading:
    """Return the questions of an export of our own; facts and answers are left out."""
    rows, section = [], ""
    for number, block in _blocks(text):
        if block.startswith(SECTION):
            section = block.removeprefix(SECTION)
        elif block.startswith(QUESTION):
            rows.append(_exported(number, block.removeprefix(QUESTION), section))
    return Reading(EXPORT, tuple(rows))


def _exported(number: int, block: str, section: str) -> Found:
    words, *below = block.split("\n\n")
    facts = 1
    return Found(
        number,
        _unescaped(words),
        _untagged("\n\n".join(takewhile(lambda part: part != ANSWER, below[facts:]))),
        kind="comment" if section == COMMENTS else "question",
        status=STATUSES.get(section, ""),
    )


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Return what stands under each heading, with the number of its line."""
    starts = [found.start() for found in HEADING.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        yield text.count("\n", 0, start) + 1, text[start:end].strip("\n")


def _untagged(text: str) -> str:
    """Turn the few tags that an export writes back into Markdown; links are bare in a detail."""
    text = LINK.sub(r"\1", text)
    for tag, mark in TAGS.items():
        text = text.replace(tag, mark)
    return _unescaped(text)


def _found(item: _Item) -> Found:
    detail = dedent("\n".join(item.below)).strip("\n")
    return Found(item.number, _unescaped(item.text), _unescaped(detail))


def _unescaped(text: str) -> str:
    return html.unescape(ESCAPED.sub(r"\1", text))

"""Rows of a table, as spreadsheets and other boards write it: with a header or without."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from companion.errors import Refused
from companion.exports.fields import FIELDS
from companion.imports.rows import LINES, TABLE, Found, ParsedList

SEPARATORS = "\t;,"
EXCEL_SAYS = re.compile(r"sep=(.)\n")
# The names that columns go by in our own exports, in Slido's and in people's sheets; the first
# that is there counts.
NAMES: Mapping[str, Sequence[str]] = {
    "text": ("question text", "question", "questions", "text", "content", "message"),
    "detail": ("detail", "details", "description"),
    "name": (
        *("author", "author name", "name", "user name", "username", "user", "participant"),
        *("participant name", "asker", "from", "speaker", "asked by", "submitted by", "sender"),
    ),
    "kind": ("kind", "type"),
    "status": ("status", "state"),
}
VOTES = frozenset(
    ("votes", "vote", "upvotes", "upvote", "likes", "score", "question upvotes", "number of votes")
)
GUARD = "'"
GUARDED = re.compile(r"'(?=[=+\-@\t])")
HEADER_WITHIN = 20  # some boards write a few lines about the event above it
TOO_WIDE = "It has more columns than the header. Put quotes around what holds a separator."
Table = list[list[str]]


def read_table(text: str) -> ParsedList | None:
    """Return what a table holds; None when this is none. Raises Refused when it is damaged."""
    said = EXCEL_SAYS.match(text)
    separators = said[1] if said else SEPARATORS
    text = text[said.end() :] if said else text
    for above, line in enumerate(text.split("\n")[:HEADER_WITHIN]):
        for separator in separators:
            header = _row(line, separator)
            if _is_header(header, is_first=above == 0):
                table = text.split("\n", above)[above]
                reading = _with_header(table, separator, _columns(header), above + bool(said))
                return replace(reading, above=above)
    return _without_header(text, separators)


def read_lines(text: str) -> ParsedList:
    """Return every line as a question; one that only says what they are is left out."""
    lines = [
        Found(number, line.strip())
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    if lines and _plain_name(lines[0].text) in NAMES["text"]:
        del lines[0]
    return ParsedList(LINES, tuple(lines))


def _row(line: str, separator: str) -> list[str]:
    return next(iter(_table(line, separator)), [])


def _is_header(row: Sequence[str], *, is_first: bool) -> bool:
    """Whether a row names a column of questions; further down, a second one has to be known."""
    columns = _columns(row)
    is_sure = len(columns) > 1 or any(_plain_name(name) in VOTES for name in row)
    return "text" in columns and (is_first or is_sure)


def _table(text: str, separator: str) -> Table:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise Refused(
            "This table is damaged: one of its quotes is never closed. Save it once more as CSV."
        ) from None


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Return which columns a header names, by what they hold."""
    names = [_plain_name(name) for name in header]
    found = {what: [name for name in known if name in names] for what, known in NAMES.items()}
    return {what: names.index(name[0]) for what, name in found.items() if name}


def _plain_name(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _with_header(text: str, separator: str, columns: dict[str, int], shift: int) -> ParsedList:
    header, *rows = _table(text, separator)
    if len(header) == 1:
        return read_lines(text)
    is_ours = set(header) >= FIELDS.keys()
    found = [
        _found(number, row, columns, len(header), is_ours=is_ours)
        for number, row in enumerate(rows, start=2 + shift)
        if any(cell.strip() for cell in row)
    ]
    others = (name for place, name in enumerate(header) if place not in columns.values())
    return ParsedList(
        TABLE,
        tuple(found),
        has_names="name" in columns,
        has_votes=any(_plain_name(name) in VOTES for name in header),
        left_out=tuple(name.strip() for name in others if name.strip()),
    )


def _found(
    number: int, row: list[str], columns: dict[str, int], width: int, *, is_ours: bool
) -> Found:
    cells = {what: row[at] for what, at in columns.items() if at < len(row)}
    cells = {what: _unguarded(cell, is_ours=is_ours) for what, cell in cells.items()}
    problem = TOO_WIDE if len(row) > width and any(row[width:]) else ""
    return Found(number, **{"text": "", **cells}, problem=problem)


def _unguarded(cell: str, *, is_ours: bool) -> str:
    """Take away what keeps a spreadsheet from computing a text."""
    if is_ours:
        return cell.removeprefix(GUARD)
    return GUARDED.sub("", cell, count=1) if GUARDED.match(cell) else cell


def _without_header(text: str, separators: Iterable[str]) -> ParsedList | None:
    """Return the first column that is not all numbers, if all rows are equally wide."""
    for separator in separators:
        table = [row for row in _table(text, separator) if row]
        widths = {len(row) for row in table}
        cells = [cell for row in table for cell in row[1:]]
        if len(widths) == 1 and _is_table(text, widths.pop(), table, cells):
            place = _first_with_words(table)
            rows = (Found(at, row[place]) for at, row in enumerate(table, start=1))
            return ParsedList(TABLE, tuple(row for row in rows if row.text.strip()))
    return None


def _is_table(text: str, width: int, table: Table, cells: Sequence[str]) -> bool:
    """Whether separators separate columns; in a sentence, there is a space after them."""
    if width == 1:
        return text.startswith('"')
    return len(table) > 1 and not any(cell.startswith(" ") for cell in cells)


def _first_with_words(table: Table) -> int:
    columns = zip(*table, strict=True)
    has_words = [any(not cell.strip().isdecimal() for cell in column) for column in columns]
    return has_words.index(True) if True in has_words else 0

"""Rows of a table, as spreadsheets, forms and other boards write it: with a header or without.

What a column holds is known by its name, or chosen by hand, or else guessed, and then said to be.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from companion.errors import Refused
from companion.exports.csv import unguarded
from companion.exports.fields import BOARD_FIELDS
from companion.imports import columns as named
from companion.imports import guess
from companion.imports.rows import LINES, TABLE, Found, ParsedList
from companion.messages import gettext

SEPARATORS = "\t;,|"
EXCEL_SAYS = re.compile(r"sep=(.)\n", re.IGNORECASE)
GUARDED = re.compile(r"'(?=[=+\-@\t])")
HEADER_WITHIN = 40  # some boards write a few lines about the event above it
LOOKED_AT = 4_000  # letters; names of columns may be on several lines
LABEL = 60
QUOTED_CELL = re.compile(r'(?:^|[\t;,|])"|"(?:[\t;,|]|$)', re.MULTILINE)
TOO_WIDE = gettext("It has more columns than the header. Put quotes around what holds a separator.")
TORN = gettext(
    "It has fewer columns than the header, and a line ends in it: a quote may be missing."
)
DAMAGED = gettext(
    "This table is damaged: one of its quotes is never closed, or stands inside a cell. "
    "Save it once more as CSV."
)
REPLY = "reply"
Row = tuple[int, list[str]]  # the number that it has in the file


class _DamagedError(Exception):
    """A quote that is not closed, or not where a quote can be."""


@dataclass(frozen=True)
class _Header:
    """Where a table begins, and what its columns are."""

    above: int
    separator: str
    cells: Sequence[str]


def read_table(text: str, picks: Mapping[str, int] | None = None) -> ParsedList | None:
    """Return what a table holds; None when this is none. Raises Refused when it is damaged.

    ``picks`` are the columns that somebody has chosen, by what they hold.
    """
    said = EXCEL_SAYS.match(text)
    separators, above = (said[1], 1) if said else (SEPARATORS, 0)
    text = text[said.end() :] if said else text
    header = _find_header(text, separators)
    try:
        if header:
            return _with_header(text, header, picks or {}, above)
        return _without_header(text, separators, picks or {}, above)
    except _DamagedError:
        raise Refused(DAMAGED) from None


def read_lines(text: str) -> ParsedList:
    """Return every line as a question; one that only says what they are is left out."""
    lines = [
        Found(number, line.strip())
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    if lines and named.role_of(lines[0].text) == named.TEXT:
        del lines[0]
    return ParsedList(LINES, tuple(lines))


def _find_header(text: str, separators: str) -> _Header | None:
    """Return the first row that names columns, one of questions among them if there is any."""
    second: _Header | None = None
    at = 0
    for above, line in enumerate(text.split("\n")[:HEADER_WITHIN]):
        part, at = text[at : at + LOOKED_AT], at + len(line) + 1
        for separator in separators if line.strip() else "":
            cells = _first_row(part, separator)
            known = named.roles(cells)
            if not _is_header(cells, known, is_first=above == 0):
                continue
            header = _Header(above, separator, cells)
            if named.TEXT in known:
                return header
            second = second or header
    return second


def _is_header(cells: Sequence[str], known: Mapping[str, int], *, is_first: bool) -> bool:
    """Whether a row names columns; further down, or without questions, more have to be known."""
    if len(cells) > 1 and any(guess.is_datum(cell) for cell in cells if cell.strip("# ")):
        return False
    count = sum(named.role_of(cell) != "" for cell in cells)
    if named.TEXT not in known:
        return count >= 2 and (is_first or count * 2 > len(cells))
    others = [cell for cell in cells if not named.role_of(cell)]
    is_alone = is_first and (len(cells) == 1 or not any(map(guess.is_sentence, others)))
    return count >= 2 or (count == 1 and is_alone)


def _first_row(text: str, separator: str) -> list[str]:
    try:
        return next(_rows(text, separator), (0, []))[1]
    except _DamagedError:
        return []


def _rows(text: str, separator: str) -> Iterator[Row]:
    """Return the rows that are not empty, by the number that a spreadsheet gives them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            cells = row[1:-1] if separator == "|" and len(row) > 2 and not row[0].strip() else row
            if any(cell.strip() for cell in cells) and not guess.is_rule(cells):
                yield number, cells
    except csv.Error:
        raise _DamagedError from None


def _with_header(
    text: str, header: _Header, picks: Mapping[str, int], shift: int
) -> ParsedList | None:
    below = text.split("\n", header.above)[header.above]
    (_, names), *rows = _rows(below, header.separator)
    if len(names) == 1 and not any(line.startswith('"') for line in below.split("\n")):
        return read_lines(text)
    known = named.roles(names)
    mine = _until_next_table(rows, {**known, **picks}.get(named.TEXT, 0))
    is_guessed = named.TEXT not in {**known, **picks}
    if is_guessed:
        known[named.TEXT] = guess.likeliest([row for _, row in mine])
    places = _chosen(known, picks, len(names))
    reading = _reading(mine, places, names, header.above + shift)
    return replace(reading, is_guessed=is_guessed, above=header.above, below=len(rows) - len(mine))


def _until_next_table(rows: Sequence[Row], place: int) -> Sequence[Row]:
    """Return the rows before another header: some reports have several tables in one file.

    ``place`` is where the questions are: elsewhere, a cell of its own is a heading.
    """
    cells = [row for _, row in rows]
    for at, row in enumerate(cells):
        is_heading = len(row) == 1 and (place > 0 or guess.begins_table(cells[at + 1 : at + 4]))
        if is_heading or _is_header(row, named.roles(row), is_first=False):
            return rows[:at]
    return rows


def _without_header(
    text: str, separators: str, picks: Mapping[str, int], shift: int
) -> ParsedList | None:
    """Return a table whose columns nobody has named in words that are known."""
    damaged = ""
    for separator in separators:
        try:
            rows = list(_rows(text, separator))
        except _DamagedError:
            damaged += separator
            continue
        if guess.is_table([row for _, row in rows]):
            return _unknown(rows, picks, shift)
        if rows and all(len(row) == 1 for _, row in rows) and '"' in text[:1] + _quotes(text):
            return _reading(rows, {named.TEXT: 0}, [""], shift)
    if _looks_like_a_table(text, damaged):
        raise _DamagedError
    return None


def _quotes(text: str) -> str:
    """Return a quote if a line begins with one, as in a table of one column."""
    return '"' if re.search(r'^"', text, re.MULTILINE) else ""


def _unknown(rows: Sequence[Row], picks: Mapping[str, int], shift: int) -> ParsedList:
    """Return a table by a guess which column has the questions, unless somebody has chosen it."""
    width = guess.usual_width([row for _, row in rows])
    wide = [row for row in rows if len(row[1]) == width]
    cells = [row for _, row in wide]
    has_header = guess.is_header(cells[0], cells[1:])
    labels = cells[0] if has_header else [""] * width
    places = _chosen({named.TEXT: guess.likeliest(cells[has_header:])}, picks, width)
    reading = _reading(wide[has_header:], places, labels, shift)
    return replace(
        reading,
        is_guessed=named.TEXT not in picks,
        above=rows.index(wide[0]),
        below=len(rows) - len(wide) - rows.index(wide[0]),
    )


def _chosen(known: Mapping[str, int], picks: Mapping[str, int], width: int) -> dict[str, int]:
    """Return the columns by what they hold; what somebody has chosen comes first."""
    mine = {role: place for role, place in picks.items() if place < width}
    taken = set(mine.values())
    rest = {role: place for role, place in known.items() if place not in taken}
    return {role: place for role, place in {**rest, **mine}.items() if place >= 0}


def _reading(
    rows: Sequence[Row], places: Mapping[str, int], names: Sequence[str], shift: int
) -> ParsedList:
    is_ours = set(names) >= BOARD_FIELDS.keys()
    found = [
        _found(number + shift, row, places, len(names), is_ours=is_ours) for number, row in rows
    ]
    asked = [each for each in found if each.text.strip() or each.problem]
    taken = {places[role] for role in named.TAKEN if role in places}
    others = (name.strip() for at, name in enumerate(names) if at not in taken)
    return ParsedList(
        TABLE,
        tuple(asked),
        has_names=named.NAME in places,
        has_votes=named.VOTES in places,
        left_out=tuple(name for name in others if name),
        empty=len(found) - len(asked),
        columns=_labels(names, rows),
        places={role: place for role, place in places.items() if role in named.TAKEN},
    )


def _labels(names: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """Return what each column is called where one is chosen, or what stands in it first."""
    first: list[str] = rows[0][1] if rows else []
    cells = [*first, *[""] * len(names)]
    said = (" ".join((name or cell).split()) for name, cell in zip(names, cells, strict=False))
    return tuple(f"{at}: {words[:LABEL]}" for at, words in enumerate(said, start=1))


def _found(
    number: int, row: list[str], places: Mapping[str, int], width: int, *, is_ours: bool
) -> Found:
    cells = {what: row[at] for what, at in places.items() if at < len(row)}
    cells = {what: _unguarded(cell, is_ours=is_ours) for what, cell in cells.items()}
    taken = {what: cell for what, cell in cells.items() if what in named.TAKEN}
    last = cells.get(named.LAST, "").strip()
    if last and last not in taken.get(named.NAME, ""):
        taken[named.NAME] = f"{taken.get(named.NAME, '')} {last}".strip()
    if cells.get(named.PARENT, "").strip():
        taken[named.KIND] = REPLY
    return Found(number, **{"text": "", **taken}, problem=_problem(row, width))


def _problem(row: Sequence[str], width: int) -> str:
    if len(row) > width and any(cell.strip() for cell in row[width:]):
        return TOO_WIDE
    return TORN if len(row) < width and any("\n" in cell for cell in row) else ""


def _unguarded(cell: str, *, is_ours: bool) -> str:
    """Take away what keeps a spreadsheet from computing a text."""
    if is_ours:
        return unguarded(cell)
    return GUARDED.sub("", cell, count=1) if GUARDED.match(cell) else cell


def _looks_like_a_table(text: str, separators: str) -> bool:
    """Whether lines begin, end or go on with quotes as cells do, in most lines alike."""
    lines = [line for line in text.split("\n") if line.strip()]
    for separator in separators:
        cells = [line.split(separator) for line in lines]
        if guess.is_table(cells) and QUOTED_CELL.search(text):
            return True
    return False

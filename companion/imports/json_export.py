"""Questions in JSON, as our own export writes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from companion.errors import Refused
from companion.exports.fields import BOARD_FIELDS
from companion.imports.decoding import plain
from companion.imports.prepared_wall import PreparedSpot, PreparedWall, read_spot, read_wall
from companion.imports.rows import EXPORT, Found, ParsedList
from companion.messages import gettext

# What is taken over, by the columns that hold it.
TAKEN = {"text": "text", "detail": "detail", "author": "name", "kind": "kind", "status": "status"}
OTHER = gettext(
    "This is JSON, but not as Companion exports it. Save the questions as CSV or as a list, "
    "and send that."
)


def parsed(text: str) -> object:
    """Return what JSON says; None when a text is none, or of what no export is made."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_document(document: object) -> ParsedList:
    """Return the questions and the wall of an export; raises Refused when it is none of ours."""
    rows = _rows(document)
    wall = read_wall(document) if isinstance(document, dict) else PreparedWall()
    spots = {number: _spot(row, wall) for number, row in rows.items()}
    placed = {number: spot for number, spot in spots.items() if isinstance(spot, PreparedSpot)}
    problems = {number: said for number, said in spots.items() if isinstance(said, str)}
    wall = replace(wall, spots=placed)
    return ParsedList(
        EXPORT,
        tuple(_found(number, row, problems.get(number, "")) for number, row in rows.items()),
        has_names=True,
        has_votes=any("votes" in row for row in rows.values()),
        left_out=(*_left_out(rows.values()), *_polls(document)),
        wall=None if wall.is_empty else wall,
    )


def _rows(document: object) -> dict[int, dict[str, object]]:
    """Return the questions by their numbers; a prepared wall may come without any."""
    found = document if isinstance(document, dict) else {}
    rows = found.get("questions", [] if "wall" in found else None)
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and "text" in row for row in rows
    ):
        raise Refused(OTHER)
    return dict(enumerate(rows, start=1))


def _left_out(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    told = {name for row in rows for name in row}
    return (name for name in BOARD_FIELDS if name in told and name not in TAKEN)


def _polls(document: object) -> tuple[str, ...]:
    """Return what an export's polls are called, which are not brought in, where it has some."""
    return ("polls",) if isinstance(document, dict) and document.get("polls") else ()


def _spot(row: Mapping[str, object], wall: PreparedWall) -> PreparedSpot | str:
    """Return where a row says that its note goes, or what is wrong with that."""
    try:
        return read_spot(row, wall.clusters)
    except Refused as reason:
        return reason.message


def _found(number: int, row: Mapping[str, object], problem: str) -> Found:
    said = {what: row.get(name) for name, what in TAKEN.items()}
    words = {what: plain(value) for what, value in said.items() if isinstance(value, str)}
    return Found(number, **{"text": "", **words}, problem=problem)

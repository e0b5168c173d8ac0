"""Questions in JSON, as our own export writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from companion.errors import Refused
from companion.exports.fields import FIELDS
from companion.imports.decoding import plain
from companion.imports.rows import EXPORT, Found, ParsedList

# What is taken over, by the columns that hold it.
TAKEN = {"text": "text", "detail": "detail", "author": "name", "kind": "kind", "status": "status"}
OTHER = (
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
    """Return the questions of an export; raises Refused when it is none of ours."""
    rows = document.get("questions") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and "text" in row for row in rows
    ):
        raise Refused(OTHER)
    return ParsedList(
        EXPORT,
        tuple(_found(number, row) for number, row in enumerate(rows, start=1)),
        has_names=True,
        has_votes=True,
        left_out=tuple(name for name in FIELDS if name not in TAKEN),
    )


def _found(number: int, row: Mapping[str, object]) -> Found:
    said = {what: row.get(name) for name, what in TAKEN.items()}
    words = {what: plain(value) for what, value in said.items() if isinstance(value, str)}
    return Found(number, **{"text": "", **words})

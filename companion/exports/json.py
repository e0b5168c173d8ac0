"""JSON for programs; docs/export.schema.json is its schema."""

from __future__ import annotations

import json
from datetime import datetime
from typing import BinaryIO

from companion.exports.dataset import VERSION, TalkRecord
from companion.exports.fields import FIELDS, Columns, about, option_row, poll_row, row
from companion.exports.rating import by_name
from companion.exports.spots import Surface

CLUSTER = ("title", "x", "y", "width", "height", "colour")


def write(record: TalkRecord, out: BinaryIO) -> None:
    """Write a talk's Q&A, wall and polls as JSON, in characters rather than escapes."""
    more: dict[str, object] = {"wall": wall(record.surface), "polls": polls(record)}
    if record.rating:
        more["rating"] = by_name(record.rating)
    out.write(written(document(record) | more))


def written(document: dict[str, object]) -> bytes:
    """Return a document as JSON."""
    text = json.dumps(document, ensure_ascii=False, indent=2, default=_in_iso)
    return text.encode() + b"\n"


def document(record: TalkRecord, columns: Columns = FIELDS) -> dict[str, object]:
    """Return a talk's Q&A by the names of its parts."""
    return {
        "version": VERSION,
        "talk": about(record),
        "counts": record.counts.by_name,
        "questions": [row(entry, columns) for entry in record.entries],
    }


def wall(surface: Surface) -> dict[str, object]:
    """Return what a wall's notes are on; where each is stands with the questions."""
    return {
        "background": surface.background,
        "across": surface.across,
        "up": surface.up,
        "clusters": [
            {"number": cluster.id} | {name: getattr(cluster, name) for name in CLUSTER}
            for cluster in surface.clusters
        ],
    }


def polls(record: TalkRecord) -> list[dict[str, object]]:
    """Return the polls, each with what could be answered and by how many it was."""
    return [
        {**poll_row(poll), "options": [option_row(option) for option in poll.options]}
        for poll in record.polls
    ]


def _in_iso(moment: datetime) -> str:
    return moment.isoformat()

"""JSON for programs; docs/export.schema.json is its schema."""

from __future__ import annotations

import json
from datetime import datetime
from typing import BinaryIO

from companion.exports.dataset import VERSION, TalkRecord
from companion.exports.fields import about, row


def write(record: TalkRecord, out: BinaryIO) -> None:
    """Write a talk's Q&A as JSON, in characters rather than escapes."""
    text = json.dumps(_document(record), ensure_ascii=False, indent=2, default=_in_iso)
    out.write(text.encode() + b"\n")


def _document(record: TalkRecord) -> dict[str, object]:
    return {
        "version": VERSION,
        "talk": about(record),
        "counts": record.counts.by_name,
        "questions": [row(entry) for entry in record.entries],
    }


def _in_iso(moment: datetime) -> str:
    return moment.isoformat()

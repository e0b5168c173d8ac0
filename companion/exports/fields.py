"""The columns of an export, the same names in the same order in every format that has columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

from companion.exports.dataset import QuestionRecord, TalkRecord

Value = int | str | datetime | tuple[str, ...] | None
FIELDS: dict[str, Callable[[QuestionRecord], Value]] = {
    "number": attrgetter("number"),
    "kind": attrgetter("kind.value"),
    "text": attrgetter("text"),
    "detail": attrgetter("detail"),
    "author": attrgetter("author"),
    "status": attrgetter("status.value"),
    "reason": attrgetter("reason"),
    "votes": attrgetter("votes"),
    "asked_by": attrgetter("askers"),
    "asked_at": attrgetter("asked_at"),
    "phase": attrgetter("phase.value"),
    "answered_at": attrgetter("answered_at"),
    "offset": attrgetter("offset"),
    "link": attrgetter("link"),
    "answer": attrgetter("answer"),
    "labels": attrgetter("labels"),
    "merged_into": attrgetter("merged_into"),
}


def row(entry: QuestionRecord) -> dict[str, Value]:
    """Return an entry's values by the names of their columns."""
    return {name: value(entry) for name, value in FIELDS.items()}


def about(record: TalkRecord) -> dict[str, Value]:
    """Return what is said of the talk itself, by name."""
    return {
        "slug": record.slug,
        "title": record.title,
        "speaker": record.speaker,
        "starts": record.starts,
        "ends": record.ends,
        "zone": record.zone,
        "url": record.url,
        "recording": record.recording,
        "exported_at": record.exported_at,
    }

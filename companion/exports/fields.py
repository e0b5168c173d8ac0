"""The columns of an export, the same names in the same order in every format that has columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

from companion.board.poll_totals import OptionTotal, PollTotal
from companion.exports.dataset import QuestionRecord, TalkRecord

Value = int | str | datetime | tuple[str, ...] | None
Columns = dict[str, Callable[[QuestionRecord], Value]]
BOARD_FIELDS: Columns = {
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
FIELDS: Columns = BOARD_FIELDS | {
    "cluster": attrgetter("spot.title"),
    "colour": attrgetter("spot.colour"),
    "x": attrgetter("spot.x"),
    "y": attrgetter("spot.y"),
    "cluster_number": attrgetter("spot.number"),
    "answers_to": attrgetter("answers_to"),
}
POLL_FIELDS: dict[str, Callable[[PollTotal], Value]] = {
    "number": attrgetter("number"),
    "kind": attrgetter("kind"),
    "text": attrgetter("text"),
    "several": attrgetter("several"),
    "state": attrgetter("state"),
    "shown": attrgetter("is_public"),
    "opened_at": attrgetter("opened_at"),
    "closed_at": attrgetter("closed_at"),
    "answered_by": attrgetter("people"),
}
OPTION_FIELDS: dict[str, Callable[[OptionTotal], Value]] = {
    "option": attrgetter("text"),
    "votes": attrgetter("votes"),
    "percent": attrgetter("percent"),
    "right": attrgetter("is_right"),
}


def poll_row(poll: PollTotal) -> dict[str, Value]:
    """Return what is said of a poll, whatever was answered."""
    return {name: value(poll) for name, value in POLL_FIELDS.items()}


def option_row(option: OptionTotal) -> dict[str, Value]:
    """Return what is said of an answer, but not of which poll it is."""
    return {name: value(option) for name, value in OPTION_FIELDS.items()}


def row(entry: QuestionRecord, columns: Columns = FIELDS) -> dict[str, Value]:
    """Return an entry's values by the names of their columns."""
    return {name: value(entry) for name, value in columns.items()}


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

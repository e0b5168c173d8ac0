"""A talk's wall as Markdown: each cluster a heading, its notes below by votes; captions at last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from companion.board.plural import plural
from companion.board.wall import as_read
from companion.exports.dataset import QuestionRecord
from companion.exports.kramdown import headline, line, link
from companion.exports.wall import Shown, WallRecord
from companion.exports.wording import answers, when
from companion.store.models import Kind, Status

LOOSE, UNPLACED, UNTITLED, MARKS = "In no cluster", "Not placed", "Without a title", "Marks"


def write(record: WallRecord, shown: Shown, out: BinaryIO) -> None:
    """Write a wall as Markdown, under the talk's title."""
    parts = (part for part in (*_head(record), *_clusters(record, shown), *_marks(record)) if part)
    out.write("\n\n".join(parts).encode() + b"\n")


def _head(record: WallRecord) -> Iterator[str]:
    talk = record.talk
    yield f"# {line(talk.title)}"
    yield line(talk.speaker)
    yield " · ".join([when(talk), *([link("Talk page", talk.url)] if talk.url else [])])


def _clusters(record: WallRecord, shown: Shown) -> Iterator[str]:
    """Return the notes under their headings, as they are read; those not placed at last."""
    for cluster in sorted(record.clusters, key=as_read):
        notes = [_item(note, shown) for note in record.within(cluster)]
        yield _heading(line(cluster.title) or UNTITLED)
        yield "\n".join(notes)
    yield from _section(LOOSE, (_item(note, shown) for note in record.within(None)))
    yield from _section(UNPLACED, (_item(note, shown) for note in record.unplaced))


def _marks(record: WallRecord) -> Iterator[str]:
    """Return what marks are said to be; what they look like is in no text."""
    yield from _section(MARKS, (f"- {line(mark.caption)}" for mark in record.marks if mark.caption))


def _section(heading: str, found: Iterable[str]) -> Iterator[str]:
    """Return items as a list under a heading; nothing without any."""
    items = list(found)
    if items:
        yield _heading(heading)
        yield "\n".join(items)


def _heading(words: str) -> str:
    return f"## {words}"


def _item(note: QuestionRecord, shown: Shown) -> str:
    facts = " · ".join(_facts(note, shown))
    return f"- {headline(note.text)}" + (f" ({facts})" if facts else "")


def _facts(note: QuestionRecord, shown: Shown) -> Iterator[str]:
    if note.status is Status.ANSWERED:
        yield "answered"
    if note.answers_to:
        yield line(answers(note))
    elif note.kind is Kind.COMMENT:
        yield "comment"
    if shown.names and note.author:
        yield f"from {line(note.author)}"
    if note.askers > 1:
        yield f"asked by {note.askers} people"
    if shown.votes:
        yield plural(note.votes, "vote")
    if note.spot.colour:
        yield f"`{note.spot.colour}`"

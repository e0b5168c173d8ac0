"""Markdown for reading and for a repository: what people wrote says what it says, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from companion.board import richtext
from companion.exports.dataset import QuestionRecord, TalkRecord
from companion.exports.kramdown import blocks, headline, line, link
from companion.exports.poll_markdown import results
from companion.exports.wording import POLLS, counted, facts, place, poll_facts, sections, when


def write(record: TalkRecord, out: BinaryIO) -> None:
    """Write a talk's Q&A as Markdown, under the talk's title."""
    parts = (part for part in (*_head(record), *questions(record), *_polls(record)) if part)
    for at, part in enumerate(parts):
        out.write((f"\n{part}\n" if at else f"{part}\n").encode())


def _head(record: TalkRecord) -> Iterator[str]:
    yield f"# {line(record.title)}"
    yield line(record.speaker)
    yield " · ".join([when(record), *([link("Talk page", record.url)] if record.url else [])])
    yield link("Recording", record.recording) if record.recording else ""
    yield counted(record.counts)


def questions(record: TalkRecord) -> Iterator[str]:
    """Return the Q&A, block by block, under headings of the second level and below."""
    for heading, entries in sections(record):
        yield f"## {heading}"
        for entry in entries:
            yield from _question(entry, record)


def _polls(record: TalkRecord) -> Iterator[str]:
    if record.polls:
        yield f"## {POLLS}"
    for poll in record.polls:
        yield f"### {line(poll.text)}"
        yield " · ".join(poll_facts(poll, record))
        yield results(poll)


def _question(entry: QuestionRecord, record: TalkRecord) -> Iterator[str]:
    yield f"### {headline(entry.text)}"
    yield " · ".join([*(line(fact) for fact in facts(entry, record)), *_place(entry)])
    yield blocks(richtext.tree(entry.detail))
    if entry.answer.strip():
        yield "**Answer:**"
        yield blocks(richtext.answer_tree(entry.answer))


def _place(entry: QuestionRecord) -> Iterator[str]:
    if place(entry):
        yield link(place(entry), entry.link) if entry.link else place(entry)

"""The published Q&A as Markdown.

Entries stand in the order in which they were asked, questions before comments, and there are no
totals and no dates. So an answer that comes later adds lines in one place, a new question adds some
at an end, and a vote changes one line: what is reviewed and kept in git stays small. By votes, or
with the answered ones apart, entries would move.
"""

from __future__ import annotations

import html
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator

from companion.board import richtext
from companion.board.plural import plural
from companion.board.recording import in_words
from companion.exports.dataset import QuestionRecord, TalkRecord
from companion.exports.kramdown import blocks, headline, line, link
from companion.store.models import PUBLIC, Kind, Status

HEADING = "## Questions and answers"
ENTRY = re.compile(r"^(?:### (?P<words>.*)\n)?\{: #qa-(?P<number>\d+)[ }]", re.MULTILINE)
TAG = re.compile(r"<[^<>]*>")
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "FSI"})
ISOLATED = "&#8296;{}&#8297;"


def published(record: TalkRecord) -> list[QuestionRecord]:
    """Return what is published of a talk: what everybody saw, in the order it was asked."""
    public = (entry for entry in record.entries if entry.status in PUBLIC)
    return sorted(public, key=lambda entry: (entry.kind is Kind.COMMENT, entry.number))


def markdown(entries: Iterable[QuestionRecord]) -> str:
    """Return the block's lines, without the comments around it; "" when there is no entry."""
    parts = [part for entry in entries for part in _parts(entry)]
    return "\n\n".join([HEADING, *parts]) if parts else ""


def held(written: str) -> Iterator[tuple[int, str]]:
    """Return the numbers of what a block holds, each with its words, "" where they are gone."""
    for found in ENTRY.finditer(written):
        yield int(found["number"]), html.unescape(TAG.sub("", found["words"] or ""))


def _parts(entry: QuestionRecord) -> Iterator[str]:
    """Return a heading and what is below it; the attributes keep it out of tables of contents."""
    time.sleep(0)  # writing many takes a while, and others want to be served
    yield f"### {headline(entry.text)}\n{{: #qa-{entry.number} .no_toc}}"
    votes = plural(entry.votes, "vote") if entry.votes else ""
    facts = " · ".join(filter(None, (_state(entry), votes, _asked_by(entry))))
    if facts:
        yield facts
    if entry.detail.strip():
        yield blocks(richtext.tree(entry.detail), is_kramdown=True)
    if entry.answer.strip():
        yield "**Answer:**"
        yield blocks(richtext.answer_tree(entry.answer), is_kramdown=True)


def _state(entry: QuestionRecord) -> str:
    if entry.kind is Kind.COMMENT:
        return "Comment"
    if entry.status is not Status.ANSWERED:
        return "" if entry.answer.strip() else "Not answered yet"
    if entry.offset is None:
        return "" if entry.answer.strip() else "Answered in the talk"
    said = f"Answered at {in_words(entry.offset)} in the recording"
    return link(said, entry.link) if entry.link else said


def _asked_by(entry: QuestionRecord) -> str:
    name, others = _name(entry.author), entry.askers - 1
    if not name:
        return f"Asked by {entry.askers} people" if others > 0 else ""
    verb = "By" if entry.kind is Kind.COMMENT else "Asked by"
    more = f" and {plural(others, 'other')}" if others > 0 else ""
    return f"{verb} {name}{more}"


def _name(name: str) -> str:
    """Return a name that leaves the words around it where they are, whichever way it is read."""
    turned = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in name)
    plain = line(name)
    return ISOLATED.format(plain) if turned else plain

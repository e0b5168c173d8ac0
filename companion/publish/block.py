"""The published Q&A as Markdown.

Entries stand in the order in which they were asked, questions before comments, and there are no
totals and no dates. So an answer that comes later adds lines in one place, a new question adds some
at an end, and a vote changes one line: what is reviewed and kept in git stays small. By votes, or
with the answered ones apart, entries would move. The clusters of the wall come below, and lead to
the entries that are in them. Polls stand last, in the order in which they were opened.
"""

from __future__ import annotations

import html
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator

from companion.board import richtext
from companion.board.plural import plural
from companion.board.poll_totals import PollTotal
from companion.board.recording import in_words
from companion.board.wall import Area, as_read
from companion.exports.dataset import QuestionRecord, TalkRecord
from companion.exports.kramdown import blocks, headline, isolated, line, link
from companion.exports.poll_markdown import results
from companion.exports.wall_markdown import UNTITLED
from companion.exports.wording import POLLS, SEVERAL, answered
from companion.store.models import PUBLIC, Kind, Status

HEADING, WALL_HEADING = "## Questions and answers", "## On the wall"
POLLS_HEADING = f"## {POLLS}"
ENTRY = re.compile(r"^(?:### (?P<words>.*)\n)?\{: #qa-(?P<number>\d+)[ }]", re.MULTILINE)
TAG = re.compile(r"<[^<>]*>")


def published(record: TalkRecord) -> list[QuestionRecord]:
    """Return what is published of a talk: what everybody saw, in the order it was asked."""
    public = (entry for entry in record.entries if entry.status in PUBLIC)
    return sorted(public, key=lambda entry: (entry.kind is Kind.COMMENT, entry.number))


def markdown(entries: Iterable[QuestionRecord], polls: Iterable[PollTotal] = ()) -> str:
    """Return the block's lines, without the comments around it; "" when there is nothing."""
    entries = list(entries)
    parts = [part for entry in entries for part in _parts(entry)]
    heading = [HEADING] if parts else []
    return "\n\n".join([*heading, *parts, *_wall(entries), *_polls(polls)])


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


def _wall(entries: Iterable[QuestionRecord]) -> Iterator[str]:
    """Return the clusters of the wall, as they are read, each with links to what is in it."""
    within: defaultdict[Area, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.spot.cluster:
            words = link(line(entry.text), f"#qa-{entry.number}")
            within[entry.spot.cluster].append(f"- {words}")
    if within:
        yield WALL_HEADING
    for cluster in sorted(within, key=as_read):
        yield f"### {line(cluster.title) or UNTITLED}\n{{: .no_toc}}"
        yield "\n".join(within[cluster])


def _polls(polls: Iterable[PollTotal]) -> Iterator[str]:
    """Return the questions of polls, each with what was answered and by how many."""
    for at, poll in enumerate(polls):
        if not at:
            yield POLLS_HEADING
        yield f"### {line(poll.text)}\n{{: #poll-{poll.number} .no_toc}}"
        yield " · ".join([answered(poll), *([SEVERAL] if poll.several else [])])
        yield results(poll)


def _state(entry: QuestionRecord) -> str:
    if entry.answers_to:
        return f"Answer to “{isolated(entry.answers_to)}”"
    if entry.kind is Kind.COMMENT:
        return "Comment"
    if entry.status is not Status.ANSWERED:
        return "" if entry.answer.strip() else "Not answered yet"
    if entry.offset is None:
        return "" if entry.answer.strip() else "Answered in the talk"
    said = f"Answered at {in_words(entry.offset)} in the recording"
    return link(said, entry.link) if entry.link else said


def _asked_by(entry: QuestionRecord) -> str:
    name, others = isolated(entry.author), entry.askers - 1
    if not name:
        return f"Asked by {entry.askers} people" if others > 0 else ""
    verb = "By" if entry.kind is Kind.COMMENT else "Asked by"
    more = f" and {plural(others, 'other')}" if others > 0 else ""
    return f"{verb} {name}{more}"

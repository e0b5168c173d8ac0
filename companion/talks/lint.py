"""Warnings about a page that reads well but will let its audience down."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from companion.talks.markdown.job import Note
from companion.talks.page import TalkPage
from companion.talks.problem import Problem
from companion.talks.source_file import SourceFile

SERVICES = (
    r"google\s+meet|zoom|(?:microsoft|ms)\s+teams|jitsi|webex|bigbluebutton|"
    r"blackboard\s+collaborate|whereby"
)
ONLINE_PLACE = re.compile(rf"\b(?:{SERVICES}|meet|teams|online|virtual|remote|hybrid)\b", re.I)
ONLINE_TEXT = re.compile(
    rf"\b(?:{SERVICES}|(?:online|virtual)\s+(?:event|talk|session|seminar|panel|workshop|meeting)|"
    r"(?:held|take place|join\w*|attend\w*)\s+online)\b",
    re.I,
)
PLACEHOLDER = re.compile(r"\b(?:FILL[\s_-]+(?:ME|THIS)[\s_-]+IN|TODO|TO\s?DO|TBC|TBD|TBA|XXX+)\b")
JOINING = re.compile(r"\b(?:join\w*|meeting|meet|zoom|teams|link|online|url|https?)\b", re.I)


def warnings_about(page: TalkPage, source: SourceFile, notes: Iterable[Note]) -> list[Problem]:
    """Return the warnings about a page that could be read."""
    return [*_joining(page, source), *_noted(source, notes)]


def _joining(page: TalkPage, source: SourceFile) -> Iterator[Problem]:
    if not page.published or not page.takes_place or not _is_online(page, source):
        return
    lines = source.body.split("\n")
    blank = next((at for at, _ in enumerate(lines) if _is_placeholder(lines, at)), None)
    if blank is not None and not page.meeting:
        message = "the joining link is still a placeholder; put the meeting link there"
        yield _warning(source, source.body_line + blank, message, only_before=True)
    elif not page.meeting:
        message = "the talk is online but has no meeting link; add `meeting_url:` or a link"
        yield _warning(source, source.line_of("location"), message, only_before=True)


def _is_online(page: TalkPage, source: SourceFile) -> bool:
    return bool(ONLINE_PLACE.search(page.location) or ONLINE_TEXT.search(source.body))


def _is_placeholder(lines: list[str], at: int) -> bool:
    """Whether a line holds a placeholder and it, or the one before it, speaks of joining."""
    nearby = next((line for line in reversed(lines[:at]) if line.strip()), "") + lines[at]
    return bool(PLACEHOLDER.search(lines[at]) and JOINING.search(nearby))


def _noted(source: SourceFile, notes: Iterable[Note]) -> Iterator[Problem]:
    """Give each note the line of its own occurrence: the second note, the second one."""
    lines = source.body.lower().split("\n")
    told: Counter[tuple[str, str]] = Counter()
    for note in notes:
        needle = note.needle.lower()
        places = [at for at, line in enumerate(lines) if needle in line] or [0]
        nth = told[note.message, needle]
        told[note.message, needle] += 1
        yield _warning(source, source.body_line + places[min(nth, len(places) - 1)], note.message)


def _warning(source: SourceFile, line: int, message: str, *, only_before: bool = False) -> Problem:
    return Problem(source.path, line, message, fatal=False, only_before=only_before)

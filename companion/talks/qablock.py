"""The part of a talk's file that is the companion's: the published Q&A, between two comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from companion.talks import splitting
from companion.talks.markdown.fences import fences

OPENING = "<!-- companion:qa -->"
CLOSING = "<!-- /companion:qa -->"
MARK = re.compile(r" {0,3}<!--[ \t]*(/?)companion:qa[ \t]*-->[ \t]*", re.IGNORECASE)
LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")
MENTION = re.compile(r"<!--\s*/?companion:qa\s*-->", re.IGNORECASE)
CODE = re.compile(r"`[^`]*`")


class MisplacedError(Exception):
    """The two comments are not where they can mean something; ``line`` is where to look."""

    def __init__(self, line: int, message: str) -> None:
        """Say which line, counted from 1, and what would be right."""
        super().__init__(message)
        self.line, self.message = line, message


@dataclass(frozen=True)
class FileLine:
    """One line of a file: where it starts, ends and goes on, and the line break's own letters."""

    number: int
    text: str
    start: int
    after: int
    newline: str


@dataclass(frozen=True)
class Block:
    """What stands between the comments, as a slice of the file, and the lines that hold them."""

    start: int
    end: int
    opening: FileLine
    closing: FileLine


def find(text: str) -> Block | None:
    """Return where the block is in a talk's file, None without one; raises MisplacedError."""
    lines = list(_lines(text))
    marks = _marks(lines)
    if not marks:
        return None
    first, *others = marks
    if _closes(first):
        raise MisplacedError(first.number, f"`{CLOSING}` has no `{OPENING}` before it")
    if not others:
        raise MisplacedError(first.number, f"`{OPENING}` is not closed; add a line `{CLOSING}`")
    second, *more = others
    if not _closes(second):
        raise MisplacedError(second.number, f"`{OPENING}` again before `{CLOSING}`; keep one")
    if more:
        raise MisplacedError(more[0].number, "a second `companion:qa`; a page has one")
    return Block(first.after, second.start, first, second)


def without(text: str) -> tuple[str, str]:
    """Return a file's text without its block, and the block; raises MisplacedError."""
    block = find(text)
    if block is None:
        return text, ""
    return text[: block.opening.start] + text[block.closing.after :], text[block.start : block.end]


def _lines(text: str) -> Iterator[FileLine]:
    for number, found in enumerate(LINE.finditer(text), start=1):
        if found.start() < len(text):
            yield FileLine(number, found[1], found.start(), found.end(), found[2])


def _closes(line: FileLine) -> bool:
    found = MARK.fullmatch(line.text)
    return bool(found and found[1])


def _marks(lines: list[FileLine]) -> list[FileLine]:
    """Return the lines that hold one of the comments, where a comment is one."""
    body = _body(lines)
    for line in lines[:body]:
        if MARK.fullmatch(line.text):
            raise MisplacedError(line.number, "`companion:qa` in the frontmatter; move it below")
    return _prose_marks(list(_prose(lines[body:])))


def _prose(lines: list[FileLine]) -> Iterator[FileLine]:
    """Return the lines outside of blocks of code."""
    at = 0
    for start, end in fences([line.text for line in lines]):
        yield from lines[at:start]
        _refuse_marks(lines[start:end])
        at = end
    yield from lines[at:]


def _prose_marks(lines: list[FileLine]) -> list[FileLine]:
    marks: list[FileLine] = []
    comment = 0
    for line in lines:
        if MARK.fullmatch(line.text):
            if comment:
                raise MisplacedError(line.number, f"inside the comment of line {comment}")
            marks.append(line)
        elif MENTION.search(CODE.sub("", line.text)):
            raise MisplacedError(line.number, "`companion:qa` must have a line of its own")
        else:
            comment = _comment(line, comment)
    if comment and not marks:  # it would swallow a block at the page's end
        raise MisplacedError(comment, "a comment `<!--` without its end `-->`")
    return marks


def _refuse_marks(code: list[FileLine]) -> None:
    for line in code:
        if MARK.fullmatch(line.text):
            message = "`companion:qa` in a block of code does nothing; move or remove it"
            raise MisplacedError(line.number, message)


def _comment(line: FileLine, opened: int) -> int:
    """Return the line of the comment that is open after a line, 0 when none is."""
    text = line.text if opened else CODE.sub("", line.text)
    last = text.rfind("<!--")
    if text.rfind("-->") > last:
        return 0
    return opened or (line.number if last >= 0 else 0)


def _body(lines: list[FileLine]) -> int:
    """Return the index of the first line after the frontmatter."""
    text = "\n".join(line.text for line in lines).removeprefix("\ufeff")
    try:
        parts = splitting.split(text)
    except splitting.UnclosedError:
        return 0
    return parts.body_line if parts else 0

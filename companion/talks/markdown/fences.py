"""Where fenced code begins and ends, as kramdown sees it: an unclosed fence is text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

FENCE = re.compile(r" *(?P<mark>`{3,}|~{3,})(?P<rest>.*)")
CLOSING = re.compile(r" *(?P<mark>`{3,}|~{3,})\s*")


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Take a text apart into fenced code, which is told by True, and the prose around it."""
    lines = text.split("\n")
    prose_from = 0
    for start, end in fences(lines):
        yield "\n".join(lines[prose_from:start]), False
        yield "\n".join(lines[start:end]), True
        prose_from = end
    yield "\n".join(lines[prose_from:]), False


def fences(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Return where each block of fenced code begins, and the line after it."""
    closings = [CLOSING.fullmatch(line) for line in lines]
    marks = [found["mark"] if found else "" for found in closings]
    longest = {sign: _longest_below(marks, sign) for sign in "`~"}
    at = 0
    while at < len(lines):
        mark = _opening(lines[at])
        at += 1
        if not mark or len(mark) > longest[mark[0]][at]:
            continue
        end = next(n for n in range(at, len(lines)) if marks[n].startswith(mark)) + 1
        yield at - 1, end
        at = end


def _opening(line: str) -> str:
    """Return the mark with which a line may open a fence, or ""."""
    found = FENCE.fullmatch(line)
    if not found or (found["mark"][0] == "`" and "`" in found["rest"]):
        return ""
    return found["mark"]


def _longest_below(marks: list[str], sign: str) -> list[int]:
    """Return how long the longest mark from each line on is, so that none is sought in vain."""
    lengths = (len(mark) if mark.startswith(sign) else 0 for mark in reversed(marks))
    return list(accumulate(lengths, max, initial=0))[::-1]

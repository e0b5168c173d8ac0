"""A change as a patch that git applies, and as people look at it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import chain

from rapidfuzz.distance import Indel

NO_NEWLINE = "\\ No newline at end of file\n"
LINES = re.compile(r"[^\n]*\n|[^\n]+")
ANY_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
MARKS = {"kept": " ", "removed": "-", "added": "+"}


@dataclass(frozen=True)
class Run:
    """Lines that belong together: "kept", "added" or "removed"."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Hunk:
    """One place of a file that changes, with the lines around it: where it was, and where it is.

    The spans count from 0, as slices do.
    """

    before: tuple[int, int]
    after: tuple[int, int]
    runs: tuple[Run, ...]

    @property
    def line(self) -> int:
        """Return the number of its first line, counted from 1."""
        return self.after[0] + 1


class _Comparison(SequenceMatcher[str]):
    """As difflib compares, but soon done with a long page of which much has changed.

    On its own it takes seconds for a few hundred questions with other votes, and a server that
    compares serves nobody else.
    """

    def __init__(self, old: list[str], new: list[str]) -> None:
        """Compare two files by their lines."""
        super().__init__(None, old, new)
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """Return the longest common subsequence."""
        found = Indel.opcodes(self._old, self._new).as_matching_blocks()
        return [Match(block.a, block.b, block.size) for block in found]


def patch(path: str, before: bytes | None, after: bytes) -> bytes:
    """Return a change of a file, named from the repository's root, as `git apply` takes it.

    Git's lines end in a line feed and in nothing else; a carriage return belongs to the line.
    """
    old, new = (b"" if before is None else before).decode(), after.decode()
    lines = _with_ends(chain.from_iterable(map(_unified, _hunks(_lines(old), _lines(new)))))
    written = "".join(lines)
    return f"{_header(path, is_new=before is None)}{written}".encode() if written else b""


def hunks(before: bytes | None, after: bytes) -> list[Hunk]:
    """Return the places of a file that change."""
    return list(_hunks(_plain((before or b"").decode()), _plain(after.decode())))


def _hunks(old: list[str], new: list[str]) -> Iterator[Hunk]:
    for group in _Comparison(old, new).get_grouped_opcodes():
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        runs = chain.from_iterable(_runs(old, new, *op) for op in group)
        yield Hunk((i1, i2), (j1, j2), tuple(runs))


def _unified(hunk: Hunk) -> Iterator[str]:
    yield f"@@ -{_span(*hunk.before)} +{_span(*hunk.after)} @@\n"
    for run in hunk.runs:
        yield from (MARKS[run.kind] + line for line in run.lines)


def _span(start: int, end: int) -> str:
    """Return a span as patches say it: the first line and how many, or the line before none."""
    return f"{start + (end > start)},{end - start}"


def _plain(text: str) -> list[str]:
    """Return the lines of a text, whichever way they are broken."""
    return [line.rstrip("\r\n") for line in ANY_LINES.findall(text)]


def _runs(
    old: list[str], new: list[str], tag: str, i1: int, i2: int, j1: int, j2: int
) -> Iterator[Run]:
    if tag == "equal":
        yield Run("kept", tuple(new[j1:j2]))
        return
    if i1 < i2:
        yield Run("removed", tuple(old[i1:i2]))
    if j1 < j2:
        yield Run("added", tuple(new[j1:j2]))


def _lines(text: str) -> list[str]:
    return LINES.findall(text)


def _with_ends(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}"


def _header(path: str, *, is_new: bool) -> str:
    old, new = _quoted(f"a/{path}"), _quoted(f"b/{path}")
    start = "new file mode 100644\n" if is_new else ""
    return f"diff --git {old} {new}\n{start}--- {'/dev/null' if is_new else old}\n+++ {new}\n"


def _quoted(path: str) -> str:
    """Return a path in quotes where git needs them; it reads the escapes that JSON has, too."""
    quoted = json.dumps(path, ensure_ascii=False)
    return path if quoted == f'"{path}"' else quoted

"""A change as a patch that git applies, and as people look at it."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import Match, SequenceMatcher
from itertools import accumulate, chain, takewhile

from rapidfuzz.distance import Indel

NO_NEWLINE = "\\ No newline at end of file\n"
LINES = re.compile(r"[^\n]*\n|[^\n]+")
ANY_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
MOST_PAIRS = 2_000 * 2_000  # of lines compared with one another, which soon takes seconds
MOST_SHOWN = 40_000  # letters of one change
AROUND = 40  # what each line takes beside its letters
MARKS = {"kept": " ", "removed": "-", "added": "+"}


@dataclass(frozen=True)
class Run:
    """Lines that belong together: "kept", "added" or "removed"."""

    kind: str
    lines: tuple[str, ...]

    @property
    def letters(self) -> int:
        """Return how much there is to be shown."""
        return sum(len(line) + AROUND for line in self.lines)


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


@dataclass(frozen=True)
class Changes:
    """The places of a text that change, as far as there is room; whether these are all."""

    hunks: tuple[Hunk, ...]
    is_all: bool

    @property
    def letters(self) -> int:
        """Return how much there is to be shown."""
        return sum(run.letters for hunk in self.hunks for run in hunk.runs)


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
        """Return the runs of lines that stay, and what ends them, as difflib has it."""
        return [*kept_runs(self._old, self._new), Match(len(self._old), len(self._new), 0)]


def kept_runs(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Return the runs of lines that stay, of two files' lines: their longest common subsequence.

    Where very much lies between what they begin and end with alike, all of that has changed.
    """
    head = _alike(old, new)
    most = min(len(old), len(new)) - head
    tail = _alike(old[: -most - 1 : -1], new[: -most - 1 : -1]) if most else 0
    ends = len(old) - tail, len(new) - tail
    between = _in_common(old[head : ends[0]], new[head : ends[1]])
    within = [Match(head + run.a, head + run.b, run.size) for run in between]
    return [run for run in (Match(0, 0, head), *within, Match(*ends, tail)) if run.size]


def _alike(old: Iterable[str], new: Iterable[str]) -> int:
    """Return how many lines two files begin with alike."""
    pairs = zip(old, new, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _in_common(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    if len(old) * len(new) > MOST_PAIRS:
        return []
    found = Indel.opcodes(old, new).as_matching_blocks()
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
    return text_hunks((before or b"").decode(), after.decode())


def text_hunks(before: str, after: str) -> list[Hunk]:
    """Return the places of a text that change, however its lines end."""
    return list(_hunks(_plain(before), _plain(after)))


def changes(before: str, after: str, room: int = MOST_SHOWN) -> Changes:
    """Return of a change what can be looked at; ``room`` is how many letters that are."""
    found = text_hunks(before, after)
    shown: list[Hunk] = []
    for hunk in found:
        shown.append(_cut(hunk, room))
        room -= sum(run.letters for run in shown[-1].runs)
        if shown[-1] != hunk:
            break
    return Changes(tuple(hunk for hunk in shown if hunk.runs), is_all=shown == found)


def _cut(hunk: Hunk, room: int) -> Hunk:
    runs: list[Run] = []
    for run in hunk.runs:
        ends = list(accumulate(len(line) + AROUND for line in run.lines))
        runs.append(Run(run.kind, run.lines[: bisect_right(ends, room)]))
        room -= runs[-1].letters
        if runs[-1] != run:
            break
    return replace(hunk, runs=tuple(run for run in runs if run.lines))


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

"""A change as a patch that git applies, and as people look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from itertools import chain

NO_NEWLINE = "\\ No newline at end of file\n"
PLAIN = re.compile(r"[ !#-\[\]-~]*")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
ANY_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


@dataclass(frozen=True)
class Run:
    """Lines that belong together: "kept", "added" or "removed"."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Hunk:
    """One place of a file that changes, with the lines around it; ``line`` counts from 1."""

    line: int
    runs: tuple[Run, ...]


def patch(path: str, before: bytes | None, after: bytes) -> bytes:
    """Return a change of a file, named from the repository's root, as `git apply` takes it.

    Git's lines end in a line feed and in nothing else; a carriage return belongs to the line.
    """
    old, new = (b"" if before is None else before).decode(), after.decode()
    lines = "".join(_with_ends(unified_diff(_lines(old), _lines(new), "-", "+")))
    if not lines:
        return b""
    hunks = lines[lines.index("@@") :]
    return f"{_header(path, is_new=before is None)}{hunks}".encode()


def hunks(before: bytes | None, after: bytes) -> list[Hunk]:
    """Return the places of a file that change."""
    old, new = _plain((before or b"").decode()), _plain(after.decode())
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes()
    return [
        Hunk(group[0][3] + 1, tuple(chain.from_iterable(_runs(old, new, *op) for op in group)))
        for group in groups
    ]


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
    # After a name with a space in it, a tab says where the name ends.
    tab = "\t" if " " in path else ""
    before = "/dev/null" if is_new else f"{old}{tab}"
    return f"diff --git {old} {new}\n{start}--- {before}\n+++ {new}{tab}\n"


def _quoted(path: str) -> str:
    """Return a path as git writes it: in quotes, with octal bytes, where it is not plain."""
    if PLAIN.fullmatch(path):
        return path
    plain = (chr(byte) if PLAIN.fullmatch(chr(byte)) else f"\\{byte:03o}" for byte in path.encode())
    return f'"{"".join(plain)}"'

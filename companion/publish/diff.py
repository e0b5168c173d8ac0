"""A change as a patch that git applies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import unified_diff

NO_NEWLINE = "\\ No newline at end of file\n"
PLAIN = re.compile(r"[ !#-\[\]-~]*")
LINES = re.compile(r"[^\n]*\n|[^\n]+")


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

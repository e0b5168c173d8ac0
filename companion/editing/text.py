"""A page's text as it is edited, and as its file keeps it: encoding, mark and line breaks stay."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from hashlib import sha256

from companion.talks.source_file import decoded
from companion.writing.diff import kept_runs

LINES = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")
MARKS = {"utf-8-sig": (codecs.BOM_UTF8,), "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)}
CODECS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
Line = tuple[str, str]


def file_hash(content: bytes | None) -> str:
    """Return what tells a file's bytes from all others, "" where there is no file."""
    return "" if content is None else sha256(content).hexdigest()


def opened(content: bytes) -> str:
    """Return a file's text for an editor, its lines ended by line feeds."""
    return plain(decoded(content)[0])


def plain(text: str) -> str:
    """Return a text as forms send it, its lines ended by line feeds."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def written(text: str, before: bytes | None) -> bytes:
    """Return what a file holds whose text is to be another one.

    Lines that stay keep the way they end in, others end as most do. What the file's encoding has no
    letters for makes it UTF-8.
    """
    if before is None:
        return plain(text).encode()
    known, _, _ = decoded(before)
    if plain(text) == plain(known):
        return before
    return looked_at("".join(_ended(_lines(known), plain(text))), before)


def looked_at(text: str, before: bytes) -> bytes:
    """Return a text in the encoding of a file, its lines ended as they are: enough to look at."""
    _, encoding, _ = decoded(before)
    mark = next((mark for mark in MARKS.get(encoding, ()) if before.startswith(mark)), b"")
    codec = CODECS.get(mark, encoding.removesuffix("-sig"))
    try:
        return mark + text.encode(codec)
    except UnicodeEncodeError:
        return text.encode()


def _ended(before: list[Line], text: str) -> list[str]:
    """Return the lines of a text, those that stay as they ended before."""
    usual = Counter(end for _, end in before if end).most_common(1)
    newline = usual[0][0] if usual else "\n"
    lines = _lines(text)
    ends = [newline if end else "" for _, end in lines]
    for run in kept_runs([line for line, _ in before], [line for line, _ in lines]):
        kept = [end or newline for _, end in before[run.a : run.a + run.size]]
        ends[run.b : run.b + run.size] = kept
    if lines and not lines[-1][1]:
        ends[-1] = ""
    return [line + end for (line, _), end in zip(lines, ends, strict=True)]


def _lines(text: str) -> list[Line]:
    return [(line, end) for line, end in LINES.findall(text) if line or end]

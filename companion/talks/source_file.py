"""A talk's file as written: frontmatter fields with their lines, and the Markdown body."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from companion.talks import splitting
from companion.talks.cleaning import cleaned
from companion.talks.header import Field, HeaderError, plain_key, read_header
from companion.talks.letters import NO_TEXT
from companion.talks.problem import Problem
from companion.talks.splitting import Parts

HEADER_LIMIT = 16 * 1024
BODY_LIMIT = 256 * 1024
WHAT_ELSE = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
GUESSED = {"utf-16": "UTF-16", "cp1252": "Windows-1252"}
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class InvalidTalk(Exception):
    """The file cannot be read as a talk."""

    def __init__(self, *problems: Problem) -> None:
        """Keep what is wrong, for the report."""
        super().__init__(*problems)
        self.problems = problems


@dataclass(frozen=True)
class SourceFile:
    """A file split into fields and body; of a key given twice, the last one counts."""

    path: Path
    fields: dict[str, Field]
    body: str
    body_line: int
    doubts: tuple[Problem, ...] = ()
    digest: str = ""

    def line_of(self, key: str) -> int:
        """Return the line a key stands on, or the first line when it is missing."""
        name = plain_key(key)
        written = (field.line for field in self.fields.values() if field.name == name)
        field = self.fields.get(name)
        return field.line if field else next(written, 1)

    def renamed(self, names: Sequence[tuple[str, str]]) -> SourceFile:
        """Return it with fields under our names instead of theirs; one that is empty stays."""
        if not names:
            return self
        found = {plain_key(ours): self.fields.get(plain_key(theirs)) for ours, theirs in names}
        new = {name: field for name, field in found.items() if field and field.value}
        moved = {field.name for field in new.values()}
        kept = {name: field for name, field in self.fields.items() if name not in moved}
        return replace(self, fields=kept | new) if new else self


def source_of(path: Path, content: bytes) -> SourceFile | None:
    """Read what a talk's file holds, or would; None without frontmatter, so that it is no talk."""
    if len(content) > HEADER_LIMIT + BODY_LIMIT:
        _refuse_size(path, 1)
    text, doubts = _text(path, content)
    try:
        parts = splitting.split(text)
    except splitting.UnclosedError:
        _refuse(path, 1, "the frontmatter has no end; close it with a line `---`")
    if parts is None:
        return None
    return replace(_source(path, parts, doubts), digest=_digest(content))


def digest_of(path: Path) -> str:
    """Return what tells a file's bytes from all others; raises as `content_of` does."""
    return _digest(content_of(path))


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _text(path: Path, content: bytes) -> tuple[str, list[Problem]]:
    """Return a file's text and what was guessed to get at it."""
    text, doubts = _decoded(path, content)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = NO_TEXT.search(text)
    if found:
        message = f"a control character (U+{ord(found[0]):04X}) is left out; remove it"
        line = text.count("\n", 0, found.start()) + 1
        doubts.append(Problem(path, line, message, fatal=False))
        text = NO_TEXT.sub("", text)
    return text, doubts


def content_of(path: Path) -> bytes:
    """Return a file's bytes, one more than can be read at most; what is no file is refused."""
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind != stat.S_IFREG:
        what = WHAT_ELSE.get(kind, "a device")
        _refuse(path, 1, f"this is {what} and no file; give it another name, or take it away")
    with open(path, "rb", opener=_without_waiting) as file:
        return file.read(HEADER_LIMIT + BODY_LIMIT + 1)


def _without_waiting(name: str, flags: int) -> int:
    """Open a file that may have become a pipe meanwhile, to which nobody writes."""
    return os.open(name, flags | os.O_NONBLOCK)


def decoded(content: bytes) -> tuple[str, str, int]:
    """Return a file's text, the encoding it is in as Python has it, and the line that tells."""
    encoding = "utf-16" if content.startswith(UTF_16) else "utf-8-sig"
    try:
        return content.decode(encoding), encoding, 1
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return content.decode("cp1252", errors="replace"), "cp1252", line


def _decoded(path: Path, content: bytes) -> tuple[str, list[Problem]]:
    text, encoding, line = decoded(content)
    if encoding not in GUESSED:
        return text, []
    guessed = GUESSED[encoding]
    message = f"not UTF-8 text, so it is read as {guessed}; save the file with the encoding UTF-8"
    return text, [Problem(path, line, message, fatal=False)]


def _source(path: Path, parts: Parts, doubts: list[Problem]) -> SourceFile:
    if len(parts.header.encode()) > HEADER_LIMIT:
        _refuse(path, parts.header_line, "the frontmatter is too long; at most 16 KB are read")
    if len(parts.body.encode()) > BODY_LIMIT:
        _refuse_size(path, parts.body_line)
    try:
        header = read_header(parts.header, parts.language)
    except HeaderError as error:
        _refuse(path, parts.header_line + error.line, error.message)
    first = parts.header_line
    written = [replace(field, line=first + field.line) for field in header.fields]
    said = [(first + line, message) for line, message in header.doubts]
    written, unseen = cleaned(written)
    fields = {field.name: field for field in written}
    said += unseen
    said += [
        (field.line, f"`{field.key}` is given again below")
        for field in written
        if fields[field.name] is not field
    ]
    doubts = doubts + [Problem(path, line, message, fatal=False) for line, message in said]
    return SourceFile(path, fields, parts.body, parts.body_line, tuple(doubts))


def _refuse_size(path: Path, line: int) -> NoReturn:
    _refuse(path, line, "the page is too long; at most 256 KB are read")


def _refuse(path: Path, line: int, message: str) -> NoReturn:
    raise InvalidTalk(Problem(path, line, message, fatal=True)) from None

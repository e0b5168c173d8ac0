"""What somebody has sent: one page or picture, or a folder of them as a zip, within bounds."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from companion.errors import Refused
from companion.messages import gettext
from companion.talks.files import DEPTH_LIMIT, ENDINGS, INDEX, NO_TALKS
from companion.talks.letters import NO_NAME
from companion.talks.source_file import BODY_LIMIT, HEADER_LIMIT

MOST_FILES = 100  # each is waited for until the disk has it and its versions
LARGEST_PAGE = HEADER_LIMIT + BODY_LIMIT
LARGEST_PICTURE = 1024 * 1024
MOST_BYTES = 16 * 1024 * 1024  # of all files together, unpacked
LONGEST_NAME = 200
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENTRY, ENCRYPTED = b"PK\x01\x02", 0x1
PICTURES = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".avif": (b"\x00\x00\x00",),
    ".svg": (b"<",),
}
# What zipfile raises on archives that are damaged, encrypted, or packed in ways it has not.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
NO_ZIP = gettext("This zip cannot be read. Make it anew, and send it again.")
TOO_MANY = gettext("That is more than %(num)s files. Send fewer at a time.", num=MOST_FILES)
TOO_LARGE = gettext("Unpacked that is more than 16 MB. Send it in smaller parts.")


@dataclass(frozen=True)
class SentFile:
    """One file by its name below the folder; ``refusal`` says why it is not taken, "" if it is."""

    name: str
    content: bytes = b""
    refusal: str = ""


def unpacked(name: str, data: bytes) -> list[SentFile]:
    """Return the files that were sent, each looked at; raises Refused where there are none."""
    if not data:
        raise Refused(gettext("Choose a file first: a page, or a folder of pages as a zip."))
    if not name.lower().endswith(".zip"):
        return [_looked_at(PurePosixPath(name.replace("\\", "/")).name, data)]
    if data.count(ENTRY) > MOST_FILES:
        raise Refused(TOO_MANY)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            found = list(_files(archive))
    except BROKEN:
        raise Refused(NO_ZIP) from None
    if not found:
        raise Refused(gettext("There is no file in this zip. Put pages into it."))
    return _each_once(_without_top(found))


def _files(archive: zipfile.ZipFile) -> Iterator[SentFile]:
    """Give the files of an archive, never unpacking more than may be taken in all."""
    left = MOST_BYTES
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        refusal = _refusal_of_entry(entry) or _refusal_of_name(entry.filename)
        if refusal:
            yield SentFile(entry.filename, refusal=refusal)
            continue
        most = min(_largest(entry.filename), left)
        with archive.open(entry) as file:
            content = file.read(most + 1)
        if len(content) > left:
            raise Refused(TOO_LARGE)
        left -= len(content)
        yield _looked_at(entry.filename, content)


def _refusal_of_entry(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return gettext("it is a link or no file")
    if entry.flag_bits & ENCRYPTED:
        return gettext("it is locked by a password")
    return (
        "" if entry.compress_type in METHODS else gettext("it is packed in a way that is not read")
    )


def _looked_at(name: str, content: bytes) -> SentFile:
    refusal = _refusal_of_name(name) or _refusal_of_content(name, content)
    return SentFile(name, b"" if refusal else content, refusal)


def _refusal_of_name(name: str) -> str:
    parts = name.split("/")
    if NO_NAME.search(name) or "\\" in name or ":" in name or len(name) > LONGEST_NAME:
        return gettext("its name is too long, or has signs that no name may have")
    if any(part in ("", ".", "..") for part in parts):
        return gettext("its name leads out of the folder")
    if any(part[0] in "._" or part in NO_TALKS for part in parts):
        return gettext("nothing below such a name is ever read")
    if len(parts) > DEPTH_LIMIT + 1:
        return gettext("it lies too deep; pages are read four folders down")
    return (
        ""
        if _ending(name) in (*ENDINGS, *PICTURES)
        else gettext("it is neither a page nor a picture")
    )


def _refusal_of_content(name: str, content: bytes) -> str:
    if len(content) > _largest(name):
        return gettext("it is larger than %(kb)s KB", kb=_largest(name) // 1024)
    begins = PICTURES.get(_ending(name))
    if begins and not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(begins):
        return gettext("it is not the picture that its name says")
    return ""


def _largest(name: str) -> int:
    return LARGEST_PAGE if _ending(name) in ENDINGS else LARGEST_PICTURE


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _without_top(files: list[SentFile]) -> list[SentFile]:
    """Leave out the folder that all files lie in, unless it is itself a talk's."""
    tops = {file.name.partition("/")[0] for file in files if not file.refusal}
    is_page = any(PurePosixPath(file.name).stem.lower() == INDEX for file in files)
    if len(tops) != 1 or is_page or any("/" not in f.name for f in files if not f.refusal):
        return files
    top = f"{tops.pop()}/"
    return [SentFile(f.name.removeprefix(top), f.content, f.refusal) for f in files]


def _each_once(files: list[SentFile]) -> list[SentFile]:
    seen: set[str] = set()
    found = []
    for file in files:
        again = file.name.casefold() in seen and not file.refusal
        found.append(SentFile(file.name, refusal=gettext("it is there twice")) if again else file)
        seen.add(file.name.casefold())
    return found

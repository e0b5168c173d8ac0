"""The files of a folder of talks, the address of each, and the other names it is known by."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from companion.talks.letters import NO_NAME

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
ENDINGS = (".md", ".markdown", ".qmd")
SERVED_AS = re.compile(r"\.(?:md|markdown|qmd|html?)$")
DATED = re.compile(r"^(\d{4})-(\d{2})-(\d{2})[-_ ]+(?=.)")
NO_TALKS = frozenset({"node_modules", "vendor", "venv", "site-packages"})
INDEX = "index"
DEPTH_LIMIT = 4
FOLDERS_LIMIT = 500
SETTLING_NS = 50_000_000
KNOWN = 16_384  # names thought about once, for all are looked through whenever one file changes
Signature = tuple[int, int, int, int]
NOT_TOLD: Signature = (0, 0, 0, 0)


def talk_files(folder: Path) -> dict[str, Signature | None]:
    """Return the talk files in a folder and those below it, each with what tells a changed file.

    They are named by their path below the folder; those that lie in it come first. Whatever has
    the name of a page counts as one: what it really is will be said when it is read.
    """
    found: dict[str, Signature | None] = {}
    waiting = [(folder, "", 0)]
    for at, (place, prefix, depth) in enumerate(waiting):
        if at >= FOLDERS_LIMIT:
            break
        items = sorted(_items(place, optional=depth > 0), key=lambda item: item.name)
        for item in items:
            if item.name[0] in "._":
                continue
            if item.name.lower().endswith(ENDINGS):
                with contextlib.suppress(FileNotFoundError):
                    found[prefix + item.name] = _signature(item)
            elif depth < DEPTH_LIMIT and item.name not in NO_TALKS and _is_folder(item):
                waiting.append((Path(item.path), f"{prefix}{item.name}/", depth + 1))
    return found


def hidden_talks(folder: Path) -> Iterator[tuple[str, int]]:
    """Name the folders within reach that are not read and hold pages, with how many."""
    for item in sorted(_items(folder, optional=True), key=lambda item: item.name):
        if item.name[0] == "_" and item.is_dir(follow_symlinks=False):
            count = len(talk_files(Path(item.path)))
            if count:
                yield NO_NAME.sub("\ufffd", item.name), count


def _items(folder: Path, *, optional: bool) -> list[os.DirEntry[str]]:
    """List a folder; one below the first that cannot be listed is passed over."""
    try:
        with os.scandir(folder) as items:
            return list(items)
    except OSError:
        if optional:
            return []
        raise


def _is_folder(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _signature(item: os.DirEntry[str]) -> Signature | None:
    """Return None for a file written this very moment: its next change might look the same."""
    try:
        seen = item.stat()
    except OSError:  # a link that leads nowhere or round and round
        try:
            seen = item.stat(follow_symlinks=False)
        except PermissionError:
            return NOT_TOLD
    touched = max(seen.st_mtime_ns, seen.st_ctime_ns)
    just_now = 0 <= time.time_ns() - touched < SETTLING_NS
    return None if just_now else (seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino)


def slugs(names: Iterable[str]) -> dict[str, str]:
    """Give every file an address; of two below other folders the second has its folder's in it."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        slug = slug_of(name)
        if "/" in name and slug in taken:
            slug = plain(_whole(name).replace("/", "-"))
        given[name] = slug
        taken.add(slug)
    return given


@lru_cache(KNOWN)
def slug_of(name: str) -> str:
    """Return the talk's slug: the file's name, as an address has it; of an index its folder's."""
    stem = _stem(name)
    return stem.lower() if SLUG.fullmatch(stem.lower()) else plain(stem)


def plain(text: str, kind: str = "talk") -> str:
    """Write a name as an address has it, in letters, digits and hyphens.

    One that has none of these gets its ``kind`` and a number.
    """
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:100]
    return slug or f"{kind}-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:8]}"


@lru_cache(KNOWN)
def other_names(name: str, slug: str) -> frozenset[str]:
    """Return what else a talk may be asked for by, as ``asked_for`` writes it."""
    stem = _stem(name)
    names = {stem, _whole(name), plain(stem), DATED.sub("", stem), DATED.sub("", slug)}
    dated = DATED.match(stem)
    if dated:
        names.add(f"{dated[1]}/{dated[2]}/{dated[3]}/{DATED.sub('', stem)}")
    return frozenset({known.casefold() for known in names} | {plain(DATED.sub("", stem))})


def asked_for(path: str) -> list[str]:
    """Return the ways to read an address, the nearest first: without ending, date and case."""
    name = SERVED_AS.sub("", unquote(path).strip("/").casefold())
    if not name.isprintable():
        return []
    return list(dict.fromkeys((name, plain(name), DATED.sub("", name), plain(DATED.sub("", name)))))


def _stem(name: str) -> str:
    path = PurePosixPath(name)
    is_bundle = path.stem.lower() == INDEX and len(path.parts) > 1
    return path.parent.name if is_bundle else path.stem


def _whole(name: str) -> str:
    return str(PurePosixPath(name).parent / PurePosixPath(name).stem)

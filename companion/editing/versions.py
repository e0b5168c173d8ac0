"""Versions of pages: commits where the folder is in git, else files in a folder that nobody reads.

Where git will not, a version is put into that folder, too, so that none is ever lost.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from companion.errors import Refused
from companion.messages import gettext, read_back
from companion.moderation.roles import as_begins, as_called
from companion.writing import files, repository

HOME = ".companion"  # in the folder of talks; what begins with a dot is read by nobody
KEPT = 50  # of each page; those before are forgotten
STAMP = "%Y%m%dT%H%M%S.%fZ"
ID = re.compile(r"[0-9a-f]{40,64}|\d{8}T\d{6}\.\d{6}Z")
ADVICE = gettext("nothing is changed; tell whoever runs this server")
# What is kept of each, in English as commits are, so that it can be said again.
KEPT_WORDS = (
    gettext("As it was on the disk"),
    gettext("Edit %(name)s", name=""),
    gettext("Put back %(name)s", name=""),
    gettext("Add %(name)s", name=""),
    gettext("Bring in %(name)s", name=""),
)
ON_DISK, EDIT, PUT_BACK, ADD, BRING_IN = KEPT_WORDS
GONE = gettext("That version is not kept any more. Choose another one.")


@dataclass(frozen=True)
class Version:
    """One version of a page: when it came, by whom, and what was done."""

    id: str
    at: datetime
    who: str
    what: str

    @property
    def by(self) -> str:
        """Return who it is by, as a message where that is no name; "" where nobody knows."""
        return as_begins(as_called(self.who))

    @property
    def done(self) -> str:
        """Return what was done, as a message unless somebody committed it in words of their own."""
        found = read_back(self.what, KEPT_WORDS)
        return found if found.id in {known.id for known in KEPT_WORDS} else self.what


def keep(folder: Path, contents: Mapping[str, bytes], who: str, what: str) -> str:
    """Keep what some files hold now as a version; returns what has to be said of it, mostly "".

    Raises Refused where it can be kept nowhere.
    """
    paths = [folder / name for name in contents]
    home = repository.find(paths[0]) if paths else None
    said = ""
    if home:
        try:
            home.commit(paths, what, who)
        except Refused as reason:
            said = gettext("It is not committed: %(reason)s", reason=reason.message)
        else:
            return ""
    put = [_put(folder, name, content, who, what) for name, content in contents.items()]
    for path in put:  # all at once, for each file that the disk is waited for takes its time
        files.make_last(path, ADVICE)
    return said


def keep_unknown(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Keep of some files what no version has yet, as of a change by hand; raises Refused."""
    home = repository.find(folder / next(iter(contents))) if contents else None
    unknown = {
        name: content
        for name, content in contents.items()
        if _newest(folder, name) != content
        and (home is None or home.committed(folder / name) != content)
    }
    if unknown:
        keep(folder, unknown, "", ON_DISK)


def versions(folder: Path, name: str) -> list[Version]:
    """Return a page's versions, the newest first."""
    home = repository.find(folder / name)
    committed = home.history(folder / name, KEPT) if home else []
    found = [Version(each.name, each.at, each.author, each.message) for each in committed]
    found += [version for file in _files(folder, name) if (version := _read(file))]
    return sorted(found, key=lambda version: version.at, reverse=True)[:KEPT]


def content(folder: Path, name: str, id: str) -> bytes:
    """Return what a page held at one of its versions; raises Refused."""
    if id not in {version.id for version in versions(folder, name)}:
        raise Refused(GONE)
    stored = _place(folder, name) / f"{id}{Path(name).suffix}"
    home = repository.find(folder / name)
    found = files.read(stored)
    if found is None and home:
        found = home.content(folder / name, id)
    if found is None:
        raise Refused(GONE)
    return found


def hide(folder: Path) -> Path:
    """Return the folder that nobody reads, with what keeps it out of git; raises Refused."""
    home = folder / HOME
    ignore = home / ".gitignore"
    if not ignore.exists():
        files.replace(ignore, None, b"*\n", ADVICE)
    return home


def _put(folder: Path, name: str, content: bytes, who: str, what: str) -> Path:
    hide(folder)
    place, stamp = _place(folder, name), datetime.now(UTC).strftime(STAMP)
    said = json.dumps({"who": who, "what": what}, ensure_ascii=False)
    path = place / f"{stamp}{Path(name).suffix}"
    files.replace(path, None, content, ADVICE, lasts=False)
    files.replace(place / f"{stamp}.json", None, said.encode(), ADVICE, lasts=False)
    _forget(_files(folder, name)[KEPT:])
    return path


def _forget(old: Iterable[Path]) -> None:
    for file in old:
        with contextlib.suppress(OSError):
            file.with_suffix(".json").unlink(missing_ok=True)
            file.unlink()


def _files(folder: Path, name: str) -> list[Path]:
    """Return the files that a page's versions are in, the newest first."""
    found = _place(folder, name).glob(f"*{Path(name).suffix}")
    return sorted((path for path in found if ID.fullmatch(path.stem)), reverse=True)


def _read(file: Path) -> Version | None:
    said: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        said = json.loads(file.with_suffix(".json").read_bytes())
    try:
        at = datetime.strptime(file.stem, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Version(file.stem, at, str(said.get("who", "")), str(said.get("what", "")))


def _newest(folder: Path, name: str) -> bytes | None:
    found = _files(folder, name)
    return files.read(found[0]) if found else None


def _place(folder: Path, name: str) -> Path:
    return folder / HOME / "versions" / name

"""Pages as they were read and rendered, kept between two starts, in a file beside the database.

One counts only for the very bytes, place, settings and version that it was made from, and only with
our own key's mark on it. Whatever is wrong with the file, the pages are read instead.
"""

from __future__ import annotations

import errno
import hmac
import json
import os
import sqlite3
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from companion.paths import PACKAGE
from companion.settings import Settings
from companion.talks.called_off import CalledOff
from companion.talks.markdown.job import found_links
from companion.talks.page import PageOptions, ReadFrom, TalkPage
from companion.talks.phase import Schedule
from companion.talks.polls import poll_from
from companion.talks.problem import Problem
from companion.talks.reading import LoadedFile

LIBRARIES = ("Markdown", "pymdown-extensions", "nh3", "PyYAML", "python-dateutil")
TABLE = "CREATE TABLE IF NOT EXISTS page (name TEXT PRIMARY KEY, mark TEXT, page TEXT)"
LARGEST, LARGEST_FILE = 1024 * 1024, 128 * 1024 * 1024
LOCKED_SECONDS = 0.2  # for a start, while nobody is served yet
# What is lost with the power is read again; what is deleted is to be gone.
PRAGMAS = ("journal_mode = MEMORY", "synchronous = OFF", "secure_delete = ON")


class _OtherClockError(ValueError):
    """A zone's rules have changed since."""


@dataclass(frozen=True)
class PageToKeep:
    """A file that has been read and rendered, what it was read from, and its address."""

    file: LoadedFile
    digest: str
    slug: str


class KeptPages:
    """What is kept of one folder's pages; without a place it keeps nothing."""

    def __init__(
        self,
        folder: Path,
        options: PageOptions,
        place: Path | None = None,
        secret: str = "",
        *,
        writes: bool = True,
    ) -> None:
        """Remember where; nothing is opened yet. Whoever does not serve leaves it as it is."""
        self._folder, self._options, self._place = folder, options, place
        self._secret, self._writes = secret.encode(), writes

    @classmethod
    def beside(cls, database: Path | None, settings: Settings, *, writes: bool) -> KeptPages:
        """Return what is kept beside a database, where that is a file, of the settings' talks."""
        place = database.with_name(f"{database.name}.pages") if database else None
        options, secret = PageOptions.of(settings), settings.secret_key
        return cls(settings.talks, options, place, secret, writes=writes)

    def load(self) -> dict[str, tuple[str, str]]:
        """Return what is kept, by file, not looked at yet."""
        if self._place is None or not self._place.is_file():
            return {}
        with (
            suppress(sqlite3.Error, OSError),
            _connected(self._place, LOCKED_SECONDS) as connection,
        ):
            rows = connection.execute("SELECT name, mark, page FROM page").fetchall()
            return {name: (mark, page) for name, mark, page in rows}
        return {}

    def file_from(
        self, kept: tuple[str, str], name: str, slug: str, digest: str
    ) -> LoadedFile | None:
        """Return a file as it was kept, None unless it is ours and of the same bytes.

        Nor does it count once a zone is gone, or its clocks are set otherwise than they were then.
        """
        mark, text = kept
        if not isinstance(text, str) or mark != self._mark(name, slug, digest, text):
            return None
        try:
            return _file_from(json.loads(text), self._folder / name, slug)
        except (KeyError, ValueError, TypeError, OSError):
            return None

    def keep(
        self, files: Mapping[str, PageToKeep], names: Collection[str], changed: Collection[str] = ()
    ) -> bool:
        """Keep these, and of all others only what is still there and has not ``changed``.

        Nobody waits: while another writes there, or nothing can be written, this returns False.
        """
        if self._place is None or not self._writes:
            return True
        try:
            _make_private(self._place)
            with _connected(self._place, 0) as connection, connection:
                connection.execute(TABLE)
                known = {name for (name,) in connection.execute("SELECT name FROM page")}
                gone = [(name,) for name in (known - set(names)) | (known & set(changed))]
                connection.executemany("DELETE FROM page WHERE name = ?", gone)
                connection.executemany("REPLACE INTO page VALUES (?, ?, ?)", self._rows(files))
        except sqlite3.DatabaseError as error:
            return not _may_pass(error) and self._throw_away()
        except OSError:
            return False
        return True

    def _throw_away(self) -> bool:
        """Have what is no such file begin anew; the next start reads more."""
        with suppress(OSError):
            if self._place:
                self._place.unlink(missing_ok=True)
        return True

    def _rows(self, files: Mapping[str, PageToKeep]) -> Iterator[tuple[str, str, str]]:
        for name, found in files.items():
            text = json.dumps(_file_to_json(found.file))
            if len(text) <= LARGEST:
                yield name, self._mark(name, found.slug, found.digest, text), text

    def _mark(self, name: str, slug: str, digest: str, text: str) -> str:
        made_from = (made_by(), str(self._folder), repr(self._options), name, slug, digest, text)
        marked = "\0".join(made_from).encode(errors="surrogateescape")
        return hmac.new(self._secret, marked, sha256).hexdigest()


def _make_private(place: Path) -> None:
    """Have the file be there, for us alone; raises OSError where something else is there."""
    with suppress(FileNotFoundError):
        if place.lstat().st_size > LARGEST_FILE:
            place.unlink()
    handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "no file")
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


@contextmanager
def _connected(place: Path, patience: float) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(place, timeout=patience)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        yield connection


def _may_pass(error: sqlite3.DatabaseError) -> bool:
    """Whether it is locked, or there is no room or right: nothing is wrong with the file itself."""
    is_wrong = error.sqlite_errorcode == sqlite3.SQLITE_ERROR
    return isinstance(error, sqlite3.OperationalError) and not is_wrong


@cache
def made_by() -> str:
    """Return what stands for the code that reads and renders pages, and the libraries it uses."""
    code = sha256()
    for path in sorted((PACKAGE / "talks").rglob("*.py")):
        code.update(path.read_bytes())
    return " ".join((code.hexdigest(), *map(version, LIBRARIES)))


def _file_to_json(file: LoadedFile) -> dict[str, Any]:
    problems = [(item.line, item.message, item.fatal, item.only_before) for item in file.problems]
    page = file.page and _page_to_json(file.page)
    return {"page": page, "problems": problems, "redirect_line": file.redirect_line}


def _file_from(found: dict[str, Any], path: Path, slug: str) -> LoadedFile:
    page = found["page"] and _page_from(found["page"], path, slug)
    problems = tuple(Problem(path, *item) for item in found["problems"])
    return LoadedFile(page, problems, found["redirect_line"])


def _page_to_json(page: TalkPage) -> dict[str, Any]:
    known = {name: value for name, value in vars(page).items() if name not in ("slug", "path")}
    times = vars(page.planned) | {
        "starts": page.starts.astimezone(page.zone).isoformat(),
        "ends": page.planned.ends.astimezone(page.zone).isoformat(),
        "zone": page.zone.key,
    }
    meeting, recording = page.meeting and asdict(page.meeting), page.recording
    read_from = [(item.fact, item.keys) for item in page.read_from]
    return known | {
        "planned": times,
        "meeting": meeting,
        "recording": recording and asdict(recording),
        "read_from": read_from,
    }


def _page_from(found: dict[str, Any], path: Path, slug: str) -> TalkPage:
    for name in ("tags", "frame_hosts", "redirects", "speakers"):
        found[name] = tuple(found[name])
    found["meeting"], found["recording"] = found_links(found["meeting"], found["recording"])
    found["called_off"] = CalledOff(found["called_off"])
    found["read_from"] = tuple(ReadFrom(fact, tuple(keys)) for fact, keys in found["read_from"])
    found["planned"] = _schedule_from(found["planned"])
    found["polls"] = tuple(map(poll_from, found["polls"]))
    return TalkPage(slug=slug, path=path, **found)


def _schedule_from(found: dict[str, Any]) -> Schedule:
    zone = found["zone"] = ZoneInfo(found["zone"])
    for name in ("starts", "ends"):
        moment = datetime.fromisoformat(found[name])
        if moment.astimezone(zone).utcoffset() != moment.utcoffset():
            raise _OtherClockError
        found[name] = moment.astimezone(UTC)
    return Schedule(**found)

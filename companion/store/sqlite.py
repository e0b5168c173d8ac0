"""The SQLite file: how it is opened, where it can be written and where it cannot; who serves it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError

from companion.messages import gettext
from companion.settings import ConfigError

BUSY_MILLISECONDS = 4_000
READ_ONLY_SECONDS = 2.0  # after which it is looked whether there is room again
EVERYWHERE = ("foreign_keys=ON", f"busy_timeout={BUSY_MILLISECONDS}")
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
# The first sees what is in the write-ahead log, and needs the log's index to be there.
WITH_LOG, ALONE = "mode=ro&readonly_shm=1", "mode=ro&immutable=1"
NUMBER = 12  # bytes that a process's number takes in the lock file, whatever it is
ENOUGH = 200 * 2**20  # bytes on the disk, below which somebody should look
SINCE = "read_only_since"
OWNERS, OTHERS = 0o600, 0o077
LOGS = ("-wal", "-shm")


def file_of(url: str) -> Path | None:
    """Return a database's file, None where it is none of SQLite's."""
    address = make_url(url)
    is_file = address.get_backend_name() == "sqlite"
    return Path(address.database or "") if is_file else None


def connect(_dialect: object, record: Any, arguments: list[Any], given: dict[str, Any]) -> Any:
    """Return a new connection, for SQLAlchemy's event of that name: durable and strict.

    Where nothing can be written, as on a full disk, it is one to read with, for a short while.
    """
    path = str(arguments[0])
    try:
        _make_private(path)
        return _opened(path, (*PRAGMAS, *EVERYWHERE), given)
    except sqlite3.OperationalError:
        if not Path(path).is_file() or not Path(path).stat().st_size:
            raise
        found = _read_only(path, given)
        if found is None:
            raise
    if record is not None:
        record.info[SINCE] = time.monotonic()
    return found


def _make_private(path: str) -> None:
    """Make a database that is not there yet one that only its owner may read."""
    if path and path != ":memory:":
        with suppress(OSError):  # it is there, or cannot be made: opening it says so
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNERS))


def keep_private(url: str) -> None:
    """Let nobody else on this machine read an SQLite file, nor the log that belongs to it.

    Raises ConfigError where that cannot be had, unless the file can only be read here.
    """
    for file in open_to_others(url):
        try:
            file.chmod(stat.S_IMODE(file.stat().st_mode) & ~OTHERS)
        except FileNotFoundError:
            continue
        except OSError:
            if not os.access(file, os.W_OK):
                continue
            raise ConfigError(
                f"COMPANION_DATABASE_URL: others on this machine may read {file}; "
                f"let its owner run: chmod go-rwx {file}"
            ) from None


def open_to_others(url: str) -> list[Path]:
    """Return which of an SQLite database's files others on this machine may read or write."""
    path = file_of(url)
    files = [path, *(path.with_name(f"{path.name}{end}") for end in LOGS)] if path else []
    return [file for file in files if mode_of(file) & OTHERS]


def mode_of(file: Path) -> int:
    """Return who may do what with a file, as bits; none where there is none."""
    try:
        return stat.S_IMODE(file.stat().st_mode)
    except OSError:
        return 0


def look_again(_connection: object, record: Any, _proxy: object) -> None:
    """Have a connection that can only read make way for another, which may do more."""
    since = record.info.get(SINCE)
    if since is not None and time.monotonic() - since > READ_ONLY_SECONDS:
        raise DisconnectionError


def _opened(path: str, pragmas: tuple[str, ...], given: dict[str, Any]) -> sqlite3.Connection:
    connection: sqlite3.Connection = sqlite3.connect(path, **given)
    try:
        # Left to itself, the driver opens no transaction before a SAVEPOINT.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT 1 FROM sqlite_master")
    except BaseException:
        connection.close()
        raise
    return connection


def _read_only(path: str, given: dict[str, Any]) -> sqlite3.Connection | None:
    """Return a connection that only reads, None where that would miss what has been saved."""
    log = Path(f"{path}-wal")
    how = WITH_LOG if log.exists() and log.stat().st_size else ALONE
    try:
        return _opened(f"file:{quote(path)}?{how}", EVERYWHERE, {**given, "uri": True})
    except sqlite3.OperationalError:
        return None


def hold(url: str) -> int | None:
    """Be the one that serves an SQLite file, until the process and its children have ended.

    Return what is held, None where there is nothing to hold. Raises ConfigError when another
    process does: the two would not hear of what is asked at the other.
    """
    path = file_of(url)
    if path is None:
        return None
    lock = path.with_name(f"{path.name}.lock")
    try:
        held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # where no file can be made, nobody writes
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        number = os.read(held, NUMBER).decode().strip()
        os.close(held)
        raise ConfigError(
            f"COMPANION_DATABASE_URL: {f'process {number}' if number else 'another process'} "
            f"serves {path} already; stop it, or use another database"
        ) from None
    _note_number(held)
    return held


def _note_number(held: int) -> None:
    with suppress(OSError):  # a full disk: the lock holds all the same
        os.pwrite(held, f"{os.getpid():<{NUMBER - 1}}\n".encode(), 0)


def server_of(path: Path) -> str:
    """Return the number of the process that serves an SQLite file, "" where none does."""
    try:
        with path.with_name(f"{path.name}.lock").open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return lock.read(NUMBER).decode().strip() or "unknown"
    except OSError:
        pass
    return ""


def room_trouble(url: str) -> str:
    """Return why a database file has no room, or soon has none, "" where it has enough."""
    path = file_of(url)
    if path is None:
        return ""
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return gettext("%(folder)s cannot be written", folder=path.parent)
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        return gettext("the disk does not answer: %(error)s", error=error.strerror)
    if free >= ENOUGH:
        return ""
    return gettext("the disk has only %(megabytes)s MB left", megabytes=free // 2**20)


def free_bytes(url: str) -> int | None:
    """Return the room on the disk of a database file, None where there is no file or no answer."""
    path = file_of(url)
    try:
        return shutil.disk_usage(path.parent).free if path else None
    except OSError:
        return None


def write_anew(path: Path) -> bool:
    """Write a database without what was deleted, and empty its log; return whether that was done.

    While somebody reads, the log cannot be emptied.
    """
    connection = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None)
    try:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return not busy


def put_all_in_one_file(url: str) -> None:
    """Write what is in the write-ahead log into the database itself, where that can be done."""
    path = file_of(url)
    if path is None or not path.exists():
        return
    connection = sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:  # full or locked: the next start does it
        return
    finally:
        connection.close()

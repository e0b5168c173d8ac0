"""Backups: whole while people write, looked at before they are trusted, and put back."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

from companion import processes
from companion.errors import Refused, what_to_do
from companion.settings import ConfigError
from companion.store import sqlite
from companion.store.migrate import revisions

EVERY, KEPT = timedelta(days=1), 7
AT_ONCE = 2_048  # pages that are copied before somebody is told how many are left
Report = Callable[[int, int], None]  # how many pages are left, of how many
BESIDE = ("-wal", "-shm")


def folder_of(path: Path) -> Path:
    """Return where the backups of a database file are kept."""
    return path.with_name(f"{path.name}.backups")


def newest(path: Path) -> tuple[Path, datetime] | None:
    """Return the last backup of a database file and when it was made, None without any."""
    found = [*folder_of(path).glob("*.sqlite3"), *path.parent.glob(f"{path.name}.before-*")]
    dated = [(item, datetime.fromtimestamp(item.stat().st_mtime, UTC)) for item in found]
    return max(dated, key=lambda pair: pair[1], default=None)


def back_up(url: str, target: Path, report: Report | None = None) -> None:
    """Write a database into one file, there once it is whole; raises Refused or ConfigError.

    Whoever is to ``report`` hears how far it is, of SQLite's.
    """
    path = sqlite.file_of(url)
    making = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if path is None:
            _dump(url, making)
        else:
            _copy(path, making, report)
        _settle(making, target)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        advice = what_to_do(error)
        raise Refused(f"The backup {target} could not be made: {reason}; {advice}.") from None
    finally:
        making.unlink(missing_ok=True)


def back_up_daily(path: Path, now: datetime) -> Path | None:
    """Make the day's backup if it is time, and let the oldest go; return it, None if not yet."""
    last = newest(path)
    if last and now - last[1] < EVERY:
        return None
    folder = folder_of(path)
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{now:%Y-%m-%d-%H%M}.sqlite3"
    back_up(f"sqlite:///{path}", target)
    for old in sorted(folder.glob("*.sqlite3"))[:-KEPT]:
        old.unlink()
    return target


def drop_old_copies(path: Path, now: datetime, days: int) -> None:
    """Delete the copies that upgrades and restores have left beside a database so long ago."""
    for kind in ("before", "replaced"):
        for old in path.parent.glob(f"{path.name}.{kind}-*"):
            # When it got this name: what is in it may be much older.
            if datetime.fromtimestamp(old.stat().st_ctime, UTC) + timedelta(days=days) <= now:
                old.unlink()


def _copy(source: Path, target: Path, report: Report | None = None) -> None:
    """Copy what is committed at one moment, while others write, and look whether it is whole."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    address = f"file:{quote(str(source))}?mode=ro"
    with (
        closing(sqlite3.connect(address, uri=True)) as there,
        closing(sqlite3.connect(target)) as here,
    ):
        there.execute("BEGIN")
        there.execute("SELECT 1 FROM sqlite_master")  # what is written from here on is left out
        if report is None:
            there.backup(here)
        else:
            there.backup(here, pages=AT_ONCE, progress=lambda _, left, all: report(left, all))
        here.execute("PRAGMA journal_mode=DELETE")  # nothing beside it is needed
        [(found,)] = here.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise Refused(f"{source} is damaged: {found}. Restore a backup that is whole.")


def _dump(url: str, target: Path) -> None:
    program = processes.program("pg_dump")
    if program is None:
        raise ConfigError(
            "pg_dump is not installed; it makes the backups of PostgreSQL. Install it (in Debian: "
            "postgresql-client), or have the database's own host make them"
        )
    address = make_url(url)
    shown = URL.create(
        "postgresql",
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query=address.query,
    ).render_as_string()
    done = subprocess.run(  # noqa: S603 (a program of PostgreSQL's, and our own settings)
        [program, "--format=custom", f"--file={target.resolve()}", f"--dbname={shown}"],
        cwd=processes.FOLDER,
        # Neither among the arguments, which everybody on the machine may read, nor in the log.
        env=processes.environment(PGPASSWORD=address.password or ""),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise Refused(f"pg_dump made no backup: {reason}. Look for more with: companion doctor")
    target.chmod(0o600)


def _settle(made: Path, target: Path) -> None:
    """Have a file that is whole be there under its name, also after a power cut."""
    _sync(made)
    made.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def restore(url: str, backup: Path, now: datetime, report: Report | None = None) -> Path | None:
    """Put a backup in the database's place; return where what was there is kept, if anything was.

    Raises Refused or ConfigError, with nothing changed: a backup that is none of ours, damaged, or
    a newer version's, and a database that is being served.
    """
    path = sqlite.file_of(url)
    if path is None:
        raise ConfigError(
            "a backup of PostgreSQL is put back by PostgreSQL: stop the server, then run "
            f"pg_restore --clean --if-exists --no-owner --dbname=ADDRESS {backup}"
        )
    look_at(backup)
    held = sqlite.hold(url)
    making = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _copy(backup, making, report)
        kept = _set_aside(path, now)
        _settle(making, path)
    except (OSError, sqlite3.Error) as error:
        advice = what_to_do(error)
        raise Refused(f"{backup} could not be put back: {error}; {advice}.") from None
    finally:
        making.unlink(missing_ok=True)
        if held is not None:
            os.close(held)
    return kept


def _set_aside(path: Path, now: datetime) -> Path | None:
    """Give a database another name, its write-ahead log with it, for much may be only in there."""
    if not path.exists():
        return None
    kept = path.with_name(f"{path.name}.replaced-{now:%Y%m%d-%H%M%S}")
    path.replace(kept)
    for end in BESIDE:
        beside = Path(f"{path}{end}")
        if beside.exists():
            beside.replace(f"{kept}{end}")
    return kept


def look_at(backup: Path) -> None:
    """Raise Refused unless a file is a whole backup that this version can serve."""
    if not backup.is_file():
        raise Refused(f"There is no file {backup}. Check its name.")
    address = f"file:{quote(str(backup.resolve()))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            [(found,)] = connection.execute("PRAGMA integrity_check(1)").fetchall()
            versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            connection.execute("SELECT id FROM question LIMIT 1")
    except sqlite3.Error as error:
        raise Refused(
            f"{backup} is no backup of Companion's: {error}. Choose another one."
        ) from None
    if found != "ok":
        raise Refused(f"{backup} is damaged: {found}. Choose another one.")
    for (version,) in versions:
        if version not in revisions():
            raise Refused(
                f"A newer version has made {backup} (revision {version}). Use that version."
            )

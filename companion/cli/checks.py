"""What can be wrong with a set-up: a small function for each, which says what to do about it.

A check is given the settings and yields troubles, each one line. It changes nothing.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from companion.network.addresses import is_loopback
from companion.settings import ConfigError, Settings, secret_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

Check = Callable[[Settings], Iterator[str]]
STALE = timedelta(days=2)
FEW_FILES = 1_024
FAST = timedelta(minutes=2)  # what a clock may be ahead of another
WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
# Without one of these, PostgreSQL says that a commit is saved before it is, or may lose all.
TURNED_OFF = (
    "SELECT name, source, current_database(), session_user FROM pg_settings "
    "WHERE setting = 'off' AND name IN ('fsync', 'full_page_writes', 'synchronous_commit') "
    "ORDER BY name"
)
# How to turn one on, by where it was turned off.
TURN_ON = {
    "database": 'run: ALTER DATABASE "{database}" SET {name} = on',
    "user": 'run: ALTER ROLE "{user}" SET {name} = on',
    "database user": 'run: ALTER ROLE "{user}" IN DATABASE "{database}" SET {name} = on',
    "client": "take it out of COMPANION_DATABASE_URL, or of PGOPTIONS",
    "command line": "take it out of the command that starts PostgreSQL",
}
TURN_ON_FOR_ALL = "run: ALTER SYSTEM SET {name} = on; then: SELECT pg_reload_conf()"
MOMENTS = (("question", "asked_at"), ("vote", "voted_at"), ("action", "at"))
ANSWER_SECONDS = 2.0


def troubles(settings: Settings) -> list[str]:
    """Return all that is wrong; what a check cannot do because of another's trouble is one, too."""
    found: list[str] = []
    for check in CHECKS:
        try:
            found += check(settings)
        except (ConfigError, OSError, sqlite3.Error) as error:
            found.append(str(error))
    return list(dict.fromkeys(found))


def about_backups(settings: Settings) -> str:
    """Return where the backups are, and how old."""
    from companion.store.backup import folder_of, newest

    path = _database(settings)
    if path is None:
        return "Backups of PostgreSQL are yours to make, as with: companion backup FILE"
    last = newest(path)
    if last is None:
        return f"Backups: none yet; one will be made each day in {folder_of(path)}"
    hours = (datetime.now(UTC) - last[1]) // timedelta(hours=1)
    age = f"{hours // 24} days" if hours >= 48 else f"{hours} hours"
    return f"Backups: the last one is {age} old: {last[0]}"


def _private_database(settings: Settings) -> Iterator[str]:
    from companion.store.sqlite import open_to_others

    for file in open_to_others(settings.database_url):
        yield f"others on this machine may read {file}; run: chmod go-rwx {file}"


def _private_secret(settings: Settings) -> Iterator[str]:
    from companion.store.sqlite import OTHERS, mode_of

    path = _database(settings)
    key = path and path.with_name(f"{path.name}.key")
    if key and key.exists() and not settings.secret_key:
        if mode_of(key) & OTHERS:
            yield f"others on this machine may read the secret key; run: chmod go-rwx {key}"
        if key.stat().st_size:  # an empty one is replaced at the next start
            secret_key(settings)


def _private_backups(settings: Settings) -> Iterator[str]:
    from companion.store.backup import folder_of
    from companion.store.sqlite import OTHERS, mode_of

    path = _database(settings)
    for kept in [folder_of(path), *path.parent.glob(f"{path.name}.*-*")] if path else []:
        if mode_of(kept) & OTHERS:
            yield f"others on this machine may read {kept}; run: chmod -R go-rwx {kept}"


def _folders_of_our_own(settings: Settings) -> Iterator[str]:
    path = _database(settings)
    for folder in (settings.talks, *([path.parent] if path else ())):
        mode = folder.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            yield f"anybody on this machine may put files into {folder}; run: chmod o-w {folder}"
    if not os.access(settings.talks, os.R_OK | os.X_OK):
        yield f"{settings.talks} cannot be read; give it to the user who runs companion"


def _clock(settings: Settings) -> Iterator[str]:
    path = _database(settings)
    if path is None or not path.is_file():
        return
    last = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    for table, column in MOMENTS:
        with suppress(sqlite3.Error):  # damaged, or still to come: another check's concern
            [(text,)] = _asked(path, f"SELECT max({column}) FROM {table}")  # noqa: S608 (ours)
            last = max(last, datetime.fromisoformat(f"{text}+00:00")) if text else last
    if last > datetime.now(UTC) + FAST:
        yield (
            f"the database was written at {last:%Y-%m-%d %H:%M} UTC, which is still to come: the "
            "clock is wrong now, or was; set it by NTP, as with: timedatectl set-ntp true"
        )


def _room(settings: Settings) -> Iterator[str]:
    from companion.store.sqlite import room_trouble

    path = _database(settings)
    trouble = room_trouble(settings.database_url) if path and path.exists() else ""
    if trouble:
        yield f"{trouble}; make room, or give it to the user who runs companion"


def _addresses(settings: Settings) -> Iterator[str]:
    public = [origin for origin in settings.origins if _is_public(origin)]
    plain = [origin for origin in public if origin.startswith("http:")]
    if plain:
        yield (
            f"COMPANION_ORIGINS: people come by {plain[0]}, so that anybody on the way can read "
            "and change what they send; serve it by https, and name that address"
        )
    if public and public[0] != settings.origins[0]:
        yield f"COMPANION_ORIGINS: {public[0]} is the public one; name it first"


def _proxies(settings: Settings) -> Iterator[str]:
    if settings.secure and not settings.proxies:
        yield (
            "COMPANION_PROXIES: people come by https, so a proxy stands in front; set it to 1, or "
            "all of them share one limit of wrong links"
        )
    if settings.proxies and not any(_is_public(origin) for origin in settings.origins):
        yield (
            "COMPANION_PROXIES: a proxy stands in front, but COMPANION_ORIGINS names no address "
            "that others can reach; name it, as in https://qa.example.org"
        )


def _limits(settings: Settings) -> Iterator[str]:
    if not settings.rate_limits:
        yield "COMPANION_RATE_LIMITS: off, so one script can fill every board; turn them on"


def _revision(settings: Settings) -> Iterator[str]:
    import sqlalchemy as sa

    from companion.store.engine import prepare
    from companion.store.migrate import current_revision, revision_trouble

    path = _database(settings)
    if path and not path.exists():
        return
    engine = sa.create_engine(settings.database_url)
    prepare(engine)
    try:
        trouble = revision_trouble(current_revision(engine))
        if trouble:
            yield trouble
        with engine.connect() as connection:
            yield from (_sqlite_settings if path else _postgres_settings)(connection)
    finally:
        engine.dispose()


def _sqlite_settings(connection: Connection) -> Iterator[str]:
    """Look whether what makes a commit safe could be had, which not every file system allows."""
    for name, wanted in WANTED.items():
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        if found != wanted:
            yield (
                f"SQLite's {name} is {found} and not {wanted}, so that what was acknowledged may "
                "be lost; put the database on a disk of this machine"
            )


def _postgres_settings(connection: Connection) -> Iterator[str]:
    for name, source, database, user in connection.exec_driver_sql(TURNED_OFF):
        fix = TURN_ON.get(source, TURN_ON_FOR_ALL).format(name=name, database=database, user=user)
        yield (
            f"PostgreSQL's {name} is off, so that what was acknowledged may be lost when its "
            f"machine or its server stops; {fix}"
        )


def _whole(settings: Settings) -> Iterator[str]:
    path = _database(settings)
    if path is None or not path.is_file():
        return
    try:
        [(found, *_), *_] = _asked(path, "PRAGMA quick_check(1)")
        orphans = _asked(path, "PRAGMA foreign_key_check")
    except sqlite3.DatabaseError as error:
        found, orphans = str(error), []
    if found != "ok" or orphans:
        why = found if found != "ok" else f"{len(orphans)} rows belong to nothing"
        yield f"{path} is damaged ({why}); put a backup back with: companion restore FILE"


def _backups(settings: Settings) -> Iterator[str]:
    from companion.store.backup import newest

    path = _database(settings)
    last = newest(path) if path else None
    if path and path.is_file() and last is None:
        kept = path.with_name(f"{path.name}.key")  # made with the database, and never written again
        last = (kept, datetime.fromtimestamp(kept.stat().st_mtime, UTC)) if kept.exists() else None
    if last and last[1] + STALE < datetime.now(UTC):
        yield (
            f"no backup was made since {last[1]:%Y-%m-%d}; the server makes one a day while it "
            "runs, and you can with: companion backup FILE"
        )


def _files(_settings: Settings) -> Iterator[str]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= most < FEW_FILES:
        yield (
            f"only {most} files may be open, and each person takes one; allow 65536, with "
            "LimitNOFILE= in systemd or ulimit -n"
        )


def _redis(settings: Settings) -> Iterator[str]:
    if not settings.redis_url:
        return
    from redis import Redis, RedisError

    try:
        Redis.from_url(settings.redis_url, socket_timeout=ANSWER_SECONDS).ping()
    except (RedisError, OSError, ValueError):
        yield "COMPANION_REDIS_URL: Redis does not answer; start it, or correct the address"


def _is_public(origin: str) -> bool:
    return not is_loopback(urlsplit(origin).hostname or "")


def _database(settings: Settings) -> Path | None:
    from companion.store.sqlite import file_of

    return file_of(settings.database_url)


def _asked(path: Path, sql: str) -> list[tuple[str, ...]]:
    address = f"file:{quote(str(path))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return connection.execute(sql).fetchall()


CHECKS: tuple[Check, ...] = (
    *(_private_database, _private_secret, _private_backups, _folders_of_our_own),
    *(_clock, _room, _addresses, _proxies, _limits, _whole, _revision, _backups, _files, _redis),
)

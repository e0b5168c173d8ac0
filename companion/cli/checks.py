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
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from companion.cli.settings_file import settings_file
from companion.network.addresses import is_loopback
from companion.secret_key import secret_key
from companion.settings import ConfigError, Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from companion.talks import Programme

Check = Callable[[Settings], Iterator[str]]
STALE = timedelta(days=2)
FEW_FILES, FEW_NAMES = 1_024, 3
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
ALLOWED = (
    "SELECT current_setting('max_connections')::int, "
    "current_setting('superuser_reserved_connections')::int"
)
MOMENTS = (("question", "asked_at"), ("vote", "voted_at"), ("action", "at"))
ANSWER_SECONDS = 2.0
BODIES_SECONDS = 2.0  # for pages that no server has rendered


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


def about_server(settings: Settings) -> str:
    """Return which process serves this database, as far as its lock says so."""
    from companion.store.sqlite import server_of

    path = _database(settings)
    if path is None:
        return "Server: with PostgreSQL this cannot be seen from here; ask its /healthz"
    number = server_of(path)
    return f"Server: process {number} serves {path}" if number else f"Server: none serves {path}"


def _private_settings(_settings: Settings) -> Iterator[str]:
    from companion.store.sqlite import OTHERS, mode_of

    file = settings_file(os.environ)
    if file and mode_of(file) & OTHERS:
        yield f"others on this machine may read or change {file}; run: chmod go-rwx {file}"


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


def _pages(settings: Settings) -> Iterator[str]:
    broken = {problem.path.name for problem in _read(settings).problems() if problem.fatal}
    if broken:
        named = ", ".join(sorted(broken)[:FEW_NAMES]) + (", …" if len(broken) > FEW_NAMES else "")
        yield f"not on the programme, for they are broken: {named}; run: companion talks check"


def _read(settings: Settings) -> Programme:
    """Return the programme with the bodies that a server has rendered already, and the nearest.

    All headers are read. What would take longer is for `companion talks check`.
    """
    from companion.talks import PageOptions, Programme
    from companion.talks.kept import KeptPages

    key = _known_key(settings)
    database = _database(settings) if key else None
    kept = KeptPages.beside(database, replace(settings, secret_key=key), writes=False)
    programme = Programme(settings.talks, PageOptions.of(settings), kept=kept)
    programme.refresh(BODIES_SECONDS)
    return programme


def _known_key(settings: Settings) -> str:
    """Return the secret key if there is one to be read, and make none."""
    path = _database(settings)
    key = path and path.with_name(f"{path.name}.key")
    if not settings.secret_key and not (key and key.exists() and key.stat().st_size):
        return ""
    with suppress(ConfigError):  # which another check says
        return secret_key(settings)
    return ""


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
            if not trouble:
                yield from _webhooks(connection)
            if path:
                yield from _sqlite_settings(connection)
            else:
                yield from _postgres_settings(connection, settings)
    finally:
        engine.dispose()


def _webhooks(connection: Connection) -> Iterator[str]:
    """Look which take nothing any more; their addresses may be secret, and are not said."""
    from companion.store.deliveries import standing

    for number, found in sorted(standing(connection).items()):
        since = f", the oldest since {found.oldest_at:%Y-%m-%d %H:%M} UTC" if found.waiting else ""
        if found.is_failing:
            yield (
                f"webhook {number} does not take what it is told ({found.waiting} to be sent"
                f"{since}; {found.given_up} given up in the last week); see what it answers with: "
                f"companion webhook log {number}; then try: companion webhook test {number}"
            )


def _sqlite_settings(connection: Connection) -> Iterator[str]:
    """Look whether what makes a commit safe could be had, which not every file system allows."""
    for name, wanted in WANTED.items():
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        if found != wanted:
            yield (
                f"SQLite's {name} is {found} and not {wanted}, so that what was acknowledged may "
                "be lost; put the database on a disk of this machine"
            )


def _postgres_settings(connection: Connection, settings: Settings) -> Iterator[str]:
    yield from _too_few_connections(connection, settings.workers)
    yield from _other_servers(connection, settings)
    for name, source, database, user in connection.exec_driver_sql(TURNED_OFF):
        fix = TURN_ON.get(source, TURN_ON_FOR_ALL).format(name=name, database=database, user=user)
        yield (
            f"PostgreSQL's {name} is off, so that what was acknowledged may be lost when its "
            f"machine or its server stops; {fix}"
        )


def _other_servers(connection: Connection, settings: Settings) -> Iterator[str]:
    """Look in what the servers that run differ, and whether these settings have another key."""
    from companion.store.other_servers import badges, differences, digest_of_key

    seen = badges(connection)
    own = [replace(badge, key=digest_of_key(settings.secret_key)) for badge in seen[:1]]
    yield from (words for words, _values in differences(own + seen))


def _too_few_connections(connection: Connection, workers: int) -> Iterator[str]:
    from companion.store.engine import CONNECTIONS

    [(allowed, reserved)] = connection.exec_driver_sql(ALLOWED)
    needed = workers * CONNECTIONS
    if allowed - reserved < needed:
        yield (
            f"PostgreSQL takes {allowed - reserved} connections, and COMPANION_WORKERS={workers} "
            f"may need {needed}; run: ALTER SYSTEM SET max_connections = {needed + reserved + 10}; "
            "then start it anew, or serve with fewer workers"
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
    *(_private_settings, _private_database, _private_secret, _private_backups),
    *(_folders_of_our_own, _pages),
    *(_clock, _room, _addresses, _proxies, _limits, _whole, _revision, _backups, _files, _redis),
)

"""All rows copied from one database to another: compared, or none at all.

One snapshot is read, some rows at a time, and written in one transaction. It is committed once the
target has given the same rows back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from companion.errors import Refused
from companion.settings import ConfigError
from companion.store import sqlite
from companion.store.digest import Digest, refusal
from companion.store.engine import prepare
from companion.store.migrate import BEHIND, current_revision, make_tables, revision_trouble
from companion.store.models import TABLES
from companion.store.sequences import go_on_after, last_ids

BATCH = 1_000
Advance = Callable[[int], object]
Watch = Callable[[int], AbstractContextManager[Advance]]
LOOK = "Look for triggers and rules in the target that change what is written."
SAME = "Both addresses are of the same database. Name another one to copy into."
NEW = {"sqlite": "a file that is not there yet", "postgresql": "a new one, as with: createdb NAME"}


@dataclass(frozen=True)
class Copied:
    """How much was copied, and found to be the same."""

    tables: int
    rows: int


def copy(source: str, target: str, watch: Watch) -> Copied:
    """Copy all that a database keeps into an empty one, whose tables are made where it has none.

    ``watch`` is told how many rows are to be written and read back, and gives what is told of each
    batch. Raises Refused or ConfigError, with no row in the target.
    """
    _refuse_same_address(source, target)
    try:
        with _held(source), _held(target), _engine(source) as there, _engine(target) as here:
            _refuse_stale(there)
            _make_ready(here, target)
            with _snapshot(there) as reading, _transaction(here) as writing:
                return _copy(reading, writing, watch)
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]  # the rest may be what people wrote
        raise Refused(f"Nothing was copied: {reason}. Try again once that is mended.") from None


def _refuse_same_address(source: str, target: str) -> None:
    file, other = sqlite.file_of(source), sqlite.file_of(target)
    if file and not file.is_file():
        raise Refused(f"There is no database {file} to copy. Check its name.")
    if source == target or (file and other and other.exists() and file.samefile(other)):
        raise Refused(SAME)


@contextmanager
def _held(url: str) -> Iterator[None]:
    """Let nobody serve an SQLite file meanwhile; raises ConfigError where somebody does."""
    held = sqlite.hold(url)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


@contextmanager
def _engine(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url, poolclass=NullPool)
    prepare(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def _refuse_stale(engine: sa.Engine) -> None:
    """Raise Refused unless a database has this version's tables."""
    address, trouble = _shown(engine), revision_trouble(_revision(engine))
    if trouble == BEHIND:
        command = f"COMPANION_DATABASE_URL={address} companion db upgrade"
        raise Refused(f"{address} is not up to date. Run: {command}")
    if trouble:
        raise Refused(f"{address} cannot be used: {_plain(trouble)}. Check the address.")


def _revision(engine: sa.Engine) -> str | None:
    try:
        return current_revision(engine)
    except ConfigError as error:
        why = _plain(str(error))
        raise Refused(f"{_shown(engine)} cannot be used: {why}. Check the address.") from None


def _shown(engine: sa.Engine) -> str:
    """Return an address as people write it, without its password."""
    return engine.url.set(drivername=engine.dialect.name).render_as_string()


def _plain(trouble: str) -> str:
    return trouble.removeprefix("COMPANION_DATABASE_URL: ")


def _make_ready(engine: sa.Engine, url: str) -> None:
    """Make the target's tables where there are none; raises Refused where they are others'."""
    if _revision(engine) is None:
        with engine.connect() as connection:
            found = sa.inspect(connection).get_table_names()
        if found:
            new = NEW[engine.dialect.name]
            raise Refused(f"{_shown(engine)} holds tables of another program. Name {new}.")
        make_tables(url)
    _refuse_stale(engine)


@contextmanager
def _snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Read what is committed at one moment, whatever others write meanwhile."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw: Any = connection.connection.dbapi_connection
            # What is not Unicode is read, too, so that it can be said where it is.
            raw.text_factory = lambda text: text.decode(errors="surrogateescape")
        else:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            connection = connection.execution_options(**options)
            _wait_for_ever(connection)
        yield connection


@contextmanager
def _transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    # PostgreSQL's own engine reads one moment, and would not see what was there before it locked.
    is_sqlite = engine.dialect.name == "sqlite"
    mode = {"sqlite_begin": "IMMEDIATE"} if is_sqlite else {"isolation_level": "READ COMMITTED"}
    with engine.execution_options(**mode).begin() as connection:
        if not is_sqlite:
            _wait_for_ever(connection)
        yield connection


def _wait_for_ever(connection: sa.Connection) -> None:
    from companion.store.postgres import wait_for_ever

    wait_for_ever(connection)


def _copy(there: sa.Connection, here: sa.Connection, watch: Watch) -> Copied:
    _refuse_served(there, here)
    _refuse_full(here)
    rows = sum(_count(there, table) for table in TABLES)
    with watch(2 * rows) as advance:
        written = {table: _write(table, there, here, advance) for table in TABLES}
        for table in TABLES:
            if _read_back(table, here, advance) != written[table]:
                raise Refused(
                    f"Nothing was copied: {table.name} came out as something else. {LOOK}"
                )
    go_on_after(here, last_ids(there))
    return Copied(len(TABLES), sum(digest.rows for digest in written.values()))


def _refuse_served(there: sa.Connection, here: sa.Connection) -> None:
    """Raise Refused where a server is at either; SQLite's would hold its file."""
    at_postgres = [one for one in (there, here) if one.dialect.name == "postgresql"]
    if not at_postgres:
        return
    from companion.store import postgres

    if len(at_postgres) == 2 and postgres.is_same(there, here):
        raise Refused(SAME)
    for connection in at_postgres:
        if postgres.is_served(connection):
            shown = _shown(connection.engine)
            raise Refused(f"A server works with {shown}. Stop it, and copy again.")
    if here in at_postgres:
        postgres.lock(here, TABLES)


def _refuse_full(here: sa.Connection) -> None:
    for table in TABLES:
        if _count(here, table):
            raise Refused(
                f"{_shown(here.engine)} is not empty ({table.name} has rows), and nothing in it is "
                f"replaced. Name {NEW[here.dialect.name]}."
            )


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _write(table: sa.Table, there: sa.Connection, here: sa.Connection, advance: Advance) -> Digest:
    """Write a table's rows; raises Refused for the first that not every database can keep."""
    digest = Digest()
    for batch in _batches(there, table):
        for row in batch:
            unfit = refusal(table, row)
            if unfit:
                raise Refused(f"Nothing was copied: {unfit}. Change it there, and copy again.")
            digest.add(row)
        here.execute(table.insert(), [row._asdict() for row in batch])
        advance(len(batch))
    return digest


def _read_back(table: sa.Table, here: sa.Connection, advance: Advance) -> Digest:
    digest = Digest()
    for batch in _batches(here, table):
        for row in batch:
            digest.add(row)
        advance(len(batch))
    return digest


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[list[sa.Row[Any]]]:
    """Read a table some rows at a time; raises Refused for what this version cannot read."""
    wanted = sa.select(table).execution_options(yield_per=BATCH)
    try:
        yield from map(list, connection.execute(wanted).partitions())
    except (ValueError, LookupError) as error:
        why = f"{table.name} has what cannot be read: {error}"
        raise Refused(f"Nothing was copied: {why}. Change it there, and copy again.") from None

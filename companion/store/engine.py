"""The database: its base class, its types, and how a connection is set up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from companion.store import sqlite

# Of each worker: so many connections to read with, one to write with, one for each file that is
# being made, and one to see other servers with.
READERS, EXPORTERS, OBSERVERS = 15, 2, 1
CONNECTIONS = READERS + 1 + EXPORTERS + OBSERVERS
NO_CONNECTION_SECONDS = 5.0  # until a request that finds all taken is told so; a browser waits 6
AFRESH = {"populate_existing": True}  # a vote may have changed a row behind an object's back
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, whatever the database makes of time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; a naive datetime is a mistake and raises ValueError."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC; SQLite keeps no zone, so it is put back."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value)


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {datetime: Moment()}


db = SQLAlchemy(metadata=Base.metadata)


def insert_once(session: Session, table: type[Base], **row: object) -> bool:
    """Insert a row unless a unique constraint says that it is there; return whether it was not."""
    connection = session.connection()
    insert = _insert_once(connection.dialect.name, table.__tablename__)
    return connection.execute(insert, row).first() is not None


@cache
def _insert_once(dialect: str, table: str) -> sa.Executable:
    returning: sa.Executable = _insert(dialect, table).returning(sa.literal(1))
    return returning


def insert_new(
    session: Session, table: type[Base], rows: Sequence[dict[str, object]]
) -> set[tuple[Any, ...]]:
    """Insert those rows that are not there yet, all at once; return their primary keys."""
    connection = session.connection()
    insert = _insert_new(connection.dialect.name, table.__tablename__)
    return {tuple(key) for key in connection.execute(insert, rows)}


@cache
def _insert_new(dialect: str, table: str) -> sa.Executable:
    key = Base.metadata.tables[table].primary_key
    returning: sa.Executable = _insert(dialect, table).returning(*key)
    return returning


def _insert(dialect: str, table: str) -> Any:
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return insert(Base.metadata.tables[table]).on_conflict_do_nothing()


def pool_options(url: str) -> dict[str, Any]:
    """Return how the connections that read are kept: those of PostgreSQL open, and never more."""
    if sqlite.file_of(url):
        return {"pool_pre_ping": True}
    kept = {"pool_size": READERS, "max_overflow": 0, "pool_timeout": NO_CONNECTION_SECONDS}
    return {"pool_pre_ping": True, **kept}


def prepare(engine: Engine, *, writing: bool = False) -> None:
    """Make every SQLite connection durable, strict, and explicit about its transactions.

    With PostgreSQL, have no connection wait for ever; ``writing`` says that it is the writer's.
    No error repeats what people wrote, for errors are logged.
    """
    engine.hide_parameters = True
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", sqlite.connect)
        event.listen(engine, "checkout", sqlite.look_again)
        event.listen(engine, "begin", _begin)
        return
    from companion.store import postgres  # its driver is not imported where there is none

    event.listen(engine, "do_connect", postgres.connect)
    event.listen(
        engine, "connect", lambda connection, _: postgres.set_up(connection, writing=writing)
    )


def _begin(connection: sa.Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "")
    if mode:
        connection.exec_driver_sql(f"BEGIN {mode}")
        return
    # Nothing is locked yet, so nothing can fail; SQLAlchemy's own way is a tenth of a page's cost.
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN")

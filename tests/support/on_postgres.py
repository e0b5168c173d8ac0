"""The real server on PostgreSQL."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tests.support.live import LiveServer

KEY = "0123456789abcdef-of-the-tests-on-postgresql"


class OnPostgres(LiveServer):
    """`companion serve` on a database; ``through`` is its address for the server, if another."""

    def __init__(self, folder: Path, url: str, through: str = "", **env: str) -> None:
        """Start it and wait until it answers."""
        self._engine = sa.create_engine(url, poolclass=NullPool)
        folder.joinpath("board.sqlite3.key").write_text(KEY)
        given = {"COMPANION_DATABASE_URL": through or url, "COMPANION_SECRET_KEY": KEY}
        super().__init__(folder, **given, **env)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the database holds, read by somebody else."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]

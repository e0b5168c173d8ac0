"""The real server on PostgreSQL."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from tests.support.live import LiveServer

KEY = "0123456789abcdef-of-the-tests-on-postgresql"


class OnPostgres(LiveServer):
    """`companion serve` on a database; ``through`` is its address for the server, if another."""

    def __init__(self, folder: Path, url: str, through: str = "", **env: str) -> None:
        """Start it and wait until it answers."""
        folder.joinpath("board.sqlite3.key").write_text(KEY)
        given = {"COMPANION_DATABASE_URL": through or url, "COMPANION_SECRET_KEY": KEY}
        super().__init__(folder, **given, **env)
        self.engine = sa.create_engine(url, poolclass=NullPool)

"""Two workers of one server, with Valkey between them, and who is at which."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.live import LiveServer, eventually, write_talk
from tests.support.on_postgres import OnPostgres
from tests.support.valkey import Valkey

WORKERS = 2


class Cluster(LiveServer):
    """`companion serve --workers 2` on SQLite, and the Valkey that its workers share."""

    def __init__(self, folder: Path, talks: int, *database: str, **env: str) -> None:
        """Start both, with so many talks at which nobody is yet."""
        self._talks = [f"talk-{number}" for number in range(talks)]
        for slug in self._talks:
            write_talk(folder, slug, starts_in=-5)
        self.valkey = Valkey(folder)
        shared = {"COMPANION_WORKERS": str(WORKERS), "COMPANION_REDIS_URL": self.valkey.url}
        super().__init__(folder, *database, **shared | env)

    def start(self, log: int | None = None) -> None:
        """Start serving, and wait until all workers are there."""
        super().start(log)
        assert eventually(lambda: len(self.workers()) == WORKERS)

    def new_talk(self) -> str:
        """Return a talk at which nobody is yet."""
        return self._talks.pop()

    @contextmanager
    def only(self, worker: int) -> Iterator[None]:
        """Have whoever comes meanwhile come to one worker: the others stand still."""
        others = [each for each in self.workers() if each != worker]
        for other in others:
            os.kill(other, signal.SIGSTOP)
        try:
            yield
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)

    def end(self) -> None:
        """Stop both."""
        self.stop()
        self.valkey.stop()


class PostgresCluster(Cluster, OnPostgres):
    """The same on PostgreSQL."""

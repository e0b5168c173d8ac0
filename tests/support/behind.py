"""Every server of a run as two workers on PostgreSQL and Valkey behind nginx.

`BEHIND=nginx` is our sample of that name, `BEHIND=nginx-path` the one below a path.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from companion.store.engine import Base
from tests.support.live import LiveServer, answers, eventually
from tests.support.nginx import Nginx
from tests.support.postgres import Postgres
from tests.support.workers import PostgresCluster

PROXY = os.environ.get("BEHIND", "")
PATHS = {"nginx": "", "nginx-path": "/qa"}


@contextmanager
def everything_behind(postgres: Postgres, migrated: str) -> Iterator[None]:
    """Have each `LiveServer` made meanwhile stand behind nginx, on a database of its own."""
    made: list[BehindNginx] = []
    template = postgres.copy(migrated)

    class Behind(BehindNginx):
        def __init__(self, folder: Path, **env: str) -> None:
            self._own = postgres.copy(template)
            super().__init__(folder, postgres.url(self._own), **env)
            made.append(self)

        def lose_database(self) -> None:
            postgres.empty(self._own, Base.metadata)

    LiveServer.instead = Behind
    try:
        yield
    finally:
        LiveServer.instead = None
        for server in made:
            server.end()


class BehindNginx(PostgresCluster):
    """Two workers and the Valkey between them; people come by nginx."""

    def __init__(self, folder: Path, database: str, **env: str) -> None:
        """Start all three."""
        super().__init__(folder, 0, database, **{"COMPANION_PATH": PATHS[PROXY]} | env)

    def start(self, log: int | None = None) -> None:
        """Start serving behind nginx, which is there from the first start to the end."""
        if not hasattr(self, "nginx"):
            place = self.folder / ".nginx"
            place.mkdir()
            self.nginx = Nginx(place, self.port, tls=False, sample=f"{PROXY}.conf")
            self.port, self.origin = self.nginx.port, self.nginx.url
            self.env = {"COMPANION_ORIGINS": self.origin, "COMPANION_PROXIES": "1", **self.env}
        super().start(log)

    def wait_for(self, path: str) -> None:
        """Wait until there is a page at this path, at each worker."""
        address = f"http://127.0.0.1:{self.env['COMPANION_PORT']}{self.path}{path}"
        for worker in self.workers():
            with self.only(worker):
                assert eventually(lambda: answers(address)), f"nothing at {path}"

    def end(self) -> None:
        """Stop all three."""
        if self.process.poll() is None:
            self.kill()
        self.valkey.stop()
        self.nginx.stop()

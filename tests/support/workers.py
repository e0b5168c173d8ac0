"""Two workers of one server, with Valkey between them, and who is at which."""

import os
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.support.live import PATIENCE, LiveServer, eventually, write_talk
from tests.support.valkey import Valkey

WORKERS = 2


class Cluster(LiveServer):
    """`companion serve --workers 2` on SQLite, and the Valkey that its workers share."""

    def __init__(self, folder: Path, **env: str) -> None:
        """Start both."""
        self.valkey = Valkey(folder)
        shared = {"COMPANION_WORKERS": str(WORKERS), "COMPANION_REDIS_URL": self.valkey.url}
        super().__init__(folder, **shared, **env)
        self._numbers = count()

    def start(self, log: int | None = None) -> None:
        """Start serving, and wait until both workers are there and hear each other."""
        super().start(log)
        assert eventually(lambda: len(self.workers()) == WORKERS)

    def new_talk(self) -> str:
        """Return a talk at which nobody is yet, and of which both workers know."""
        slug = f"talk-{next(self._numbers)}"
        write_talk(self.folder, slug, starts_in=-5)
        for worker in self.workers():
            with self.only(worker):
                self.wait_for(f"/talks/{slug}")
        return slug

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

    def ready(self) -> str:
        """Return what `/readyz` says."""
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def end(self) -> None:
        """Stop both."""
        self.stop()
        self.valkey.stop()

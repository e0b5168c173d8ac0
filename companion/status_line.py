"""The line at the bottom of a terminal that says how the server is; nothing about anybody.

It looks at what is counted anyway, every now and then, and writes nowhere but to a terminal.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from companion.board.plural import plural
from companion.store.models import Question, Vote
from companion.web.metrics import everyones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric
    from sqlalchemy.orm import Session

EVERY_SECONDS = 2.0
CLEAR = "\r\x1b[K"  # from the line's beginning, all of it
COUNTED = sa.select(
    sa.select(sa.func.count()).select_from(Question).scalar_subquery(),
    sa.select(sa.func.count()).select_from(Vote).scalar_subquery(),
)


def is_wanted(log: str) -> bool:
    """Whether somebody looks at a terminal that can do it, and the log is for people."""
    return log == "text" and sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class Turn:
    """Has one process at a time write the line, and another once that is gone, however it went.

    It is made before the processes part: the lock on its file is each one's own, and goes with it.
    """

    def __init__(self, folder: str | None) -> None:
        """Let nobody have it yet; the file is in ``folder``, or where such files are, and empty."""
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (as long as the process)

    def is_ours(self) -> bool:
        """Whether it is this process that writes, which it is from then on."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class StatusLine:
    """Says how many pages are open, and how many questions and votes there are."""

    def __init__(self, count: Callable[[], tuple[int, int]]) -> None:
        """Ask for questions and votes, which takes a moment, once more have been saved."""
        self._count = count
        self._counts, self._commits, self._saved = (0, 0), -1.0, ""

    def show(self) -> None:
        """Write the line anew."""
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"{CLEAR}{self.words()[:width]}")
        sys.stderr.flush()

    def words(self) -> str:
        """Return what it says now."""
        figures = dict(_figures(everyones().collect()))
        commits = figures.get("companion_commit_seconds_count", 0)
        if commits != self._commits:
            if self._commits >= 0:
                self._saved = f" · last saved {_now()}"
            self._counts, self._commits = self._count(), commits
        questions, votes = self._counts
        opened = plural(int(figures.get("companion_sockets", 0)), "page")
        said = (f"{opened} open", plural(questions, "question"), plural(votes, "vote"))
        return f"{_now()}  {' · '.join(said)}{self._saved}"


def _figures(metrics: Iterable[Metric]) -> Iterator[tuple[str, float]]:
    """Yield what is of interest, of all views together."""
    sockets = 0.0
    for metric in metrics:
        for sample in metric.samples:
            if sample.name == "companion_sockets":
                sockets += sample.value
            elif sample.name == "companion_commit_seconds_count":
                yield sample.name, sample.value
    yield "companion_sockets", sockets


def counts(session: Session) -> tuple[int, int]:
    """Return how many questions and votes there are, of all talks together."""
    questions, votes = session.execute(COUNTED).one()
    return questions, votes


def clear() -> None:
    """Take the line away."""
    sys.stderr.write(CLEAR)
    sys.stderr.flush()


def _now() -> str:
    return datetime.fromtimestamp(time.time()).astimezone().strftime("%H:%M:%S")

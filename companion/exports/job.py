"""One export made in a process of its own: the server goes on serving, and stays as small."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from companion import processes
from companion.errors import Refused
from companion.exports import FORMATS
from companion.exports.csv import BOM
from companion.exports.dataset import Choice, record
from companion.store.engine import prepare
from companion.talks import TalkPage

COMMAND = processes.python("companion.exports.job")
AT_ONCE = 2
PATIENCE = 60.0
LEAST = 5.0  # seconds for whoever got a turn at last
RETRY_SECONDS = 10
NICENESS = 10
NO_DATABASE, NO_FILE = 75, 73
TOO_LONG = "Making the file takes too long just now. Try again in a minute."
UNANSWERED = "The database does not answer. Try again in a few seconds."
NO_ROOM = (
    "The server has no room to make the file. Tell whoever runs it that its disk is full, and try "
    "again."
)
_log = logging.getLogger(__name__)
_turns = threading.BoundedSemaphore(AT_ONCE)


class ExportJob(Protocol):
    """What can be made in a process of its own: it is sent there whole."""

    @property
    def format(self) -> str:
        """What kind of file it becomes."""

    @property
    def database_url(self) -> str:
        """Where to read."""

    def write(self, session: Session, out: BinaryIO) -> None:
        """Read what is needed, and write it to a file that can be sought in."""


@dataclass(frozen=True)
class TalkExport:
    """What to export: a talk, what of it, and as what; ``url`` is the address of its page."""

    page: TalkPage
    choice: Choice
    format: str
    url: str
    database_url: str
    now: datetime
    bom: bool = False

    def write(self, session: Session, out: BinaryIO) -> None:
        """Write one talk's Q&A."""
        format = FORMATS[self.format]
        read: list[object] = [record(session, self.page, self.choice, self.url, self.now)]
        if format.figures:
            read.append(self._figures(session))
        session.close()
        if self.bom and format.extension == "csv":
            out.write(BOM)
        format.write(*read, out)

    def _figures(self, session: Session) -> object:
        from companion.report import figures  # slow to import, and of use to few formats

        return figures(session, self.page, self.now)


def run(job: ExportJob) -> BinaryIO:
    """Return a file with the export, made by another process; it is gone once it is closed.

    Two are made at a time, others wait. Raises Refused when that takes too long or the database
    does not answer.
    """
    deadline = time.monotonic() + PATIENCE
    with _turn(), ExitStack() as made:
        file = made.enter_context(_new_file())
        _make_elsewhere(job, file, deadline - time.monotonic())
        file.seek(0)
        made.pop_all()
        return file


def _new_file() -> BinaryIO:
    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        _log.error("an export could not be made: %s", error.strerror)
        raise Refused(NO_ROOM, RETRY_SECONDS) from None


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise Refused(TOO_LONG, RETRY_SECONDS)
    try:
        yield
    finally:
        _turns.release()


def _make_elsewhere(job: ExportJob, out: BinaryIO, seconds: float) -> None:
    try:
        done = subprocess.run(  # noqa: S603 (ourselves)
            COMMAND,
            input=pickle.dumps(job),
            stdout=out,
            stderr=subprocess.PIPE,
            cwd=processes.FOLDER,
            env=processes.environment(),
            timeout=max(seconds, LEAST),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused(TOO_LONG, RETRY_SECONDS) from None
    if done.returncode == NO_DATABASE:
        raise Refused(UNANSWERED, RETRY_SECONDS)
    if done.returncode == NO_FILE:
        _log.error("an export could not be made: %s", _kind_of_error(done.stderr))
        raise Refused(NO_ROOM, RETRY_SECONDS)
    if done.returncode:
        raise RuntimeError(f"an export as {job.format} failed: {_kind_of_error(done.stderr)}")


def _kind_of_error(errors: bytes) -> str:
    """Return what kind of error was last reported, without what it may repeat of a question."""
    last = errors.decode(errors="replace").strip().rpartition("\n")[2]
    return last.partition(":")[0][:100] or "killed"


def make(job: ExportJob, out: BinaryIO) -> None:
    """Write an export to a file that can be sought in, here and now."""
    engine = sa.create_engine(job.database_url)
    prepare(engine)
    with Session(engine) as session:
        job.write(session, out)
    engine.dispose()


def main() -> None:
    """Do the job that comes in, and write the export to standard output."""
    os.nice(NICENESS)
    job: ExportJob = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the server itself)
    try:
        with _own_folder(), open(sys.stdout.fileno(), "wb", closefd=False) as out:
            make(job, out)
    except OperationalError:
        sys.exit(NO_DATABASE)
    except OSError as error:
        sys.stderr.write(f"{type(error).__name__}: {error.strerror}\n")
        sys.exit(NO_FILE)


@contextmanager
def _own_folder() -> Iterator[None]:
    """Have the files that a library makes meanwhile go with us, even if it fails."""
    with tempfile.TemporaryDirectory(prefix="companion-export-") as folder:
        tempfile.tempdir = folder
        yield


if __name__ == "__main__":
    main()

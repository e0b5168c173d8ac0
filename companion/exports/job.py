"""One export made in a process of its own: the server goes on serving, and stays as small."""

from __future__ import annotations

import logging
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from companion import processes
from companion.errors import Refused
from companion.exports import FORMATS, WALL_FORMATS, wall
from companion.exports.csv import BOM
from companion.exports.dataset import Choice, record
from companion.messages import gettext
from companion.store.engine import EXPORTERS, prepare
from companion.talks import TalkPage

T = TypeVar("T")
COMMAND = processes.python("companion.exports.job")
PATIENCE = 60.0
LEAST = 5.0  # seconds for whoever got a turn at last
RETRY_SECONDS = 10
NICENESS = 10
MEMORY = 600 * 2**20  # more than twice what 5,000 questions take as the greediest format
FIRST_TO_GO = "1000"  # of all processes, should the machine itself run out of memory
NO_DATABASE, NO_FILE, NO_MEMORY = 75, 73, 71
# Libraries that are not Python's end a process that gets no memory, as the system does.
OUT_OF_MEMORY = frozenset({NO_MEMORY, -signal.SIGABRT, -signal.SIGKILL})
TOO_LONG = gettext("Making the file takes too long just now. Try again in a minute.")
TOO_LARGE = gettext(
    "There is too much on this board for a file of this kind. Choose another kind, or only what "
    "was answered."
)
UNANSWERED = gettext("The database does not answer. Try again in a few seconds.")
NO_ROOM = gettext(
    "The server has no room to make the file. Tell whoever runs it that its disk is full, and try "
    "again."
)
_log = logging.getLogger(__name__)
_turns = threading.BoundedSemaphore(EXPORTERS)


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


@dataclass(frozen=True)
class WallExport(TalkExport):
    """A talk's wall to be exported, and what is shown of its notes."""

    shown: wall.Shown = wall.EVERYTHING

    def write(self, session: Session, out: BinaryIO) -> None:
        """Write one talk's wall."""
        read = wall.record(session, self.page, self.choice, self.url, self.now)
        session.close()
        WALL_FORMATS[self.format].write(read, self.shown, out)


def run(job: ExportJob) -> BinaryIO:
    """Return a file with the export, made by another process; it is gone once it is closed.

    Two are made at a time, others wait. Raises Refused when that takes too long or too much
    memory, or the database does not answer.
    """
    deadline = time.monotonic() + PATIENCE
    with _turn(), ExitStack() as made, _new_folder() as folder:
        file = made.enter_context(_or_no_room(lambda: _new_file(folder)))
        _make_elsewhere(job, file, folder, deadline - time.monotonic())
        file.seek(0)
        made.pop_all()
        return file


@contextmanager
def _new_folder() -> Iterator[str]:
    """Have what is made meanwhile, by libraries too, go even if the process is ended."""
    with _or_no_room(lambda: tempfile.TemporaryDirectory(prefix="companion-export-")) as name:
        yield name


def _new_file(folder: str) -> BinaryIO:
    return tempfile.TemporaryFile(dir=folder)


def _or_no_room(create: Callable[[], T]) -> T:
    try:
        return create()
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


def _make_elsewhere(job: ExportJob, out: BinaryIO, folder: str, seconds: float) -> None:
    try:
        done = subprocess.run(  # noqa: S603 (ourselves)
            COMMAND,
            input=pickle.dumps(job),
            stdout=out,
            stderr=subprocess.PIPE,
            cwd=processes.FOLDER,
            env=processes.environment(TMPDIR=folder),
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
    if done.returncode in OUT_OF_MEMORY:
        _log.error("an export as %s was ended (%d)", job.format, done.returncode)
        raise Refused(TOO_LARGE)
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
    _limit_memory()
    job: ExportJob = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the server itself)
    try:
        with open(sys.stdout.fileno(), "wb", closefd=False) as out:
            make(job, out)
    except OperationalError:
        sys.exit(NO_DATABASE)
    except MemoryError:
        sys.exit(NO_MEMORY)
    except OSError as error:
        sys.stderr.write(f"{type(error).__name__}: {error.strerror}\n")
        sys.exit(NO_FILE)


def _limit_memory() -> None:
    """Have this process fail, and no other, when there is too much to be made."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    lowest = min(limit for limit in (MEMORY, soft, hard) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_DATA, (lowest, hard))
    with suppress(OSError):  # Linux knows it, others do not
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, encoding="ascii")


if __name__ == "__main__":
    main()

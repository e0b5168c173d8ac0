"""The one writer: whoever is first commits for all who wait, and then tells what happened."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from prometheus_client import Counter, Histogram
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from companion.errors import InDoubtError, UnavailableError
from companion.messages import gettext
from companion.store.events import Event, EventsMissed

if TYPE_CHECKING:
    from companion.store.postgres import Receipt

T = TypeVar("T")
Publish = Callable[[Event], None]
Offload = Callable[[Callable[[], None]], None]
MAX_BATCH = 500
LONG_SECONDS = 3.0  # for one commit
SLOW_SECONDS = 0.5  # and this is worth a line in the log
# How long something may have queued behind what then failed, and still be tried: with the wait for
# a lock it makes 5 s, and a browser waits 6.
QUEUED_SECONDS = 1.0
LOCKED = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "57014"})
# What a second attempt may well mend: a lost connection, a lock, a race with another process.
PASSING = (OperationalError, IntegrityError)
# Counted on the event loop, by whoever leads: the locks in there are for one thread of the system.
COMMIT_SECONDS = Histogram(
    "companion_commit_seconds",
    "From the beginning of a commit until it is on disk or has failed.",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
COMMIT_CHANGES = Histogram(
    "companion_commit_changes",
    "Changes that one commit was for.",
    buckets=(1, 2, 5, 10, 25, 50, 100, 500),
)
UNSAVED = Counter("companion_unsaved_changes", "Changes that the database did not take.")
_log = logging.getLogger(__name__)


class Change:
    """What one piece of work may use: a session to write with, and a list of what happened."""

    def __init__(self, session: Session) -> None:
        """Start with nothing announced."""
        self.session = session
        self.happened: list[Event] = []

    def announce(self, event: Event) -> None:
        """Have an event published once, and only if, the change is on disk."""
        self.happened.append(event)


@dataclass(frozen=True)
class JointResult(Generic[T]):
    """What came of a piece of work that was done together with others."""

    value: T
    happened: Sequence[Event]


class Joint(Protocol):
    """Work that may be done together with more of its kind, in fewer statements.

    ``joint`` says which is: that of the same value. What ``together`` returns None for is done
    alone afterwards, in its order.
    """

    @property
    def joint(self) -> Hashable:
        """Return what work has in common that may be done together."""

    def together(self, session: Session, works: Sequence[Any]) -> Sequence[JointResult[Any] | None]:
        """Do what can be done together."""


class _Job(Generic[T]):
    """One piece of work, and what came of it."""

    def __init__(self, work: Callable[[Change], T]) -> None:
        self.work = work
        self.since = time.monotonic()
        self.done = False
        self.happened: list[Event] = []
        self.error: Exception | None = None
        self.value: T | None = None

    def run(self, session: Session, *, alone: bool) -> None:
        """Do the work; unless it is alone, in a savepoint of its own, so that only it fails."""
        change = Change(session)
        self.error, self.happened = None, []
        try:
            with nullcontext() if alone else session.begin_nested():
                self.value = self.work(change)
            self.happened = change.happened
        except PASSING:
            raise
        except Exception as error:  # its own caller gets it, nobody else
            self.error = error
            if alone:
                session.rollback()

    def finish(self, done: JointResult[T]) -> None:
        """Have what came of it, done together with others."""
        self.error, self.happened, self.value = None, list(done.happened), done.value

    def fail(self, error: Exception) -> None:
        """Say that nothing of it was saved."""
        self.error, self.happened = error, []

    def doubt(self) -> None:
        """Say that it may have been saved, and have all who might see it look for themselves."""
        self.error = InDoubtError()
        self.happened = [EventsMissed(e.talk, e.revision, e.after) for e in self.happened]

    def result(self) -> T:
        """Return what the work returned, or raise what it raised."""
        if self.error:
            raise self.error
        return self.value  # type: ignore[return-value]  # set when there is no error


class Writer:
    """Runs work inside transactions, many pieces to one commit, and publishes their events.

    ``offload`` runs the commit; on an event loop it does so on a thread of the operating system,
    so that waiting for the disk stops nobody. Work may run twice, after the first transaction has
    been rolled back.

    Two locks: the ``turn`` to commit, and the one to publish. What has been committed is put into
    the outbox before the turn goes on, so it is there in the order of its revisions; whoever holds
    the second lock empties the outbox while the next commit is under way already.
    """

    def __init__(self, engine: Engine, publish: Publish, offload: Offload) -> None:
        """Write through ``engine``, which no other thread uses."""
        self._engine = engine.execution_options(sqlite_begin="IMMEDIATE")
        self._publish = publish
        self._offload = offload
        self._turn, self._publishing = threading.Lock(), threading.Lock()
        self._publisher: int | None = None
        self._waiting: list[_Job[Any]] = []
        self._outbox: deque[Event] = deque()
        self._began_at: float | None = None
        self._failed: tuple[float, str] | None = None

    def __call__(self, work: Callable[[Change], T]) -> T:
        """Return what ``work`` returned, once that is on disk and published; raises what it raised.

        Raises UnavailableError when the database could not take it.
        """
        if self._publisher == threading.get_ident():
            raise RuntimeError("a listener must not write: it would wait for itself")
        job = _Job(work)
        self._waiting.append(job)
        while not job.done:
            with self._turn:
                if not job.done:
                    self._lead()
        self._publish_all()
        return job.result()

    @property
    def trouble(self) -> str:
        """Return why nothing can be saved at the moment, as far as anybody has tried, or ""."""
        began, failed, now = self._began_at, self._failed, time.monotonic()
        if failed:
            ago, error = f"{now - failed[0]:.0f}", failed[1]
            return gettext("nothing could be saved %(ago)s s ago: %(error)s", ago=ago, error=error)
        if began is not None and now - began > LONG_SECONDS:
            seconds = f"{now - began:.0f}"
            return gettext("saving has taken %(seconds)s s so far", seconds=seconds)
        return ""

    def open(self) -> None:
        """Connect, and see whether anything can be saved, before anybody waits for it."""
        with suppress(UnavailableError):
            self(lambda change: None)

    def release(self) -> None:
        """Close the connection; the next piece of work opens another."""
        self._engine.dispose()

    def _publish_all(self) -> None:
        """Publish what is in the outbox, one after the other, whoever has put it there."""
        with self._publishing:
            self._publisher = threading.get_ident()
            try:
                while self._outbox:
                    self._publish(self._outbox.popleft())
            finally:
                self._publisher = None

    def _lead(self) -> None:
        """Commit what waits."""
        batch = self._waiting[:MAX_BATCH]
        del self._waiting[: len(batch)]  # in place: others go on appending to it
        self._began_at = time.monotonic()
        try:
            in_time = self._in_time(batch)
            if in_time:
                self._offload(lambda: self._commit(in_time))
        except BaseException:
            for job in batch:
                job.fail(UnavailableError())
            raise
        finally:
            _count(batch, time.monotonic() - self._began_at)
            self._began_at = None
            # What was done together has revisions before those of what was left for each alone.
            happened = (event for job in batch for event in job.happened)
            self._outbox.extend(sorted(happened, key=attrgetter("revision")))
            for job in batch:
                job.done = True

    def _in_time(self, batch: Sequence[_Job[Any]]) -> list[_Job[Any]]:
        """Return what is worth trying: not what has waited for long, behind what then failed."""
        if not self._failed:
            return list(batch)
        earliest = time.monotonic() - QUEUED_SECONDS
        for job in batch:
            if job.since < earliest:
                job.fail(UnavailableError())
        return [job for job in batch if job.since >= earliest]

    def _commit(self, batch: Sequence[_Job[Any]]) -> None:
        """Commit all at once; after a failure each alone, until the database itself fails.

        What is locked has been waited for, and is not waited for again.
        """
        try:
            self._attempt(batch)
            self._failed = None
        except InDoubtError:
            self._doubt(batch)
        except DBAPIError as error:
            if _is_locked(error):
                self._fail(_reason(error))
                for job in batch:
                    job.fail(UnavailableError())
                return
            _log.warning("a commit of %d failed, trying again: %s", len(batch), _reason(error))
            self._commit_singly(batch)

    def _commit_singly(self, batch: Sequence[_Job[Any]]) -> None:
        self._failed = None
        for job in batch:
            try:
                if not self._failed:
                    self._attempt([job])
                    continue
            except IntegrityError as error:
                job.fail(error)
                continue
            except InDoubtError:
                self._doubt([job])
                continue
            except DBAPIError as error:
                self._fail(_reason(error))
            job.fail(UnavailableError())

    def _doubt(self, batch: Sequence[_Job[Any]]) -> None:
        self._fail("the database went away during a commit, and did not come back")
        for job in batch:
            job.doubt()

    def _fail(self, reason: str) -> None:
        _log.error("nothing can be saved: %s", reason)
        self._failed = (time.monotonic(), reason)

    def _attempt(self, batch: Sequence[_Job[Any]]) -> None:
        """Commit; raises DBAPIError when nothing was, InDoubtError when nobody can tell."""
        receipt = None
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                for job in _left_alone(session, batch):
                    job.run(session, alone=len(batch) == 1)
                receipt = self._receipt(session)
        except DBAPIError:
            if not (receipt and self._was_committed(receipt)):
                raise

    def _receipt(self, session: Session) -> Receipt | None:
        """Return by what to ask for this transaction, should the answer to COMMIT be lost.

        SQLite's is never lost, nor is that of work that was refused.
        """
        if self._engine.dialect.name == "sqlite" or not session.in_transaction():
            return None
        from companion.store import postgres

        return postgres.receipt(session)

    def _was_committed(self, receipt: Receipt) -> bool:
        from companion.store import postgres

        answer = postgres.was_committed(self._engine, receipt)
        _log.warning("a commit's answer was lost; it had been committed: %s", answer)
        if answer is None:
            raise InDoubtError
        return answer


def _left_alone(session: Session, batch: Sequence[_Job[Any]]) -> Iterator[_Job[Any]]:
    """Do together what may be, and follows on each other; give all else, in its order."""
    for _, jobs in groupby(batch, lambda job: getattr(job.work, "joint", job)):
        several = list(jobs)
        yield from several if len(several) == 1 else _together(session, several)


def _together(session: Session, jobs: Sequence[_Job[Any]]) -> Sequence[_Job[Any]]:
    """Do what can be done together, in a savepoint; return what is left."""
    first = cast(Joint, jobs[0].work)
    try:
        with session.begin_nested():
            found = first.together(session, [job.work for job in jobs])
    except PASSING:
        raise
    except Exception:  # each is tried alone, so that it strikes nobody but its own caller
        _log.exception("what waited could not be done together")
        return jobs
    pairs = list(zip(jobs, found, strict=True))
    for job, done in pairs:
        if done:
            job.finish(done)
    return [job for job, done in pairs if not done]


def _count(batch: Sequence[_Job[Any]], seconds: float) -> None:
    COMMIT_SECONDS.observe(seconds)
    COMMIT_CHANGES.observe(len(batch))
    if seconds > SLOW_SECONDS:
        _log.warning("a commit of %d took %d ms", len(batch), seconds * 1000)
    UNSAVED.inc(sum(isinstance(job.error, UnavailableError) for job in batch))


def _is_locked(error: DBAPIError) -> bool:
    name = getattr(error.orig, "sqlite_errorname", "") or getattr(error.orig, "sqlstate", "")
    return name in LOCKED


def _reason(error: DBAPIError) -> str:
    """Say what failed without repeating what people wrote, as constraints' messages do."""
    return str(error.orig) if isinstance(error, OperationalError) else type(error.orig).__name__

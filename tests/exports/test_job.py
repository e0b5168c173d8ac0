"""The process that makes exports: what comes of it, and what is left behind when it fails."""

import os
import resource
import secrets
import signal
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from companion.errors import Refused
from companion.exports import FORMATS, job
from companion.exports.dataset import Choice
from companion.exports.job import TalkExport, make
from tests.exports.conftest import URL
from tests.support.clock import STARTS
from tests.support.databases import on_both_databases

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def left(database_url, tmp_path, monkeypatch):
    """Return where exports are made, to see what is left there.

    The database is there before: its server lives in the usual place.
    """
    folder = tmp_path / "made"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def noise():
    """Return text that no archive makes short."""
    return secrets.token_hex(300_000)


@pytest.fixture
def task(page, database_url):
    return TalkExport(page, Choice(), "csv", URL, database_url, STARTS)


@pytest.mark.parametrize("format", FORMATS)
def test_rows_of_older_times_are_in_nobodys_way(task, board, change, format):
    old = "\x00\x1b[31m\r\n=1+1 {{ x }} <b>\ufffe" + "w" * 40_000
    change(board["open"], text=old, detail=old, name=old[:50], labels=old[:300])
    change(board["answered"], answer=old)

    with tempfile.TemporaryFile() as out:
        make(replace(task, format=format), out)

        assert out.tell() > 1_000


@on_both_databases
def test_it_is_the_file_that_would_be_made_here(task, board, left):
    with tempfile.TemporaryFile() as here, job.run(task) as made:
        make(task, here)
        here.seek(0)
        expected = here.read()

        assert made.read() == expected
        assert expected.count(b"\r\n") == 5
        assert list(left.iterdir()) == []


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("format", ["csv", "html", "xlsx"])
def test_what_has_no_room_is_no_file(
    task, board, change, left, monkeypatch, format, unbuffered, noise, caplog
):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    change(board["answered"], detail=noise, answer=noise)

    with files_of_at_most(50_000), pytest.raises(Refused, match="has no room to make the file"):
        job.run(replace(task, format=format))

    assert list(left.iterdir()) == []
    [line] = caplog.messages
    assert line.startswith("an export could not be made: ")
    caplog.clear()


@contextmanager
def files_of_at_most(size):
    """Have a disk that is nearly full, as far as files can tell."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_database_that_does_not_answer_is_said_to(task, left, tmp_path):
    with pytest.raises(Refused, match="database does not answer"):
        job.run(replace(task, database_url=f"postgresql+psycopg://ada@/name?host={tmp_path}"))

    assert list(left.iterdir()) == []


def test_a_fault_is_one_and_repeats_nothing_of_a_question(task, left):
    with pytest.raises(RuntimeError, match=r"^an export as secret failed: KeyError$"):
        job.run(replace(task, format="secret"))

    assert list(left.iterdir()) == []


def test_two_are_made_at_a_time_and_others_wait(task, board, monkeypatch):
    inside, most = [], []
    real = job._make_elsewhere

    def watched(*arguments):
        inside.append(1)
        most.append(len(inside))
        real(*arguments)
        inside.pop()

    monkeypatch.setattr(job, "_make_elsewhere", watched)
    threads = [threading.Thread(target=lambda: job.run(task).close()) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(most), max(most)) == (4, 2)


def test_who_has_waited_too_long_is_told(task, monkeypatch, left):
    monkeypatch.setattr(job, "PATIENCE", 0.05)
    with job._turn(), job._turn(), pytest.raises(Refused, match="takes too long") as refusal:
        job.run(task)

    assert refusal.value.retry_after
    assert list(left.iterdir()) == []


@dataclass(frozen=True)
class Greedy(TalkExport):
    """An export that takes all there is, as Python or as a library of another language would."""

    aborts: bool = False

    def write(self, session, out):
        if self.aborts:
            os.abort()
        bytearray(4 * job.MEMORY)


@pytest.mark.parametrize("aborts", [False, True])
def test_what_takes_too_much_memory_is_refused_in_words(task, left, caplog, aborts):
    greedy = Greedy(**vars(task), aborts=aborts)

    with pytest.raises(Refused, match="too much on this board"):
        job.run(greedy)

    assert list(left.iterdir()) == []
    code = -signal.SIGABRT if aborts else job.NO_MEMORY
    assert caplog.messages == [f"an export as csv was ended ({code})"]
    caplog.clear()

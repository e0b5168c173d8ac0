"""On a terminal the last line says how the server is; elsewhere there is none."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from companion import status_line
from companion.realtime.metrics import SOCKETS
from companion.store.writer import COMMIT_SECONDS
from tests.support.live import free_port

PATIENCE = 60.0


def test_it_says_what_is_open_and_what_has_been_asked(monkeypatch):
    monkeypatch.setattr(status_line, "_now", lambda: "12:20:00")
    asked = iter([(2, 1), (3, 1_200)])
    line = status_line.StatusLine(lambda: next(asked))
    SOCKETS.labels("board").inc(2)

    first, again = line.words(), line.words()
    COMMIT_SECONDS.observe(0.01)
    later = line.words()

    SOCKETS.labels("board").dec(2)
    assert re.sub(r"\d+ pages? open", "N open", first) == "12:20:00  N open · 2 questions · 1 vote"
    assert again == first
    assert later.endswith("3 questions · 1,200 votes · last saved 12:20:00")


def test_what_is_counted_is_asked_for_once_for_what_is_saved(room, engine):
    from sqlalchemy.orm import Session

    room.ask("ada", "How do bees find home?")

    with Session(engine) as session:
        assert status_line.counts(session) == (1, 0)


@pytest.mark.parametrize(
    ("term", "log", "is_wanted"),
    [("xterm", "text", True), ("dumb", "text", False), ("xterm", "json", False)],
)
def test_it_is_for_people_at_a_terminal(monkeypatch, term, log, is_wanted):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    assert status_line.is_wanted(log) is is_wanted


def test_it_is_not_for_files(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")

    assert not status_line.is_wanted("text")


@pytest.fixture
def terminal(folder: Path):
    """Start a server at a terminal; return it with what reads on until something is shown."""
    ours, theirs = pty.openpty()
    where = ("--talks", str(folder), "--data-folder", str(folder), "--port", str(free_port()))
    command = [sys.executable, "-m", "companion", "serve", *where]
    env = os.environ | {"TERM": "xterm"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=env)
    os.close(theirs)

    def read_until(wanted: bytes) -> bytes:
        shown, deadline = b"", time.monotonic() + PATIENCE
        while wanted not in shown and time.monotonic() < deadline:
            if select.select([ours], [], [], 1.0)[0]:
                shown += os.read(ours, 4096)
        return shown

    yield server, read_until, ours
    server.kill()
    server.communicate()
    os.close(ours)


@pytest.mark.slow
def test_a_server_at_a_terminal_shows_it_and_takes_it_away(terminal):
    server, read_until, ours = terminal
    shown = read_until(b"0 votes")

    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=PATIENCE)
    shown += os.read(ours, 65_536)

    lines = shown.decode().split(status_line.CLEAR)
    assert re.fullmatch(r"\d\d:\d\d:\d\d  0 pages open · 0 questions · 0 votes", lines[1])
    assert lines[0] == lines[-1] == ""
    assert server.returncode == 0


@pytest.mark.slow
def test_what_gunicorn_says_stands_above_it(terminal):
    server, read_until, _ = terminal
    read_until(b"0 votes")
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()

    for worker in children.split():
        os.kill(int(worker), signal.SIGKILL)
    shown = read_until(b"SIGKILL").decode()

    assert f"{status_line.CLEAR}ERROR gunicorn.error: Worker" in shown
    assert b"0 votes" in read_until(b"0 votes")  # whoever takes the worker's place says on


def test_one_process_writes_it_and_another_once_that_is_gone(tmp_path):
    turn = status_line.Turn(str(tmp_path))
    number = turn._file.fileno()
    take = f"import fcntl; fcntl.lockf({number}, fcntl.LOCK_EX); print(1, flush=True); input()"
    first = subprocess.Popen(
        [sys.executable, "-c", take],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[number],
    )
    assert first.stdout
    first.stdout.readline()

    before = turn.is_ours()
    first.kill()
    first.communicate()
    after = turn.is_ours(), turn.is_ours()
    turn._file.close()

    assert (before, after) == (False, (True, True))

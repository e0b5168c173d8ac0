"""`companion db copy` as it is typed; what it copies and refuses is in `store/test_copy.py`."""

import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest
from click.testing import CliRunner

from companion.cli import main
from companion.store import sqlite
from companion.store.models import Question
from tests.support.factories import count_rows, make_question

pytestmark = pytest.mark.slow


def shown_on_a_terminal(*command: str) -> str:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # how Linux says that nobody is left to write
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert process.wait() == 0
    return shown.decode()


def test_a_copy_says_what_was_compared_and_which_key_to_take_along(engine, sqlite_url, tmp_path):
    make_question(engine, votes=2)
    key = sqlite.file_of(sqlite_url).with_name("companion.sqlite3.key")
    key.touch()

    done = CliRunner().invoke(main, ["db", "copy", sqlite_url, f"sqlite:///{tmp_path}/new.sqlite3"])

    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "Copied 4 rows of 33 tables. "
        "Both sides agree on each table's number of rows and the SHA-256 of all of them.",
        f"Set COMPANION_SECRET_KEY to what is in {key}, or every link and cookie becomes another.",
    ]


def test_what_is_refused_is_said_in_one_line(engine, sqlite_url):
    for addresses in ((sqlite_url, sqlite_url), (sqlite_url, "mysql://ada@/name")):
        done = CliRunner().invoke(main, ["db", "copy", *addresses])

        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith("companion: ")
        assert done.stderr.count("\n") == 1
    assert count_rows(engine, Question) == 0


def test_a_terminal_is_shown_how_far_it_is(engine, sqlite_url, tmp_path):
    make_question(engine)
    command = (sys.executable, "-m", "companion", "db", "copy", sqlite_url)

    shown = shown_on_a_terminal(*command, f"sqlite:///{tmp_path}/new.sqlite3")

    assert "Copying  [####################################]  100%" in shown

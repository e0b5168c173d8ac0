"""How commands end: the table in docs/running.md, walked over all of them."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from companion.cli import COMMANDS, main
from companion.cli.failures import explanation
from companion.errors import UnavailableError
from tests.contracts.test_refusals import ADVICE
from tests.support.limits import no_room
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
MORE_ADVICE = re.compile(r"; make |; see |from \d+ to \d+")
# How each command is asked for something that it can do; those with a database, and the others.
OTHERS = {
    "talks list": (),
    "talks check": (),
    "completion": ("bash",),
}
ON_A_DATABASE = {
    "links": ("talk",),
    "export": ("talk", "--format", "csv"),
    "publish": ("talk",),
    "backup": ("other.sqlite3",),
    "restore": ("kept.sqlite3",),
    "purge": (),
    "doctor": (),
    "organiser list": (),
    "token list": (),
    "webhook list": (),
    "db current": (),
    "db upgrade": (),
}
ELSEWHERE = {"serve", "demo"}  # they patch the standard library: test_serve.py, test_stopping.py


@pytest.fixture
def here(tmp_path, folder, sqlite_url, monkeypatch) -> Path:
    """Stand in a folder with a series and a backup of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATA_FOLDER", str(tmp_path))
    (tmp_path / "companion.sqlite3").chmod(0o600)
    for kept in (tmp_path, folder):
        kept.chmod(0o755)
    assert run("backup", "kept.sqlite3").exit_code == 0
    assert run("links", "talk").exit_code == 0  # which has made the key
    return tmp_path


def run(name: str, *more: str) -> Result:
    before = dict(os.environ)
    try:
        return CliRunner().invoke(main, [*name.split(), *more], prog_name="companion")
    finally:
        os.environ.clear()
        os.environ.update(before)


def refused(done: Result) -> str:
    """Return the one line with which a command was refused, which says what to do."""
    assert (done.exit_code, done.stdout) == (2, ""), (done.output, done.exception)
    [line] = done.stderr.splitlines()
    assert line.startswith("companion: ")
    assert ADVICE.search(line) or MORE_ADVICE.search(line), line
    return line


def test_every_command_is_tried():
    names = {name.split()[0] for name in (*OTHERS, *ON_A_DATABASE)}

    assert names | ELSEWHERE == set(COMMANDS)


def test_the_table_says_what_there_is():
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs" / "running.md").read_text(), re.MULTILINE)

    assert rows == ["0", "1", "2", "130"]


@pytest.mark.parametrize("name", [*OTHERS, *ON_A_DATABASE])
def test_what_can_be_done_ends_with_0_and_what_cannot_be_meant_with_2(here, name):
    done = run(name, *(OTHERS | ON_A_DATABASE)[name])
    odd = run(name, "--no-such-option")

    assert (done.exit_code, done.exception) == (0, None), done.output
    assert odd.exit_code == 2
    assert "companion" in odd.stderr
    assert "--help" in odd.stderr


def no_talks(_here: Path) -> dict[str, str]:
    return {"COMPANION_TALKS": "/no/such/folder"}


def no_port(_here: Path) -> dict[str, str]:
    return {"COMPANION_PORT": "no"}


def no_data(_here: Path) -> dict[str, str]:
    return {"COMPANION_DATA_FOLDER": "/no/such/folder"}


def bad_file(here: Path) -> dict[str, str]:
    (here / "companion.env").write_text("COMPANION_SERES=Ours\n")
    return {}


@pytest.mark.parametrize("wrong", [no_talks, no_port, no_data, bad_file])
@pytest.mark.parametrize("name", [*ON_A_DATABASE, "talks list"])
def test_a_wrong_setting_ends_with_2_wherever_it_is(here, monkeypatch, name, wrong):
    for variable, value in wrong(here).items():
        monkeypatch.setenv(variable, value)

    done = run(name, *(OTHERS | ON_A_DATABASE)[name])

    if name == "doctor":
        assert (done.exit_code, done.stdout[:3]) == (1, "1. ")
    else:
        refused(done)


def newer(here: Path) -> None:
    with closing(sqlite3.connect(here / "companion.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def words(here: Path) -> None:
    (here / "companion.sqlite3").write_text("These are only words. " * 500)


def a_folder(here: Path) -> None:
    (here / "companion.sqlite3").unlink()
    (here / "companion.sqlite3").mkdir()


@pytest.mark.parametrize("spoil", [newer, words, a_folder])
@pytest.mark.parametrize("name", [name for name in ON_A_DATABASE if name != "restore"])
def test_a_database_that_cannot_be_used_ends_with_2(here, name, spoil):
    spoil(here)

    done = run(name, *ON_A_DATABASE[name])

    if name == "doctor":
        assert done.exit_code == 1
    elif (name, spoil) == ("backup", newer):
        assert done.exit_code == 0  # whose it is does not matter to a copy
    else:
        refused(done)


@pytest.mark.parametrize("name", ["backup", "restore", "export", "publish"])
def test_a_full_disk_ends_with_2_or_is_not_needed(here, name):
    more = ("-o", "out.csv") if name in ("export", "publish") else ()
    with no_room():
        done = run(name, *ON_A_DATABASE[name], *more)

    if done.exit_code:
        assert "room" in refused(done) or "is full" in done.stderr


@pytest.mark.parametrize("name", ["talks check", "doctor"])
def test_what_is_found_wrong_ends_with_1(here, folder, name):
    write_talk(folder, "broken", front="title: Never\n")

    assert run(name).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("links", "tolk"), "there is no talk with a board called tolk; you may mean talk; run"),
        (("export", "tolk", "--format", "csv"), "you may mean talk"),
        (("publish", "tolk"), "you may mean talk"),
        (("restore", "nothing.sqlite3"), "There is no file nothing.sqlite3. Check its name."),
        (("backup", "/no/such/folder/file"), "name a file in a folder that is there"),
        (("export", "talk", "--format", "csv", "-o", "/no/such/file"), "name a file in a folder"),
    ],
)
def test_a_name_that_is_wrong_is_answered_with_what_may_be_right(here, arguments, said):
    assert said in refused(run(*arguments))


def test_a_command_that_there_is_not_is_answered_with_what_may_be_meant(here):
    done = run("lnks")

    assert done.exit_code == 2
    assert "there is no command lnks; you may mean links" in done.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "/a"), "/a: No space left on device; make room"),
        (PermissionError(13, "Permission denied", "/a"), "/a: Permission denied; run it as"),
        (UnavailableError(), "nothing was changed"),
        (KeyError("a fault of ours"), ""),
        (FileNotFoundError(2, "No such file or directory", "/a"), ""),
    ],
)
def test_what_the_machine_cannot_do_is_told_from_what_is_our_fault(error, said):
    found = explanation(error)

    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_a_fault_of_ours_ends_with_a_traceback_and_1(monkeypatch):
    def broken(*_given: object) -> click.Command:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(type(main), "get_command", broken)

    done = run("purge")

    assert (done.exit_code, type(done.exception)) == (1, KeyError)


def test_what_is_broken_off_ends_with_130(here):
    os.mkfifo(here / "out")
    command = [sys.executable, "-m", "companion", "export", "talk", "--format", "csv", "-o", "out"]
    process = subprocess.Popen(
        command, cwd=here, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(8)  # nobody reads, so that it waits

    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, errors) == (130, b"\ncompanion: broken off\n")

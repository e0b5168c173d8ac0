"""`companion export`: to a file, to standard output, and what it refuses."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from companion.cli import main
from tests.support.walls import put

pytestmark = pytest.mark.slow


@pytest.fixture
def run(folder, database_url, monkeypatch):
    """Run `companion export` on the usual folder of talks."""
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", database_url)

    def run_export(*arguments, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(main, ["export", *map(str, arguments)], catch_exceptions=False)

    return run_export


def refused(result) -> str:
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    return line


def lines(result) -> int:
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout_bytes.count(b"\r\n")


def test_without_a_file_it_goes_to_standard_output(run, board):
    result = run("talk", "--format", "csv")

    assert result.stdout_bytes.startswith(b'"number","kind","text",')
    assert lines(result) == 5


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--only", "open"), 3),
        (("--no-comments",), 4),
        (("--declined",), 7),
        (("--only", "answered", "--no-comments"), 2),
    ],
)
def test_its_options_choose(run, board, options, expected):
    assert lines(run("talk", "--format", "csv", *options)) == expected


def test_a_byte_order_mark_is_there_when_asked_for(run):
    assert run("talk", "--format", "csv", "--bom").stdout_bytes.startswith(b'\xef\xbb\xbf"number"')


def test_times_are_rounded_when_the_settings_say_so(run, board, change):
    from tests.support.clock import DURING

    change(board["open"], asked_at=DURING)

    exact = run("talk", "--format", "csv").stdout
    rounded = run("talk", "--format", "csv", COMPANION_ROUNDED_TIMES="on").stdout

    assert ("T12:20:00" in exact, "T12:15:00" in exact) == (True, False)
    assert ("T12:20:00" in rounded, "T12:15:00" in rounded) == (False, True)


def test_a_file_is_there_once_it_is_whole(run, board, tmp_path):
    target = tmp_path / "out" / "questions.csv"
    target.parent.mkdir()
    target.write_text("the old one")

    result = run("talk", "--format", "csv", "-o", target)

    assert (result.exit_code, result.output) == (0, "")
    assert target.read_bytes().startswith(b'"number",')
    assert [path.name for path in target.parent.iterdir()] == ["questions.csv"]
    assert target.stat().st_mode & 0o777 == 0o666 & ~_mask()


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_failure_leaves_the_old_file_whole(run, board, tmp_path, monkeypatch):
    target = tmp_path / "out" / "questions.csv"
    target.parent.mkdir()
    target.write_text("the old one")
    run("talk", "--format", "csv", "-o", tmp_path / "first.csv")  # makes the key

    def no_room(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)

    assert refused(run("talk", "--format", "csv", "-o", target)) == (
        f"companion: cannot write {target}: No space left on device; "
        "make room on the disk, and try again"
    )
    assert target.read_text() == "the old one"
    assert [path.name for path in target.parent.iterdir()] == ["questions.csv"]


def test_a_link_is_followed_and_stays_one(run, tmp_path):
    target, link = tmp_path / "questions.csv", tmp_path / "latest.csv"
    target.write_text("the old one")
    link.symlink_to(target)

    assert run("talk", "--format", "csv", "-o", link).exit_code == 0

    assert link.is_symlink()
    assert target.read_bytes().startswith(b'"number",')


def test_a_pipe_is_written_to_and_never_replaced(run, board, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = ["timeout", "10", "cat", pipe]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        result = run("talk", "--format", "csv", "-o", pipe)
        read, _ = reader.communicate()

    assert (result.exit_code, result.output) == (0, "")
    assert read.count(b"\r\n") == 5
    assert pipe.is_fifo()


def test_a_dash_is_standard_output(run, board):
    assert lines(run("talk", "--format", "csv", "-o", "-")) == 5


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_where_there_is_no_room_it_says_so(folder, database_url, board, unbuffered):
    env = os.environ | {"COMPANION_TALKS": str(folder), "COMPANION_DATABASE_URL": database_url}
    env["PYTHONUNBUFFERED"] = unbuffered
    command = f"{sys.executable} -m companion export talk --format csv > /dev/full"
    done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, check=False)  # noqa: S607

    assert done.returncode == 2
    [line] = done.stderr.decode().splitlines()
    assert line == (
        "companion: cannot write to standard output: No space left on device; "
        "make room on the disk, and try again"
    )


def test_where_it_cannot_write_it_says_so(run, tmp_path):
    assert refused(run("talk", "--format", "csv", "-o", tmp_path)).endswith(
        f"{tmp_path} is a folder; name a file in it"
    )
    nowhere = tmp_path / "nowhere" / "questions.csv"
    assert refused(run("talk", "--format", "csv", "-o", nowhere)).endswith(
        f"cannot write {nowhere}: No such file or directory; name a file in a folder that is there"
    )


def test_what_there_is_not_is_refused(run):
    assert "no talk with a board called nothing" in refused(run("nothing", "--format", "csv"))
    result = run("talk", "--format", "exe")
    assert result.exit_code == 2
    assert "'exe' is not" in result.stderr


def test_a_database_that_does_not_answer_is_refused(run, tmp_path):
    result = run(
        "talk",
        "--format",
        "csv",
        COMPANION_DATABASE_URL=f"postgresql://ada@/name?host={tmp_path}",
        COMPANION_SECRET_KEY="a-key-of-random-characters",
    )

    assert "the database does not answer" in refused(result)


def test_a_reader_may_stop_early(folder, database_url, board):
    env = os.environ | {"COMPANION_TALKS": str(folder), "COMPANION_DATABASE_URL": database_url}
    command = f"{sys.executable} -m companion export talk --format csv | head -c 10"
    done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, check=True)  # noqa: S607

    assert (done.stdout, done.stderr) == (b'"number","', b"")


@pytest.mark.parametrize("format", ["md", "html", "json", "csv"])
def test_where_no_address_is_set_there_is_no_link(run, board, format):
    here = run("talk", "--format", format)
    there = run("talk", "--format", format, COMPANION_ORIGINS="https://qa.example.org")

    assert "127.0.0.1" not in here.stdout
    assert ("/talks/talk" in here.stdout) is False
    assert ("https://qa.example.org/talks/talk" in there.stdout) is (format != "csv")


def test_a_pdf_without_an_address_is_made_too(run, board, tmp_path):
    assert run("talk", "--format", "pdf", "-o", tmp_path / "a.pdf").exit_code == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_a_wall_is_written_without_names_and_votes_if_wanted(run, engine, board, tmp_path):
    put(engine, board["answered"], 10, 10)

    whole = run("talk", "--format", "wall.md").stdout
    bare = run("talk", "--format", "wall.md", "--no-names", "--no-votes", "--no-comments").stdout
    result = run("talk", "--format", "wall.png", "-o", tmp_path / "wall.png")

    assert "- How do bees find home? (answered · from Ada · 3 votes)" in whole
    assert "- How do bees find home? (answered)" in bare
    assert result.exit_code == 0
    assert (tmp_path / "wall.png").read_bytes().startswith(b"\x89PNG")

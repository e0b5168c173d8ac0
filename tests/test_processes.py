"""Nothing is ever run or imported from the folder that one stands in."""

import ast
import os
import subprocess
import sys
import urllib.request
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from companion import processes
from companion.cli import demo
from companion.exports import job
from companion.talks.markdown import supervisor
from tests.support.live import PATIENCE, START_PATIENCE, eventually, free_port, write_talk

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
COMPANION = Path(sys.executable).with_name("companion")
TRAP = 'open({!r}, "a").write({!r})\nraise SystemExit("a file of the folder was run")\n'
STARTING = {"run", "Popen", "call", "check_call", "check_output", "getoutput", "system", "popen"}
STARTING |= {name for name in dir(os) if name.startswith(("exec", "spawn", "posix_spawn"))}


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """Return a folder whose files have the names of all that may be imported, or run as git."""
    folder = tmp_path / "talks"
    folder.mkdir()
    for name in importable():
        (folder / f"{name}.py").write_text(TRAP.format(str(folder / "ran"), name))
    git = folder / "git"
    git.write_text(f"#!/bin/sh\necho git >> {folder / 'ran'}\n")
    git.chmod(0o755)
    monkeypatch.chdir(folder)
    return folder


@cache
def importable() -> frozenset[str]:
    homes = {name for name in packages_distributions() if name.isidentifier()}
    return (sys.stdlib_module_names | homes) - {"companion"}


def ran(folder: Path) -> str:
    file = folder / "ran"
    return file.read_text() if file.exists() else ""


def test_serving_from_a_folder_of_traps_runs_none(trap):
    write_talk(trap, "talk")
    port = free_port()
    env = {"COMPANION_DATABASE_URL": f"sqlite:///{trap}/a.sqlite3", "COMPANION_PORT": str(port)}
    server = subprocess.Popen([COMPANION, "serve"], env=os.environ | env, stdout=subprocess.DEVNULL)
    try:
        assert eventually(lambda: _status(f"http://127.0.0.1:{port}/talks/talk"), START_PATIENCE)
    finally:
        server.terminate()
        server.wait(PATIENCE)
    assert ran(trap) == ""


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return int(answer.status)
    except OSError:
        return 0


@pytest.mark.parametrize("name", ["html", "click", "flask", "yaml", "frontmatter", "statistics"])
def test_nor_does_the_module_once_it_has_begun(trap, name):
    write_talk(trap, "talk")
    for path in trap.glob("*.py"):
        if path.stem != name:
            path.unlink()

    command = [sys.executable, "-m", "companion", "talks", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, ran(trap)) == (0, ""), done.stderr
    assert "talk" in done.stdout


@pytest.mark.parametrize("looked_up", ["", ".", "talks", ":", "::.:.."])
@pytest.mark.parametrize("command", [supervisor.COMMAND, job.COMMAND, demo.AUDIENCE])
def test_no_process_of_ours_imports_from_where_it_is_started(trap, monkeypatch, command, looked_up):
    monkeypatch.setenv("PYTHONPATH", f"{looked_up}:{ROOT}")

    subprocess.run(
        [*command, "1"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=processes.environment(),
        check=False,
    )

    assert ran(trap) == ""


@pytest.mark.parametrize("looked_up", ["", ".", "./", "../talks"])
def test_a_program_is_not_taken_from_there_either(trap, monkeypatch, looked_up):
    monkeypatch.setenv("PATH", looked_up)
    assert processes.program("git") is None
    assert processes.paths() == ""

    monkeypatch.setenv("PATH", f"{looked_up}:/usr/bin:/bin")
    assert processes.program("git") in (None, "/usr/bin/git", "/bin/git")


def test_what_is_set_is_nothing_that_a_process_of_ours_needs_to_know(monkeypatch):
    monkeypatch.setenv("COMPANION_SECRET_KEY", "not to be told to anybody")

    assert "not to be told to anybody" not in processes.environment().values()


def test_every_place_that_starts_a_process_says_so_by_these_words():
    starts = [
        (path, call) for path in (ROOT / "companion").rglob("*.py") for call in _starts_in(path)
    ]

    assert len(starts) >= 4
    for path, call in starts:
        said = {word.arg: ast.unparse(word.value) for word in call.keywords}
        is_git = path.name == "repository.py"
        assert is_git or said["cwd"] == "processes.FOLDER", path
        assert is_git or said["env"].startswith("processes.environment("), path
        assert "processes.p" in path.read_text(), path


def _starts_in(path: Path) -> list[ast.Call]:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [(call, call.func) for call in calls if isinstance(call.func, ast.Attribute)]
    modules = {"subprocess", "os", "multiprocessing", "pty"}
    return [
        call
        for call, function in named
        if ast.unparse(function.value) in modules and function.attr in STARTING | {"Process"}
    ]

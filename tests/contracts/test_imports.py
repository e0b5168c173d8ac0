"""Who may import whom, and that the rules bite."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
BAD = [
    ("board/questions.py", "import flask"),
    ("board/questions.py", "from companion import web"),
    ("board/service.py", "import socketio"),
    ("talks/page.py", "from companion.store import models"),
    ("store/events.py", "from companion.board import questions"),
    ("store/models.py", "import werkzeug"),
    ("web/board.py", "from companion import realtime"),
    ("realtime/broadcasts.py", "from companion import web"),
    ("web/pages.py", "import flask_socketio"),
    ("store/writer.py", "import gevent"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package and its rules."""
    folder = tmp_path_factory.mktemp("imports")
    shutil.copytree(
        ROOT / "companion", folder / "companion", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_rules_are_kept(copy):
    assert lint(copy)[0] == 0


@pytest.mark.parametrize(("module", "line"), BAD)
def test_the_rules_bite(copy, module, line):
    path = copy / "companion" / module
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    try:
        code, said = lint(copy)
    finally:
        path.write_text(before)

    assert (code, "BROKEN" in said) == (1, True), said


def test_every_import_from_outside_is_a_dependency():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[^a-z0-9-]", line)[0] for line in declared}
    brought = {
        "alembic": "flask-migrate",
        "engineio": "python-engineio",
        "itsdangerous": "flask",
        "jinja2": "flask",
        "markupsafe": "flask",
        "simple_websocket": "python-engineio",
        "wsproto": "python-engineio",
    }
    homes = packages_distributions()
    for module in sorted(_imported() - {"companion"} - set(sys.stdlib_module_names)):
        found = {home.lower().replace("_", "-") for home in homes.get(module, [])}
        assert found & names or brought.get(module) in names, module


def _imported() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "companion").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found

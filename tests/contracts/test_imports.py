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

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
# What each module must not import, and is made to.
BAD = [
    ("board.questions", "flask"),
    ("board.questions", "companion.web"),
    ("board.service", "socketio"),
    ("talks.page", "companion.store.models"),
    ("store.events", "companion.board.questions"),
    ("store.models", "werkzeug"),
    ("web.board", "companion.realtime"),
    ("realtime.broadcasts", "companion.web"),
    ("web.pages", "flask_socketio"),
    ("store.writer", "gevent"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the package and its rules."""
    shutil.copytree(
        ROOT / "companion", tmp_path / "companion", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_rules_bite_on_bad_imports_and_on_nothing_else(copy):
    for module, imported in BAD:
        path = (copy / "companion" / module.replace(".", "/")).with_suffix(".py")
        path.write_text(f"{path.read_text()}\nimport {imported}\n")

    done = subprocess.run(
        [LINT, "--no-cache"],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    broken = set(re.findall(r"companion\.([\w.]+) -> ([\w.]+) \(l", done.stdout))
    assert broken == set(BAD), done.stdout + done.stderr
    assert done.returncode == 1


def test_every_import_from_outside_is_a_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["oidc"], *extras["passkeys"]]
    names = {re.split(r"[^a-z0-9-]", line)[0] for line in declared}
    brought = {
        "alembic": "flask-migrate",
        "cryptography": "webauthn",
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

"""How a process of ours is started: it runs nothing from the folder that one stands in.

`python -m` looks there first for whatever it imports, and a folder of talks may hold an `html.py`.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from companion.paths import PACKAGE

FOLDER = PACKAGE.parent
# Where several workers count together; prometheus-client has given the variable its name.
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"


def python(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a module of ours."""
    return sys.executable, "-P", "-m", module, *arguments


def environment(**more: str) -> dict[str, str]:
    """Return what such a process may know: no settings of ours, and only full paths to code."""
    code = os.pathsep.join((os.environ.get("PYTHONPATH", ""), str(FOLDER)))
    return without_settings() | {"PYTHONPATH": _full(code), "PATH": paths(), **more}


def without_settings() -> dict[str, str]:
    """Return this process's environment without settings of ours, the secret key among them."""
    ours = ("COMPANION_", SHARED_METRICS)
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}


def forget_settings() -> None:
    """Take the settings of ours out of this process's environment."""
    for name in os.environ.keys() - without_settings().keys():
        del os.environ[name]


def program(name: str) -> str | None:
    """Return where a program is, None where there is none; never in the folder one stands in."""
    return shutil.which(name, path=paths())


def paths() -> str:
    """Return where programs are looked for."""
    return _full(os.environ.get("PATH", os.defpath))


def leave_folder() -> None:
    """Let this process, started by `python -m`, import nothing more from where it was started."""
    is_there = not sys.flags.safe_path and sys.path and sys.path[0] in ("", str(Path.cwd()))
    if is_there and Path.cwd() != FOLDER:
        del sys.path[0]


def _full(paths: str) -> str:
    """Leave out what is meant to be looked up from where one stands, "" and "." among it."""
    return os.pathsep.join(path for path in paths.split(os.pathsep) if Path(path).is_absolute())

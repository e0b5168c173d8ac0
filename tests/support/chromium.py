"""Chromium for the browser tests: the one that is here, else one that is got.

``python -m tests.support.chromium`` sees to it before any test runs.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import click
from playwright.sync_api import sync_playwright

# The one without a window opens a page in half the time.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome")
MISSING = (
    "Chromium is missing and could not be got; run as root: apt-get install chromium"
    " (or: .venv/bin/playwright install --with-deps chromium)"
)
QUIET_APT = {"DEBIAN_FRONTEND": "noninteractive"}
Commands = list[list[str]]


def find() -> str | None:
    """Return the path of a Chromium that starts: the system's, else Playwright's."""
    paths = [path for name in NAMES if (path := shutil.which(name))]
    return next(filter(_starts, paths), None) or next(filter(_starts, [_playwright_s()]), None)


def _playwright_s() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """Say whether it is there with all that it needs: asked for its version, it answers."""
    return _succeeds([path, "--version"])


def ways_to_get_it() -> Iterator[Commands]:
    """Yield what to run, one way after the other: Playwright's download, then Debian's package."""
    root = os.geteuid() == 0
    download = [sys.executable, "-m", "playwright", "install"]
    yield [[*download, *(["--with-deps"] if root else []), "chromium"]]
    if root and shutil.which("apt-get"):
        install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends"]
        yield [["apt-get", "-qq", "update"], [*install, SHELL]]
        yield [[*install, "chromium"]]


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, env=os.environ | QUIET_APT, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def provide() -> str | None:
    """Return the path of a Chromium that starts, getting one where there is none."""
    if path := find():
        return path
    click.echo("Getting Chromium for the browser tests; this happens once.")
    for commands in ways_to_get_it():
        if all(map(_succeeds, commands)) and (path := find()):
            return path
    return None


if __name__ == "__main__":
    sys.exit(None if provide() else MISSING)

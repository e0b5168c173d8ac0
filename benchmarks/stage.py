"""Where a measurement takes place: what has to be built, a talk, three servers, an audience."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from companion import create_app
from companion.settings import read_settings
from companion.store.migrate import bring_up_to_date

HERE = Path(__file__).parent
BUILD = HERE / "build"
NEEDED = {
    "gcc": "a C compiler (gcc)",
    "node": "Node 18 or newer (nodejs)",
    "npm": "npm, which fetches Socket.IO for Node",
    "taskset": "taskset, which keeps a process on its core (util-linux)",
}
SLUG = "benchmark"
PATIENCE = 60.0
PAGE = """---
title: A talk that everybody attends
date: {today}
board: open
---

Nothing is said here; it is the board that counts.
"""


@dataclass(frozen=True)
class Place:
    """Where things run: two cores, if there are two, and a port."""

    server_core: int
    audience_core: int
    port: int

    @property
    def site(self) -> str:
        """Return the address of whatever server is up."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Running:
    """A server that is up: its processes, and the audience's options for it."""

    pids: tuple[int, ...]
    options: tuple[str, ...]


Start = Callable[[Place], contextlib.AbstractContextManager[Running]]


def build() -> None:
    """Compile and fetch what is not there yet; ends the program when a tool is missing."""
    missing = [what for tool, what in NEEDED.items() if not shutil.which(tool)]
    if missing:
        sys.exit(f"benchmarks: missing {'; '.join(missing)}. Install them, and start again.")
    BUILD.mkdir(exist_ok=True)
    _compile("audience")
    _compile("floor")
    if not (BUILD / "node_modules").is_dir():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, BUILD / name)
        _run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=BUILD)
    shutil.copy(HERE / "reference.js", BUILD)  # node looks for modules beside it


def _compile(name: str) -> None:
    source, program = HERE / f"{name}.c", BUILD / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        _run(["gcc", "-O2", "-o", str(program), str(source)])


def _run(command: list[str], **options: Any) -> None:
    try:
        subprocess.run(command, check=True, **options)
    except subprocess.CalledProcessError:
        sys.exit(f"benchmarks: this failed: {' '.join(command)}")


@contextlib.contextmanager
def companion(place: Place) -> Iterator[Running]:
    """Serve the application on a new database, with one question on its only board."""
    folder = BUILD / f"site-{place.port}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "talks").mkdir(parents=True)
    page = PAGE.format(today=datetime.now(UTC).date())
    (folder / "talks" / f"{SLUG}.md").write_text(page, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if "COMPANION" not in name}
    environment |= {
        "COMPANION_TALKS": str(folder / "talks"),
        "COMPANION_DATABASE_URL": f"sqlite:///{folder / 'companion.sqlite3'}",
        "COMPANION_PORT": str(place.port),
        "COMPANION_RATE_LIMITS": "off",
    }
    _ask_a_question(environment)
    auth = json.dumps({"talk": SLUG, "view": "board"})
    options = ("--page", f"/talks/{SLUG}", "--auth", auth)
    command = [sys.executable, "-m", "benchmarks.serve"]
    with _served(command, place, cwd=HERE.parent, env=environment) as pid:
        _wait_until_ready(place)
        yield Running((pid, *children(pid)), options)


def _ask_a_question(environment: dict[str, str]) -> None:
    app = create_app(read_settings(environment))
    bring_up_to_date(app)
    asked = {"text": "Is anybody there?", "key": "the-only-question"}
    app.extensions["boards"].ask(SLUG, "the-one-who-asks", asked)


def _wait_until_ready(place: Place) -> None:
    with urllib.request.urlopen(f"{place.site}/readyz", timeout=PATIENCE) as answer:
        answer.read()


def database(place: Place) -> Path:
    """Return the file in which `companion` keeps its votes."""
    return BUILD / f"site-{place.port}" / "companion.sqlite3"


@contextlib.contextmanager
def node(place: Place) -> Iterator[Running]:
    """Serve the reference."""
    with _served(["node", str(BUILD / "reference.js"), str(place.port)], place) as pid:
        yield Running((pid,), ())


@contextlib.contextmanager
def floor(place: Place) -> Iterator[Running]:
    """Serve what no server beats."""
    with _served([str(BUILD / "floor"), str(place.port)], place) as pid:
        yield Running((pid,), ())


@contextlib.contextmanager
def _served(command: list[str], place: Place, **options: Any) -> Iterator[int]:
    """Run a server on its core in a process group of its own, and end it without a farewell."""
    if _is_open(place.port):
        sys.exit(f"benchmarks: port {place.port} is taken; choose another with --port")
    pinned = ["taskset", "-c", str(place.server_core), *command]
    process = subprocess.Popen(pinned, start_new_session=True, **options)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _is_open(place.port):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"benchmarks: this did not start: {' '.join(command)}")
            time.sleep(0.1)
        time.sleep(1)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        while _is_open(place.port):  # its children are still going
            time.sleep(0.1)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def children(pid: int) -> tuple[int, ...]:
    """Return the processes that a process has started."""
    return tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def attend(place: Place, running: Running, clients: int, *options: str) -> dict[str, Any]:
    """Let an audience in on its own core, and return what it measured."""
    command = [
        *("taskset", "-c", str(place.audience_core), str(BUILD / "audience")),
        *("--port", str(place.port), "--clients", str(clients), "--origin", place.site),
        *("--server", ",".join(map(str, running.pids))),
        *running.options,
        *options,
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
    if done.returncode:
        sys.exit(f"benchmarks: this failed: {' '.join(command)}")
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def read(place: Place, path: str) -> Any:
    """Return what the server says at an address, as JSON."""
    with urllib.request.urlopen(f"{place.site}{path}", timeout=PATIENCE) as answer:
        return json.load(answer)

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

from flask import Flask

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
SECRET = "known to whoever measures, and to nobody else who asks"  # noqa: S105 (of no real site)
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


# When it comes in seconds, the path it asks for, and what more its request says.
Visit = tuple[float, str, str]
Start = Callable[[Place], contextlib.AbstractContextManager[Running]]


def build_audience() -> None:
    """Compile what plays an audience; ends the program when a tool is missing."""
    _need("gcc", "taskset")
    BUILD.mkdir(exist_ok=True)
    _compile("audience")


def build() -> None:
    """Compile and fetch what is not there yet; ends the program when a tool is missing."""
    _need(*NEEDED)
    build_audience()
    _compile("floor")
    if not (BUILD / "node_modules").is_dir():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, BUILD / name)
        _run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=BUILD)
    shutil.copy(HERE / "reference.js", BUILD)  # node looks for modules beside it


def _need(*tools: str) -> None:
    missing = [NEEDED[tool] for tool in tools if not shutil.which(tool)]
    if missing:
        sys.exit(f"benchmarks: missing {'; '.join(missing)}. Install them, and start again.")


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
def companion(place: Place, talks: int = 1, **settings: str) -> Iterator[Running]:
    """Serve the application on a new database, with one question on each board."""
    environment = new_site(place, talks) | {"COMPANION_RATE_LIMITS": "off", **settings}
    _ask_a_question_each(environment, talks)
    auth = json.dumps({"talk": f"{SLUG}%s", "view": "board"})
    options = ("--page", f"/talks/{SLUG}", "--auth", auth, "--talks", str(talks))
    with serving(place, "benchmarks.serve", environment) as pid:
        yield Running((pid, *children(pid)), options)


@contextlib.contextmanager
def untouched(place: Place, fill: Callable[[Flask], None]) -> Iterator[tuple[int, ...]]:
    """Serve the application as everybody has it, on a database that ``fill`` has written to."""
    environment = new_site(place) | {
        "COMPANION_RATE_LIMITS": "off",
        "COMPANION_SECRET_KEY": SECRET,
    }
    app = create_app(read_settings(environment))
    bring_up_to_date(app)
    fill(app)
    with serving(place, "companion", environment, "serve", stdout=subprocess.DEVNULL) as pid:
        yield (pid, *children(pid))


def new_site(place: Place, talks: int = 1) -> dict[str, str]:
    """Make a folder with so many talks; return the environment of a server that shows them."""
    folder = BUILD / f"site-{place.port}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "talks").mkdir(parents=True)
    page = PAGE.format(today=datetime.now(UTC).date())
    for slug in _slugs(talks):
        (folder / "talks" / f"{slug}.md").write_text(page, encoding="utf-8")
    return {
        **{name: value for name, value in os.environ.items() if "COMPANION" not in name},
        "COMPANION_TALKS": str(folder / "talks"),
        "COMPANION_DATABASE_URL": f"sqlite:///{database(place)}",
        "COMPANION_PORT": str(place.port),
    }


@contextlib.contextmanager
def serving(
    place: Place, module: str, environment: dict[str, str], *words: str, **options: Any
) -> Iterator[int]:
    """Serve by one of our modules until it says that it is ready; gives its process."""
    command = [sys.executable, "-m", module, *words]
    with _served(command, place, cwd=HERE.parent, env=environment, **options) as pid:
        with urllib.request.urlopen(f"{place.site}/readyz", timeout=PATIENCE) as answer:
            answer.read()
        yield pid


def _slugs(talks: int) -> list[str]:
    """Name talks as the audience does."""
    return [SLUG, *(f"{SLUG}-{number}" for number in range(1, talks))]


def _ask_a_question_each(environment: dict[str, str], talks: int) -> None:
    app = create_app(read_settings(environment))
    bring_up_to_date(app)
    asked = {"text": "Is anybody there?", "key": "the-only-question"}
    for slug in _slugs(talks):
        app.extensions["boards"].ask(slug, "the-one-who-asks", asked)


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
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
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


def phones(place: Place, server: tuple[int, ...], visits: list[Visit]) -> dict[str, Any]:
    """Have phones come from the audience's core, and return what it met with."""
    command = ["taskset", "-c", str(place.audience_core), sys.executable, "-m", "benchmarks.phones"]
    wish = json.dumps({"port": place.port, "server": server, "visits": visits})
    options: dict[str, Any] = {"cwd": HERE.parent, "input": wish, "stdout": subprocess.PIPE}
    done = subprocess.run(command, **options, check=False, text=True)
    if done.returncode:
        sys.exit(f"benchmarks: this failed: {' '.join(command)}")
    met: dict[str, Any] = json.loads(done.stdout)
    return met


def read(place: Place, path: str) -> Any:
    """Return what the server says at an address, as JSON."""
    return json.loads(fetch(place, path))


def fetch(place: Place, path: str) -> bytes:
    """Return what stands at an address."""
    with urllib.request.urlopen(f"{place.site}{path}", timeout=PATIENCE) as answer:
        content: bytes = answer.read()
    return content


def processor_time(running: Running) -> float:
    """Return the seconds that a server's processes have taken so far."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in running.pids]
    ticks = sum(sum(map(int, stat.split()[11:13])) for stat in stats)
    return ticks / os.sysconf("SC_CLK_TCK")

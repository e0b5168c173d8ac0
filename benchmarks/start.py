"""How much processor time it takes until `companion --help` has answered and `serve` is ready.

The least of several starts counts: what else runs on the machine can only make a start slower.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from benchmarks.axes.pages import folder_of
from companion.paths import resource_dir

TIMES = 5
PATIENCE = 60.0
COMPANION = (sys.executable, "-m", "companion")


def main() -> None:
    """Print the figures."""
    known = argparse.ArgumentParser(description=__doc__)
    known.add_argument("--pages", type=int, help="serve so many, instead of the example's")
    wanted = known.parse_args()
    usual = nullcontext(resource_dir("examples") / "talks")
    with (
        tempfile.TemporaryDirectory() as folder,
        folder_of(wanted.pages) if wanted.pages else usual as talks,
    ):
        database = Path(folder) / "companion.sqlite3"
        _print("companion --help", _help)
        _print("companion serve, on a new database", lambda: _serve(talks, database, is_new=True))
        if wanted.pages:  # a command that waits for all of them to be rendered, and keeps them
            links = [*COMPANION, "links", "talk-1"]
            around = _environment(talks, database)
            subprocess.run(links, env=around, stdout=subprocess.DEVNULL, check=True)
        _print("companion serve, on the one it made", lambda: _serve(talks, database, is_new=False))


def _print(name: str, measure: Callable[[], float]) -> None:
    print(f"{name:<36} {min(measure() for _ in range(TIMES)):5.2f} s of CPU", flush=True)


def _help() -> float:
    before = _children()
    subprocess.run([*COMPANION, "--help"], stdout=subprocess.DEVNULL, check=True)
    return _children() - before


def _serve(talks: Path, database: Path, *, is_new: bool) -> float:
    """Return the time that all processes of a server have taken until it was ready."""
    if is_new:
        for path in database.parent.glob(f"{database.name}*"):
            if path.is_file():
                path.unlink()
    port = _free_port()
    server = subprocess.Popen(
        [*COMPANION, "serve", "--port", str(port)],
        env=_environment(talks, database),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz")
        return _processor_time(server.pid)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(PATIENCE)


def _environment(talks: Path, database: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("COMPANION_")},
        "COMPANION_TALKS": str(talks),
        "COMPANION_DATABASE_URL": f"sqlite:///{database}",
    }


def _processor_time(pid: int) -> float:
    """Return what a process and its children have taken, those that have ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return ticks + sum(_processor_time(int(child)) for child in children)


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=PATIENCE).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
        else:
            return
    sys.exit("the server does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()

"""Measures exports: how long each takes, how much memory, and how late it makes everybody else."""

from __future__ import annotations

import argparse
import json
import math
import os
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import stage
from benchmarks.figures import Row, Run, machine, middle, table, verdict, verdicts
from benchmarks.options import compare, parser, place_of
from companion.board.strokes import encoded
from companion.exports import EVERY_FORMAT, WALL_FORMATS

TEXT = (
    "How would you go about this when there are {} machines, and none of them is yours to change?"
)
DETAIL = "We tried `{0}` first, as in https://example.org/paper, and it did not help. " * 4
ANSWER = "Start with the **smallest** of them, and only then look at number {0}. " * 3
SECONDS, MEGABYTES, STALL = 5, 150, 100
ON_THE_WALL, MARKS, PICTURE_CPU = 500, 40, 1
TICKS = os.sysconf("SC_CLK_TCK")
Results = dict[str, list[Run]]


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    print(machine(), flush=True)
    place = place_of(wanted)
    with stage.companion(place) as running:
        _fill(stage.database(place), wanted.questions, wanted.votes)
        browser = _moderator(place)
        measure = partial(_measure, place, running, browser)
        results = compare(wanted.formats, measure, wanted)
    print(_exports(results), verdicts(_targets(results)), sep="\n")


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--questions", type=int, default=5_000, help="on the board [5000]")
    known.add_argument("--formats", nargs="+", choices=EVERY_FORMAT, default=list(EVERY_FORMAT))
    known.add_argument("--votes", type=int, default=100_000, help="for all of them [100000]")
    return known


def _fill(database: Path, questions: int, votes: int) -> None:
    """Put questions of every kind on the board, and the votes evenly on them."""
    each = votes // questions
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM question")
        connection.executemany(
            "INSERT INTO question (talk_id, key, author, kind, text, detail, name, status, votes,"
            " asked_at, answer, answered_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?,"
            " '2026-03-05 12:00:00', ?, '2026-03-05 12:50:00')",
            (_question(number, each) for number in range(questions)),
        )
        ids = [id for (id,) in connection.execute("SELECT id FROM question")]
        connection.executemany(
            "INSERT INTO vote VALUES (?, ?, '2026-03-05 12:30:00')",
            ((id, f"voter-{number}") for id in ids for number in range(each)),
        )
        _arrange(connection, ids[:ON_THE_WALL])
        connection.commit()


def _arrange(connection: sqlite3.Connection, ids: list[int]) -> None:
    """Put notes on the wall in rows, most of them coloured, and rings around some of them."""
    connection.executemany(
        "INSERT INTO wall_place (question_id, talk_id, x, y, z, colour, revision)"
        " VALUES (?, 1, ?, ?, ?, ?, 1)",
        (
            (id, at % 25 * 228, at // 25 * 180, at, ("", "yellow", "blue")[at % 3])
            for at, id in enumerate(ids)
        ),
    )
    connection.executemany(
        "INSERT INTO wall_stroke (talk_id, key, at, who, author, sign_in, tool, colour, width,"
        " points, caption, is_gone, revision)"
        " VALUES (1, ?, '2026-03-05 12:30:00', '', '', '', 'pen', 'red', 6, ?, '', 0, 1)",
        (
            (f"mark-{at}", _ring(300 + at * 131 % 5_000, 200 + at * 77 % 3_000))
            for at in range(MARKS)
        ),
    )


def _ring(x: int, y: int) -> str:
    turns = [step / 20 for step in range(130)]
    return encoded([(x + int(150 * math.cos(at)), y + int(90 * math.sin(at))) for at in turns])


def _question(number: int, votes: int) -> tuple[object, ...]:
    answered = number % 3 == 0
    return (
        f"benchmark-{number}",
        f"author-{number}",
        "comment" if number % 7 == 0 else "question",
        TEXT.format(number),
        DETAIL.format(number) if number % 2 else "",
        f"Person {number}" if number % 5 == 0 else "",
        "answered" if answered else "open",
        votes,
        ANSWER.format(number) if answered else "",
    )


def _moderator(place: stage.Place) -> urllib.request.OpenerDirector:
    """Return a browser that has come in by the moderators' link."""
    database = stage.database(place)
    command = [sys.executable, "-m", "companion", "links", stage.SLUG, "--json"]
    given = ["--talks", str(database.parent / "talks"), "--database", f"sqlite:///{database}"]
    told = subprocess.run([*command, *given], stdout=subprocess.PIPE, check=True)
    token = json.loads(told.stdout)["moderator"].partition("#")[2]
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    form = urlencode({"token": token, "name": "Grace"}).encode()
    entering = urllib.request.Request(f"{place.site}/enter", form, {"Origin": place.site})
    browser.open(entering, timeout=stage.PATIENCE).close()
    return browser


def _measure(
    place: stage.Place,
    running: stage.Running,
    browser: urllib.request.OpenerDirector,
    format: str,
) -> Run:
    address = f"{place.site}/talks/{stage.SLUG}/export/{format}"
    began = time.monotonic()
    with (
        _watched(running.pids[-1]) as (peaks, used),
        browser.open(address, timeout=stage.PATIENCE) as file,
    ):
        size = len(file.read())
    ended = time.monotonic()
    late = stage.read(place, f"/benchmark/delays?from={began}&until={ended}")
    return {
        "seconds": ended - began,
        "bytes": size,
        "peak": max(peaks, default=0),
        "cpu": max(used, default=0.0),
        "delays": sorted(late["ms"]),
    }


@contextmanager
def _watched(worker: int) -> Iterator[tuple[list[int], list[float]]]:
    """Note how many bytes the processes that a worker starts need at most, and how many seconds."""
    peaks: list[int] = []
    used: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.005):
            children = stage.children(worker)
            peaks.extend(map(_peak, children))
            used.extend(map(_used, children))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peaks, used
    finally:
        over.set()
        watcher.join()


def _peak(pid: int) -> int:
    """Return the most memory that a process has had, 0 when it is no more."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    is_job = b"companion.exports.job" in Path(f"/proc/{pid}/cmdline").read_bytes()
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) * 1024 if found and is_job else 0


def _used(pid: int) -> float:
    """Return how many seconds of a processor a process has taken, 0 when it is no more."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    user, system = told.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def _late(run: Run, share: float) -> float:
    delays: list[float] = run["delays"]
    return delays[int(share * (len(delays) - 1))]


def _exports(results: Results) -> str:
    rows = [
        (
            format,
            f"{middle(runs, lambda run: run['seconds']):.2f} s",
            f"{middle(runs, lambda run: run['bytes']) / 1e6:.1f} MB",
            f"{middle(runs, lambda run: run['cpu']):.2f} s",
            f"{middle(runs, lambda run: run['peak']) / 1e6:.0f} MB",
            f"{middle(runs, lambda run: _late(run, 0.99)):.1f} ms",
            f"{middle(runs, lambda run: _late(run, 1)):.0f} ms",
        )
        for format, runs in results.items()
    ]
    return table("format | time | size | processor | memory | others wait, p99 | at most", rows)


def _targets(results: Results) -> Iterator[Row]:
    for format, runs in results.items():
        seconds = middle(runs, lambda run: run["seconds"])
        yield verdict(f"{format}: time", seconds, SECONDS, " s")
        peak = middle(runs, lambda run: run["peak"]) / 1e6
        yield verdict(f"{format}: memory of its process", peak, MEGABYTES, " MB")
        longest = middle(runs, lambda run: _late(run, 1))
        if format in WALL_FORMATS:
            cpu = middle(runs, lambda run: run["cpu"])
            yield verdict(f"{format}: processor", cpu, PICTURE_CPU, " s")
        yield verdict(f"{format}: longest stall of the server", longest, STALL, " ms")


if __name__ == "__main__":
    main()

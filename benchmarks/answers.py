"""Measures a poll: everybody answers once within ten seconds, and hears how it stands.

An answer is seen once the last of them has heard of at least as many people as had been answered
by then. The audience is one process in Python, so its own time is in every figure.
"""

from __future__ import annotations

from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()

import argparse
import json
import os
import random
import sqlite3
import time
from bisect import bisect_left
from collections import Counter
from contextlib import closing
from typing import Any

import gevent
from gevent.pool import Pool

from benchmarks import stage
from benchmarks.crowd import Person
from benchmarks.figures import Run, machine, middle, table, verdict, verdicts
from benchmarks.options import interleaved, parser, place_of, save
from benchmarks.polls import OPTIONS, fill

AT_ONCE, LAST = 40, 3.0


class Watcher(Person):
    """Somebody on the talk's page, who notes when how many are said to have answered."""

    def __init__(self, *given: Any) -> None:
        """Have heard of nobody."""
        super().__init__(*given)
        self.people: list[int] = []
        self.moments: list[float] = []
        self.largest = 0

    def _hear(self, line: Any, said: str) -> None:
        super()._hear(line, said)
        if said.startswith('42["polls"'):
            [counts] = json.loads(said[2:])[1]["polls"].values()
            if not self.people or counts[0] > self.people[-1]:
                self.people.append(counts[0])
                self.moments.append(time.monotonic())
            self.largest = max(self.largest, len(said))

    def knows_of(self, people: int) -> float:
        """Return when so many were first heard of."""
        at = bisect_left(self.people, people)
        return self.moments[at] if at < len(self.people) else float("inf")


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    stage.BUILD.mkdir(exist_ok=True)
    print(machine(), flush=True)
    runs = [_measure(wanted) for _ in interleaved(["answers"], wanted)]
    save(wanted, {"answers": runs})
    print(_table(runs), verdicts(_targets(runs)), sep="\n")


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.set_defaults(repetitions=3)
    known.add_argument("--clients", type=int, default=1000, help="who answers [1000]")
    known.add_argument("--seconds", type=float, default=10.0, help="within so many seconds [10]")
    return known


def _measure(wanted: argparse.Namespace) -> Run:
    place, counted = place_of(wanted), Counter[str]()
    with stage.untouched(place, fill) as pids:
        os.sched_setaffinity(0, {place.audience_core})
        crowd = [Watcher(place, number, counted) for number in range(wanted.clients)]
        coming = Pool(AT_ONCE)
        for each in crowd:
            coming.spawn(_come, each)
        coming.join()
        running = stage.Running(pids, ())
        before = stage.processor_time(running)
        answering = [gevent.spawn(_answer, each, wanted.seconds) for each in crowd]
        answered = [each.value for each in gevent.joinall(answering)]
        gevent.sleep(LAST)
        cpu = stage.processor_time(running) - before
        for each in crowd:
            each.leave(politely=False)
    done = sorted(moment for status, _, moment in answered if status == 200)
    sent = {moment: began for _, began, moment in answered}
    seen = [
        (max(each.knows_of(place + 1) for each in crowd) - sent[moment]) * 1000
        for place, moment in enumerate(done)
    ]
    return {
        "clients": wanted.clients,
        "acknowledged": len(done),
        "answer_ms": sorted((moment - sent[moment]) * 1000 for moment in done),
        "seen_ms": sorted(seen),
        "bytes": max(each.largest for each in crowd),
        "ticks": counted["heard polls"] / wanted.clients,
        "cpu": cpu,
        **_audit(place),
    }


def _come(person: Watcher) -> None:
    person.open()
    person.join()


def _answer(person: Watcher, seconds: float) -> tuple[int, float, float]:
    """Answer at some moment; return the status, and when it was sent and acknowledged."""
    gevent.sleep(random.uniform(0, seconds))  # noqa: S311 (not for secrets)
    began = time.monotonic()
    status = person.post("/polls/1", option=random.randint(1, len(OPTIONS)))  # noqa: S311
    return status, began, time.monotonic()


def _audit(place: stage.Place) -> Run:
    """Return what the database has of it."""
    with closing(sqlite3.connect(stage.database(place))) as connection:
        ballots = connection.execute("SELECT count(*), count(DISTINCT author) FROM ballot")
        kept, people = ballots.fetchone()
    return {"kept": kept, "people": people}


def _at(run: Run, name: str, share: float) -> float:
    values: list[float] = run[name]
    return values[int(share * (len(values) - 1))]


def _pair(runs: list[Run], name: str) -> str:
    return " / ".join(f"{middle(runs, lambda r, q=q: _at(r, name, q)):.0f}" for q in (0.5, 0.99))  # type: ignore[misc]


def _table(runs: list[Run]) -> str:
    row = (
        f"{runs[0]['clients']:,}",
        _pair(runs, "answer_ms"),
        _pair(runs, "seen_ms"),
        f"{middle(runs, lambda run: run['cpu']):.2f}",
        f"{middle(runs, lambda run: run['ticks']):.0f}",
        f"{max(run['bytes'] for run in runs)}",
    )
    head = "answer | acknowledged after p50 / p99 ms | the last one has it after p50 / p99 ms "
    return table(head + "| server CPU s | ticks | bytes a tick, at most", [row])


def _targets(runs: list[Run]) -> list[Any]:
    return [
        verdict("not acknowledged", max(r["clients"] - r["acknowledged"] for r in runs), 0),
        verdict("acknowledged and lost", max(r["acknowledged"] - r["people"] for r in runs), 0),
        verdict("counted twice", max(r["kept"] - r["people"] for r in runs), 0),
        verdict(
            "seen by the last, p99", middle(runs, lambda run: _at(run, "seen_ms", 0.99)), 450, " ms"
        ),
        verdict("a tick", max(run["bytes"] for run in runs), 80, " bytes"),
    ]


if __name__ == "__main__":
    main()

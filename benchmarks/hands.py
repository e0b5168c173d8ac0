"""Measures the wall: how soon others see what is in a hand, at what cost; and putting down."""

from __future__ import annotations

import argparse
import http.client
import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from urllib.parse import urlencode

from benchmarks import stage
from benchmarks.figures import Row, Run, machine, middle, table, verdict, verdicts
from benchmarks.options import interleaved, parser, place_of, save
from benchmarks.stage import Place, Running
from companion import create_app
from companion.settings import read_settings
from companion.store.migrate import bring_up_to_date

NOTES, CHURN = 10, 0.03
DROPS = "drops"
# How many watch, how many hands move.
TURNS: list[tuple[int, int]] = [(100, 1), (1000, 1), (1000, 10)]
Results = dict[object, list[Run]]


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    stage.build_audience()
    if wanted.quick:
        wanted.seconds = 2.0
    print(machine(), flush=True)
    results: Results = {}
    for turn in interleaved([*TURNS, DROPS], wanted):
        run = _drops(wanted) if turn is DROPS else _drags(*turn, wanted)
        results.setdefault(turn, []).append(run)
    save(wanted, {str(turn): runs for turn, runs in results.items()})
    print(_table(results), verdicts(_targets(results)), sep="\n")


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.set_defaults(repetitions=1)
    known.add_argument("--seconds", type=float, default=6.0, help="seconds of each drag [6]")
    return known


@contextmanager
def _wall(place: Place, view: str, **settings: str) -> Iterator[Running]:
    """Serve the application as everybody has it, with ten notes on an open wall."""
    environment = stage.new_site(place) | settings
    app = create_app(read_settings(environment | {"COMPANION_RATE_LIMITS": "off"}))
    bring_up_to_date(app)
    for number in range(NOTES):
        asked = {"text": f"What is the note {number} for?", "key": f"note-number-{number}"}
        app.extensions["boards"].ask(stage.SLUG, "the-one-who-asks", asked)
    with closing(sqlite3.connect(stage.database(place))) as connection, connection:
        connection.execute("UPDATE talk SET wall = 'open'")
    auth = json.dumps({"talk": stage.SLUG, "view": view})
    options = ("--page", f"/talks/{stage.SLUG}", "--auth", auth)
    quiet = {"stdout": subprocess.DEVNULL}
    with stage.serving(place, "companion", environment, "serve", **quiet) as pid:
        yield Running((pid, *stage.children(pid)), options)


def _drags(clients: int, hands: int, wanted: argparse.Namespace) -> Run:
    """Have some move notes while the others watch, of whom a few come back all the time."""
    place = place_of(wanted)
    options = ("--hands", str(hands), "--churn", str(CHURN), "--seconds", str(wanted.seconds))
    with _wall(place, "wall") as running:
        run: Run = stage.attend(place, running, clients + hands, *options)["drag"]
    return run


def _drops(wanted: argparse.Namespace) -> Run:
    """Have a note be put down ten times a second while a hundred a second vote."""
    place = place_of(wanted)
    options = ("--vote", "1", "--seconds", "10")
    with (
        _wall(place, "board", COMPANION_RATE_LIMITS="off") as running,
        ThreadPoolExecutor() as pool,
    ):
        voting = pool.submit(stage.attend, place, running, 1000, *options)
        time.sleep(4)  # they open their pages
        took: list[tuple[float, float]] = []
        while not voting.done():
            began = time.monotonic()
            took.append((began, _drop(place, len(took))))
            time.sleep(max(0.0, began + 0.1 - time.monotonic()))
    votes = voting.result()["votes"]
    meanwhile = [ms for began, ms in took if votes["from"] <= began <= votes["until"]]
    return {"ms": sorted(meanwhile), "votes": votes}


def _drop(place: Place, number: int) -> float:
    """Put a note down; return after how many milliseconds that was acknowledged."""
    line = http.client.HTTPConnection("127.0.0.1", place.port, timeout=stage.PATIENCE)
    page, headers = f"/talks/{stage.SLUG}", {"Origin": place.site}
    line.request("GET", page, headers=headers)
    answer = line.getresponse()
    answer.read()
    headers |= {
        "Cookie": str(answer.headers["Set-Cookie"]).partition(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "HX-Request": "true",
    }
    form = urlencode({"x": number, "y": number})
    began = time.monotonic()
    line.request("POST", f"{page}/wall/notes/{number % NOTES + 1}", form, headers)
    answer = line.getresponse()
    answer.read()
    took = (time.monotonic() - began) * 1000
    line.close()
    if answer.status != 200:
        raise SystemExit(f"benchmarks: a note was not put down: {answer.status}")
    return took


def _p99(run: Run) -> float:
    return float(run["seen_ms"]["p99"])


def _cpu(run: Run) -> float:
    return float(run["cpu"]) * 100


def _bytes(run: Run) -> float:
    return float(run["bytes"])


def _drop_p99(run: Run) -> float:
    ms: list[float] = run["ms"]
    return ms[int(0.99 * (len(ms) - 1))]


def _table(results: Results) -> str:
    return table(
        "watching | hands | seen after p50 / p99 / max ms | frames a second | bytes a frame "
        "| server % of a core | came back, lost",
        (_row(*turn, results[turn]) for turn in TURNS),
    )


def _row(clients: int, hands: int, runs: list[Run]) -> tuple[object, ...]:
    seen = (middle(runs, lambda run, q=q: run["seen_ms"][q]) for q in ("p50", "p99", "max"))  # type: ignore[misc]
    return (
        f"{clients:,}",
        hands,
        " / ".join(f"{each:.0f}" for each in seen),
        f"{middle(runs, lambda run: run['frames']):.1f}",
        f"{middle(runs, _bytes):.0f}",
        f"{middle(runs, _cpu):.1f}",
        f"{sum(run['came_back'] for run in runs)}, {sum(run['lost'] for run in runs)}",
    )


def _targets(results: Results) -> list[Row]:
    few, one, ten = (results[turn] for turn in TURNS)
    drops = results[DROPS]
    unanswered = max(1000 - run["votes"]["acknowledged"] for run in drops)
    return [
        verdict("in a hand → seen by 100, p99", middle(few, _p99), 150, " ms"),
        verdict("in a hand → seen by 1,000, p99", middle(one, _p99), 250, " ms"),
        verdict("the same, ten hands", middle(ten, _p99), 250, " ms"),
        verdict("one moved note", middle(one, _bytes), 40, " bytes"),
        verdict("server, 1,000 watch ten hands", middle(ten, _cpu), 30, " % of a core"),
        verdict("ten hands ÷ one", middle(ten, _cpu) / middle(one, _cpu), 1.25),
        verdict(
            "put down → acknowledged beside 100 votes/s, p99", middle(drops, _drop_p99), 50, " ms"
        ),
        verdict("votes not acknowledged meanwhile", unanswered, 0),
    ]


if __name__ == "__main__":
    main()

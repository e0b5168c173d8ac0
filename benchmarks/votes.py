"""Measures a vote: everybody votes once within ten seconds, and hears what came of it."""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from operator import itemgetter
from pathlib import Path

from benchmarks import stage
from benchmarks.figures import Row, Run, against, machine, middle, table, verdict, verdicts
from benchmarks.options import compare, parser, place_of
from companion.board.visitors import pseudonym

SERVERS: dict[str, stage.Start] = {"Companion": stage.companion, "Node Socket.IO": stage.node}
QUESTION = 1
Results = dict[str, list[Run]]


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    stage.build()
    print(machine(), flush=True)
    results = compare(list(SERVERS), lambda name: _measure(name, wanted), wanted)
    print(_votes(results), verdicts(_targets(*results.values())), sep="\n")


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--clients", type=int, default=1000, help="who votes [1000]")
    known.add_argument("--seconds", type=float, default=10.0, help="within so many seconds [10]")
    return known


def _measure(name: str, wanted: argparse.Namespace) -> Run:
    place, ledger = place_of(wanted), stage.BUILD / f"ledger-{wanted.port}"
    ours = name == "Companion"
    with SERVERS[name](place) as running:
        options = ("--vote", str(QUESTION), "--seconds", str(wanted.seconds))
        measured = stage.attend(place, running, wanted.clients, *options, "--ledger", str(ledger))
        run: Run = measured["votes"] | {"clients": wanted.clients}
        if ours:
            late = stage.read(place, f"/benchmark/delays?from={run['from']}&until={run['until']}")
            run["delays"] = sorted(late["ms"])
    if ours:
        run |= _audit(stage.database(place), ledger)
    return run


def _audit(database: Path, ledger: Path) -> Run:
    """Compare what was acknowledged with what the database has."""
    with closing(sqlite3.connect(database)) as connection:
        (key,) = connection.execute("SELECT key FROM talk").fetchone()
        (counted,) = connection.execute("SELECT votes FROM question").fetchone()
        kept = [voter for (voter,) in connection.execute("SELECT voter FROM vote")]
    lines = [line.split("\t") for line in ledger.read_text(encoding="ascii").splitlines()]
    numbers = [int(number) for _, number in lines if int(number) > 0]
    voters = [_voter(key, cookie) for cookie, number in lines if int(number) > 0]
    return {
        "lost": len(set(voters) - set(kept)),
        "doubled": len(kept) - len(set(kept)) + len(numbers) - len(set(numbers)),
        "uncounted": abs(counted - len(kept)),
    }


def _voter(key: str, cookie: str) -> str:
    visitor = cookie.partition("=")[2].rpartition(".")[0]
    return pseudonym(key, visitor)


def _delay(run: Run, share: float) -> float:
    delays: list[float] = run["delays"]
    return delays[int(share * (len(delays) - 1))]


def _middle_delay(runs: list[Run], share: float) -> float:
    return middle(runs, lambda run: _delay(run, share))


def _per_vote(run: Run) -> float:
    return float(run["bytes"]) / float(run["clients"]) ** 2


def _votes(results: Results) -> str:
    return table(
        "server | acknowledged after p50 / p99 ms | last client has it after p50 / p99 ms "
        "| CPU s | tallies | bytes per tally | bytes per vote per attendee "
        "| loop late p50 / p99 / max ms",
        (_row(name, results[name]) for name in SERVERS),
    )


def _row(name: str, runs: list[Run]) -> tuple[str, ...]:
    late = "in memory only: no database"
    if name == "Companion":
        late = " / ".join(f"{_middle_delay(runs, share):.1f}" for share in (0.5, 0.99, 1.0))
    return (
        name,
        _pair(runs, "answer_ms"),
        _pair(runs, "last_ms"),
        f"{middle(runs, _cpu):.2f}",
        f"{middle(runs, lambda run: run['tallies']):.0f}",
        f"{middle(runs, lambda run: run['bytes'] / run['frames']):.0f}",
        f"{middle(runs, _per_vote):.1f}",
        late,
    )


def _pair(runs: list[Run], name: str) -> str:
    p50, p99 = (middle([run[name] for run in runs], itemgetter(q)) for q in ("p50", "p99"))
    return f"{p50:.1f} / {p99:.1f}"


def _p99(run: Run) -> float:
    return float(run["last_ms"]["p99"])


def _cpu(run: Run) -> float:
    return float(run["cpu"])


def _targets(runs: list[Run], node: list[Run]) -> list[Row]:
    unanswered = max(run["clients"] - run["acknowledged"] + run["refused"] for run in runs)
    return [
        verdict("votes not acknowledged", unanswered, 0),
        verdict("acknowledged votes lost", max(run["lost"] for run in runs), 0),
        verdict("votes doubled", max(run["doubled"] + run["uncounted"] for run in runs), 0),
        against("vote to last client, p99 ms ÷ Node", runs, node, _p99, 1),
        against("server CPU s in all ÷ Node", runs, node, _cpu, 2),
        verdict("event loop late, p99", _middle_delay(runs, 0.99), 5, " ms"),
        verdict(
            "a vote on the wire, per attendee",
            middle(runs, lambda run: run["bytes"] / run["frames"]),
            60,
            " bytes",
        ),
    ]


if __name__ == "__main__":
    main()

"""Measures a question's way to everybody, and a vote's, as comparable servers were measured.

All connect as fast as 64 at a time can; sixty ask, ten a second; everybody votes once within ten
seconds. Node's Socket.IO does the same without a database, an identity or a limit.
"""

from __future__ import annotations

import argparse
from operator import itemgetter

from benchmarks import stage
from benchmarks.figures import Row, Run, against, machine, middle, table, verdict, verdicts
from benchmarks.options import compare, parser, place_of

SERVERS: dict[str, stage.Start] = {"Companion": stage.companion, "Node Socket.IO": stage.node}
ASKS = 60
Results = dict[tuple[str, int], list[Run]]


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    stage.build()
    sizes = [300] if wanted.quick else [int(size) for size in wanted.clients.split(",")]
    print(machine(), flush=True)
    turns = [(name, clients) for clients in sizes for name in SERVERS]
    results = compare(turns, lambda turn: _measure(SERVERS[turn[0]], turn[1], wanted), wanted)
    print(_table(results, sizes))
    print(verdicts(row for clients in sizes for row in _targets(results, clients)))


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--clients", default="100,300,1000", help="audiences [100,300,1000]")
    known.add_argument("--seconds", type=float, default=10.0, help="in which all vote [10]")
    return known


def _measure(start: stage.Start, clients: int, wanted: argparse.Namespace) -> Run:
    place = place_of(wanted)
    with start(place) as running:
        options = ("--connect", "0", "--asks", str(ASKS), "--vote", "1")
        return stage.attend(place, running, clients, *options, "--seconds", str(wanted.seconds))


def _joined(run: Run) -> float:
    """Return how long it took until all had the page, where there is one, and were connected."""
    return float(run["pages"]["seconds"]) + _connected(run)


def _connected(run: Run) -> float:
    return float(run["connect"]["seconds"])


def _ask_p99(run: Run) -> float:
    return float(run["asks"]["last_ms"]["p99"])


def _vote_p99(run: Run) -> float:
    return float(run["votes"]["last_ms"]["p99"])


def _ask_cost(run: Run) -> float:
    return float(run["asks"]["us"])


def _vote_cpu(run: Run) -> float:
    return float(run["votes"]["cpu"])


def _kilobytes(run: Run) -> float:
    memory = run["memory"]
    return float(memory["after_kb"] - memory["before_kb"]) / float(run["clients"])


def _table(results: Results, sizes: list[int]) -> str:
    rows = [
        (
            f"{clients:,}",
            name,
            f"{middle(runs, _joined):.2f} ({middle(runs, _connected):.2f})",
            _pair(runs, "asks", "last_ms"),
            _pair(runs, "votes", "answer_ms"),
            _pair(runs, "votes", "last_ms"),
            f"{middle(runs, _ask_cost):.1f}",
            f"{middle(runs, _vote_cpu):.2f}",
            f"{middle(runs, lambda run: run['asks']['bytes']):.0f}",
            f"{middle(runs, _kilobytes):.0f}",
        )
        for clients in sizes
        for name in SERVERS
        for runs in [results[name, clients]]
    ]
    return table(
        "audience | server | all have the page and are connected (connected) s | ask → last p50 / "
        "p99 ms | vote acknowledged p50 / p99 ms | vote → last p50 / p99 ms | CPU µs per delivery "
        "of a question | CPU s for all votes | bytes per question | KB each",
        rows,
    )


def _pair(runs: list[Run], act: str, name: str) -> str:
    found = [run[act][name] for run in runs]
    p50, p99 = (middle(found, itemgetter(q)) for q in ("p50", "p99"))
    return f"{p50:.1f} / {p99:.1f}"


def _targets(results: Results, clients: int) -> list[Row]:
    ours, node, size = results["Companion", clients], results["Node Socket.IO", clients], clients
    unsaid = max(run["asks"]["lost"] + run["asks"]["doubled"] for run in ours)
    unanswered = max(run["clients"] - run["votes"]["acknowledged"] for run in ours)
    rows = [
        against(f"{size:,}: ask → last p99 ms ÷ Node", ours, node, _ask_p99, 1.2),
        against(f"{size:,}: vote → last p99 ms ÷ Node", ours, node, _vote_p99, 1),
        verdict(f"{size:,}: questions lost or doubled", unsaid, 0),
        verdict(f"{size:,}: votes not acknowledged", unanswered, 0),
    ]
    if clients == 1000:
        rows.append(against(f"{size:,}: CPU s of all votes ÷ Node", ours, node, _vote_cpu, 2))
    return rows


if __name__ == "__main__":
    main()

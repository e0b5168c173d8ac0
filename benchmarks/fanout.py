"""Measures broadcasts: how fast, how late for the last one, at what cost; and who connects how."""

from __future__ import annotations

import argparse

from benchmarks import stage
from benchmarks.figures import Row, Run, against, machine, middle, ratio, table, verdict, verdicts
from benchmarks.options import compare, parser, place_of

SERVERS: dict[str, stage.Start] = {
    "Companion": stage.companion,
    "Node Socket.IO": stage.node,
    "floor": stage.floor,
}
Results = dict[tuple[str, int], list[Run]]


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    stage.build()
    sizes = [int(size) for size in wanted.clients.split(",")]
    if wanted.quick:
        sizes, wanted.seconds = [1000], 1.0
    print(machine(), flush=True)
    turns = [(name, clients) for clients in sizes for name in SERVERS]
    results = compare(turns, lambda turn: _measure(SERVERS[turn[0]], turn[1], wanted), wanted)
    print(_broadcasts(results, sizes), _connects(results, sizes), sep="\n")
    print(verdicts(row for clients in sizes for row in _targets(results, clients)))


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--clients", default="500,1000,2000", help="audiences [500,1000,2000]")
    known.add_argument("--seconds", type=float, default=2.0, help="seconds each, at each load [2]")
    return known


def _measure(start: stage.Start, clients: int, wanted: argparse.Namespace) -> Run:
    place = place_of(wanted)
    with start(place) as running:
        options = ("--in-flight", "1,4", "--seconds", str(wanted.seconds))
        measured = stage.attend(place, running, clients, *options)
    measured["latency"], measured["load"] = measured.pop("fanout")
    return measured


def _rate(run: Run) -> float:
    return float(run["load"]["per_second"])


def _full_rate(run: Run) -> float:
    """Return broadcasts per CPU second: the rate where nothing else wants the server's core."""
    return _rate(run) / float(run["load"]["cpu"])


def _cost(run: Run) -> float:
    return float(run["load"]["us"])


def _lone_cost(run: Run) -> float:
    return float(run["latency"]["us"])


def _last(run: Run) -> float:
    return float(run["latency"]["last_ms"]["p50"])


def _last_p99(run: Run) -> float:
    return float(run["latency"]["last_ms"]["p99"])


def _kilobytes(run: Run) -> float:
    memory = run["memory"]
    return float(memory["after_kb"] - memory["before_kb"]) / float(run["clients"])


def _page_cost(run: Run) -> float:
    return float(run["pages"]["cpu"]) * 1000 / float(run["clients"])


def _broadcasts(results: Results, sizes: list[int]) -> str:
    rows = []
    for clients in sizes:
        floor, node = results["floor", clients], results["Node Socket.IO", clients]
        for name in SERVERS:
            runs = results[name, clients]
            rows.append(
                (
                    f"{clients:,}",
                    name,
                    f"{middle(runs, _last):.1f} / {middle(runs, _last_p99):.1f}",
                    f"{middle(runs, _lone_cost):.2f}",
                    f"{middle(runs, _rate):.0f}",
                    f"{middle(runs, _cost):.2f}",
                    f"{middle(runs, _full_rate):.0f}",
                    f"{ratio(runs, node, _full_rate):.2f}",
                    f"{ratio(runs, floor, _lone_cost):.2f} / {ratio(runs, floor, _cost):.2f}",
                )
            )
    return table(
        "audience | server | one in flight: last client p50 / p99 ms | µs per delivery "
        "| four in flight: broadcasts per s | µs per delivery | broadcasts per CPU s | that ÷ Node "
        "| cost ÷ floor",
        rows,
    )


def _connects(results: Results, sizes: list[int]) -> str:
    rows = [
        (
            f"{clients:,}",
            name,
            f"{middle(runs, lambda run: run['connect']['seconds']):.2f}",
            max(run["connect"]["failed"] for run in runs),
            f"{middle(runs, lambda run: run['connect']['cpu'] * 1000 / run['clients']):.2f}",
            f"{middle(runs, _kilobytes):.0f}",
            f"{middle(runs, _page_cost):.2f}" if name == "Companion" else "no page",
        )
        for clients in sizes
        for name in SERVERS
        for runs in [results[name, clients]]
    ]
    return table(
        "connect within 1 s | server | all ready after s | failed | CPU ms each | KB each "
        "| before that, a page: CPU ms each",
        rows,
    )


def _targets(results: Results, clients: int) -> list[Row]:
    ours, node = results["Companion", clients], results["Node Socket.IO", clients]
    floor, size = results["floor", clients], f"{clients:,}: "
    rows = [
        against(f"{size}broadcasts per CPU s ÷ Node", ours, node, _full_rate, 1.6, least=True),
        against(f"{size}last client p50 ms ÷ Node", ours, node, _last, 1),
        against(f"{size}last client p99 ms ÷ Node", ours, node, _last_p99, 1),
        against(f"{size}CPU µs per delivery ÷ floor, one in flight", ours, floor, _lone_cost, 1.5),
        against(f"{size}CPU µs per delivery ÷ floor, four in flight", ours, floor, _cost, 1.5),
        verdict(f"{size}broadcasts lost", max(run["load"]["lost"] for run in ours), 0),
    ]
    if clients == 1000:
        rows += [
            verdict(
                f"{size}all ready", middle(ours, lambda run: run["connect"]["seconds"]), 1.6, " s"
            ),
            verdict(f"{size}failed to connect", max(run["connect"]["failed"] for run in ours), 0),
            verdict(f"{size}memory each", middle(ours, _kilobytes), 75, " KB"),
        ]
    return rows


if __name__ == "__main__":
    main()

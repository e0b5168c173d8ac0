"""A hall arrives: hundreds open a talk's page within a second, and later all come back at once.

The least of several times counts: what else runs on the machine can only make one longer.
"""

from __future__ import annotations

import argparse
import random
import re
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask

from benchmarks import stage
from benchmarks.axes.questions import fill as fill_board
from benchmarks.figures import Row, Run, machine, table, verdict, verdicts
from benchmarks.options import interleaved, parser, place_of, save
from companion.board.visitors import Visitors, pseudonym
from companion.store.engine import db
from companion.store.models import Question, Status, Talk, Vote

TALK, BOARD = f"/talks/{stage.SLUG}", f"/talks/{stage.SLUG}/board"
PART = "HX-Request: true\r\n"
VOTES_EACH, FILES_OF = 3, 30
FILE = re.compile(r'(?:src|href)="(/static/[^"]+)"')
WHAT = {
    "healthz": "an empty route",
    "first": "first page",
    "returning": "page, with a cookie",
    "voted": "page, having voted",
    "unchanged": "resync, nothing new",
    "resync": "resync, something new",
    "resync voted": "resync, something new, having voted",
    "programme": "programme",
}
Results = dict[tuple[int, str], list[Run]]


def main() -> None:
    """Measure, and print what came of it."""
    wanted = _parser().parse_args()
    stage.BUILD.mkdir(exist_ok=True)
    sizes = [int(size) for size in wanted.questions.split(",")]
    print(machine(), flush=True)
    results: Results = defaultdict(list)
    for count in interleaved(sizes, wanted):
        for name, run in _measure(count, wanted).items():
            results[count, name].append(run)
    save(wanted, {f"{count}, {name}": runs for (count, name), runs in results.items()})
    print(_answers(results, sizes))
    print(verdicts(row for count in sizes for row in _targets(results, count)))


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--questions", default="0,40,1000", help="on the board [0,40,1000]")
    known.add_argument("--arrivals", type=int, default=300, help="within a second [300]")
    known.add_argument("--returns", type=int, default=2_000, help="resyncs at once [2000]")
    return known


def _measure(count: int, wanted: argparse.Namespace) -> dict[str, Run]:
    visitors = Visitors(stage.SECRET)
    lookers, voters = ([visitors.new() for _ in range(wanted.returns)] for _ in range(2))
    fill = partial(_fill, count, [str(visitors.read(voter)) for voter in voters])
    place = place_of(wanted)
    with stage.untouched(place, fill) as server:
        come = partial(_come, place, server)
        come([""] * 20, TALK)  # what is read and compiled once is not what is measured
        revision = _revision(place)
        return {
            "healthz": come([""] * wanted.arrivals, "/healthz"),
            "first": come([""] * wanted.arrivals, TALK),
            "returning": come(_cookies(lookers[: wanted.arrivals]), TALK),
            "voted": come(_cookies(voters[: wanted.arrivals]), TALK),
            "unchanged": come(_cookies(lookers, PART), f"{BOARD}?since={revision}"),
            "resync": come(_cookies(lookers, PART), BOARD),
            "resync voted": come(_cookies(voters, PART), BOARD),
            "programme": come([""] * wanted.arrivals, "/"),
            "files": _files(place, server),
        }


def _fill(count: int, voters: Sequence[str], app: Flask) -> None:
    """Put questions on the board, and have each voter vote for some of those that are shown."""
    if not count:
        return
    fill_board(app, count, Status.OPEN)
    with app.app_context(), db.engine.begin() as connection:
        key = connection.execute(sa.select(Talk.key)).scalar_one()
        shown = sa.select(Question.id).order_by(Question.votes.desc(), Question.id).limit(50)
        ids = connection.execute(shown).scalars().all()
        chance, now = random.Random(1), datetime.now(UTC)  # noqa: S311 (not for secrets)
        rows = [
            {"question_id": id, "voter": pseudonym(key, voter), "voted_at": now}
            for voter in voters
            for id in chance.sample(ids, min(VOTES_EACH, len(ids)))
        ]
        connection.execute(sa.insert(Vote), rows)


def _come(
    place: stage.Place, server: tuple[int, ...], each: Sequence[str], path: str
) -> dict[str, Any]:
    """Have everybody ask for the same within one second, each with headers of their own."""
    chance = random.Random(len(each))  # noqa: S311 (not for secrets)
    return stage.phones(place, server, [(chance.random(), path, more) for more in each])


def _cookies(values: Sequence[str], more: str = "") -> list[str]:
    return [f"Cookie: visitor={value}\r\n{more}" for value in values]


def _page(place: stage.Place) -> str:
    with urllib.request.urlopen(f"{place.site}{TALK}", timeout=stage.PATIENCE) as answer:
        return str(answer.read().decode())


def _revision(place: stage.Place) -> str:
    found = re.search(r'data-revision="(\d+)"', _page(place))
    return found[1] if found else ""


def _files(place: stage.Place, server: tuple[int, ...]) -> Run:
    """Have some visitors fetch all files that a page brings along, each on its own connection."""
    files = sorted(set(FILE.findall(_page(place))))
    stage.phones(place, server, [(0.0, file, "") for file in files])
    visits = [(at / 250, file, "") for at, file in enumerate(files * FILES_OF)]
    return stage.phones(place, server, visits) | {"files": len(files)}


def _cost(run: Run) -> float:
    return float(run["cpu"]) * 1000 / len(run["seconds"])


def _least(runs: Sequence[Run], pick: Callable[[Run], float]) -> float:
    return min(pick(run) for run in runs)


def _late(share: float) -> Callable[[Run], float]:
    def late(run: Run) -> float:
        return float(sorted(run["seconds"])[int(len(run["seconds"]) * share)]) * 1000

    return late


def _answers(results: Results, sizes: Sequence[int]) -> str:
    rows: list[Sequence[object]] = []
    for count in sizes:
        for name, what in WHAT.items():
            runs = results[count, name]
            asked = len(runs[0]["seconds"])
            rows.append(
                (
                    *(f"{count:,}", what, f"{asked:,}"),
                    f"{_least(runs, _cost):.2f}",
                    f"{_least(runs, _late(0.5)):.0f} / {_least(runs, _late(0.99)):.0f}",
                    f"{runs[0]['bytes'] / asked:,.0f}",
                )
            )
    head = "questions | what | within 1 s | CPU ms each | answered after p50 / p99 ms | bytes"
    return table(head, rows)


def _targets(results: Results, count: int) -> list[Row]:
    first, files = results[count, "first"], results[count, "files"]
    size, number = f"{count:,}: ", files[0]["files"]
    return [
        verdict(f"{size}CPU for a first page", _least(first, _cost), 1, " ms"),
        verdict(f"{size}its p99", _least(first, _late(0.99)), 300, " ms"),
        verdict(
            f"{size}CPU for the {number} files it brings along",
            _least(files, _cost) * number,
            25,
            " ms",
        ),
    ]


if __name__ == "__main__":
    main()

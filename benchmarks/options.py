"""What both commands take, and the order in which they measure."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.figures import Run
from benchmarks.stage import Place

T = TypeVar("T", bound=Hashable)


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of what both commands take."""
    known = argparse.ArgumentParser(description=description)
    known.add_argument("--repetitions", type=int, default=5, help="how often [5]")
    known.add_argument("--quick", action="store_true", help="a first impression, in a minute")
    known.add_argument("--port", type=int, default=8200, help="a free port [8200]")
    known.add_argument("--cores", default="0,1", help="of the server and of the audience [0,1]")
    known.add_argument("--json", type=Path, metavar="FILE", help="keep every figure here")
    return known


def place_of(wanted: argparse.Namespace) -> Place:
    """Return where to measure; on one core the two share it."""
    server, audience = (int(core) for core in wanted.cores.split(","))
    last = (os.cpu_count() or 1) - 1
    return Place(min(server, last), min(audience, last), wanted.port)


def interleaved(turns: Sequence[T], wanted: argparse.Namespace) -> Iterator[T]:
    """Yield every turn once per repetition, so that a noisy minute meets every server."""
    repetitions = min(wanted.repetitions, 2) if wanted.quick else wanted.repetitions
    began = time.monotonic()
    for repetition in range(repetitions):
        yield from turns
        took = time.monotonic() - began
        print(f"repetition {repetition + 1} of {repetitions} after {took:.0f} s", flush=True)


def compare(
    turns: Sequence[T], measure: Callable[[T], Run], wanted: argparse.Namespace
) -> dict[T, list[Run]]:
    """Measure each turn once per repetition, and keep every figure; return the runs of each."""
    results: defaultdict[T, list[Run]] = defaultdict(list)
    for turn in interleaved(turns, wanted):
        results[turn].append(measure(turn))
    save(wanted, {_in_words(turn): runs for turn, runs in results.items()})
    return results


def _in_words(turn: object) -> str:
    return ", ".join(map(str, turn)) if isinstance(turn, tuple) else str(turn)


def save(wanted: argparse.Namespace, results: dict[str, Any]) -> None:
    """Keep every figure of every run, when a file for them was named."""
    if wanted.json:
        wanted.json.write_text(json.dumps(results, indent=1), encoding="utf-8")

"""Medians, ratios and tables in Markdown."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

Run = dict[str, Any]
Row = tuple[str, str, str, str]
Pick = Callable[[Run], float]


def middle(runs: Sequence[Run], pick: Pick) -> float:
    """Return the median of one figure."""
    return median(pick(run) for run in runs)


def least(work: Callable[[], object], times: int) -> float:
    """Return the least processor seconds of so many times, after one that warms up."""
    work()
    spent = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


def ratio(ours: Sequence[Run], theirs: Sequence[Run], pick: Pick) -> float:
    """Return the median ratio of one figure, each repetition compared with itself."""
    return median(pick(our) / pick(their) for our, their in zip(ours, theirs, strict=True))


def table(head: str, rows: Iterable[Sequence[object]]) -> str:
    """Return a table; ``head`` names the columns with bars between them."""
    columns = head.count("|") + 1
    lines = [f"| {head} |", "|" + "---|" * columns]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines) + "\n"


def verdict(what: str, measured: float, bar: float, unit: str = "", *, least: bool = False) -> Row:
    """Return a row about a target; ``bar`` is the most that is allowed, or the ``least``."""
    met = measured >= bar if least else measured <= bar
    sign = "≥" if least else "≤"
    return what, f"{sign} {bar:g}{unit}", f"{measured:.3g}{unit}", "met" if met else "MISSED"


def against(
    what: str,
    ours: Sequence[Run],
    theirs: Sequence[Run],
    pick: Pick,
    bar: float,
    *,
    least: bool = False,
) -> Row:
    """Return a row about a ratio, with the two figures beside it."""
    name, bar_in_words, measured, met = verdict(what, ratio(ours, theirs, pick), bar, least=least)
    beside = f"{middle(ours, pick):.3g} ÷ {middle(theirs, pick):.3g}"
    return name, bar_in_words, f"{measured} ({beside})", met


def verdicts(rows: Iterable[Row]) -> str:
    """Return the table of targets."""
    return table("target | bar | measured | ", rows)


def machine() -> str:
    """Describe this machine in one line."""
    processors = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    models = [line.partition(": ")[2] for line in processors.splitlines() if "model name" in line]
    load = Path("/proc/loadavg").read_text(encoding="ascii").split()[0]
    return (
        f"{len(models)} × {models[0] if models else platform.machine()}, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, load {load}"
    )

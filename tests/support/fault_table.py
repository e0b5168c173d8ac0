"""What the fault tests count, as the table in `docs/reliability.md`."""

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.load import Count

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
PAPER = os.environ.get("FAULT_TABLE", "")
IS_FULL = bool(PAPER)
BEGIN, END = "<!-- the table begins -->\n", "<!-- the table ends -->\n"
HEAD = "| fault | rounds | acknowledged | lost | duplicated | recovery, median and longest |\n"
LINE = "|---|--:|--:|--:|--:|--:|\n"


@dataclass
class Row:
    """What one fault came to."""

    fault: str
    rounds: int
    count: Count
    recovery: Sequence[float] = ()

    def __str__(self) -> str:
        """Return it as a line of the table."""
        took = "–"
        if self.recovery:
            took = f"{statistics.median(self.recovery):.1f} s, {max(self.recovery):.1f} s"
        count = self.count
        return (
            f"| {self.fault} | {self.rounds} | {count.acknowledged:,} | {count.lost} "
            f"| {count.duplicated} | {took} |\n"
        )


def table(rows: Sequence[Row]) -> str:
    """Return all of it."""
    return HEAD + LINE + "".join(map(str, rows))


def rewrite(paper: Path, rows: Sequence[Row]) -> None:
    """Put the table in the place of the one that stands in a document."""
    before, _, rest = paper.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    paper.write_text(f"{before}{BEGIN}{table(rows)}{END}{after}")

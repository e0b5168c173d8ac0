"""What is wrong with a talk's file, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from companion.letters import NO_TEXT


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to put right; a fatal one keeps the file from being shown as it is now.

    What is ``only_before`` a talk is of no use to anybody once it is over.
    """

    path: Path
    line: int
    message: str
    fatal: bool
    only_before: bool = False

    def __str__(self) -> str:
        """Write it on one line, as compilers do, so that editors can jump to the file's line."""
        kind = "error" if self.fatal else "warning"
        return NO_TEXT.sub("\ufffd", f"{self.path}:{self.line}: {kind}: {_one_line(self.message)}")


def _one_line(text: str) -> str:
    return " ".join(text.split())

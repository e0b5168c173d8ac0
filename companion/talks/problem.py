"""What is wrong with a talk's file, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
        """Write it as compilers do, so that editors can jump to the line."""
        return f"{self.path}:{self.line}: {'error' if self.fatal else 'warning'}: {self.message}"

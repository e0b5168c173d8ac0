"""What is wrong with a talk's file, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from companion.talks.letters import NO_NAME, NO_TEXT


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

    def __post_init__(self) -> None:
        """Give the file a name that can be shown."""
        object.__setattr__(self, "path", Path(NO_NAME.sub("\ufffd", str(self.path))))

    def __str__(self) -> str:
        """Write it on one line, as compilers do, so that editors can jump to the file's line."""
        kind = "error" if self.fatal else "warning"
        message = " ".join(NO_TEXT.sub("\ufffd", self.message).split())
        return f"{self.path}:{self.line}: {kind}: {message}"

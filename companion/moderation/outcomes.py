"""What came of doing one thing to several questions, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from companion.board.rows import GONE
from companion.errors import Refused


@dataclass
class Outcome:
    """What became of each of the questions that something was done to."""

    seen: int = 0
    changed: int = 0
    before: str = ""
    refused: list[Refused] = field(default_factory=list)

    def note(self, *, changed: bool, by: str) -> None:
        """Count one; what is not changed was so before, and is known to be done ``by`` somebody."""
        self.seen, self.changed = self.seen + 1, self.changed + changed
        self.before = self.before if changed else by

    def in_words(self, done: str) -> str:
        """Say how many were done, or who had done it before, and why some were not."""
        return " ".join((self._done(done), *self._left_out()))

    def _done(self, done: str) -> str:
        if self.changed:
            many = self.seen + len(self.refused) > 1
            return f"{done.capitalize()} {self.changed}." if many else f"{done.capitalize()}."
        return f"Already {done} by {self.before}." if self.before else f"Already {done}."

    def _left_out(self) -> Iterator[str]:
        """Say why some were left as they are, each reason once."""
        for reason, count in Counter(map(str, self.refused)).items():
            some = "One was" if count == 1 else f"{count} were"
            yield f"{some} gone." if reason == GONE else f"{some} left as before: {reason}"

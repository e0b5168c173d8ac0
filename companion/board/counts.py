"""How many questions of a talk there are of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from companion.store.models import Kind, Status


@dataclass(frozen=True)
class Counts:
    """How many there are of what, in the whole talk, whatever was chosen; comments apart."""

    asked: int
    open: int
    answered: int
    merged: int
    declined: int
    waiting: int
    comments: int
    votes: int


class Counted(Protocol):
    """What of a question it takes to count it."""

    @property
    def status(self) -> Status:
        """Return where it stands."""

    @property
    def kind(self) -> Kind:
        """Return what it is."""

    @property
    def votes(self) -> int:
        """Return how many voted for it."""


def counts(rows: Iterable[Counted]) -> Counts:
    """Return how many there are of what; what was withdrawn counts nowhere."""
    kept = [row for row in rows if row.status is not Status.WITHDRAWN]
    questions = [row for row in kept if row.kind is Kind.QUESTION]
    by_status = Counter(row.status for row in questions)
    return Counts(
        asked=len(questions),
        open=by_status[Status.OPEN],
        answered=by_status[Status.ANSWERED],
        merged=by_status[Status.MERGED],
        declined=by_status[Status.DECLINED],
        waiting=by_status[Status.WAITING],
        comments=len(kept) - len(questions),
        votes=sum(row.votes for row in kept if row.status is not Status.MERGED),
    )

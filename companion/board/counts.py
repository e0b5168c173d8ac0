"""How many questions of a talk there are of what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import COUNTED, HEADINGS, Kind, Question, Status, Talk


@dataclass(frozen=True)
class Counts:
    """How many there are of what, in the whole talk, whatever was chosen; comments apart."""

    asked: int
    by_status: Mapping[Status, int]
    comments: int
    votes: int

    @property
    def by_name(self) -> dict[str, int]:
        """Return them all, each by the name that a file gives it."""
        statuses = {status.value: self.by_status[status] for status in COUNTED}
        return {"asked": self.asked, **statuses, "comments": self.comments, "votes": self.votes}


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
    found = Counter(row.status for row in questions)
    return Counts(
        asked=len(questions),
        by_status={status: found[status] for status in HEADINGS},
        comments=len(kept) - len(questions),
        votes=sum(row.votes for row in kept if row.status is not Status.MERGED),
    )


def by_status(session: Session, slug: str = "") -> defaultdict[str, Counter[Status]]:
    """Return how many questions of each talk, or of one, stand where; withdrawn ones nowhere."""
    query = (
        sa.select(Talk.slug, Question.status, sa.func.count(Question.id))
        .join(Talk, Talk.id == Question.talk_id)
        .where(Question.kind == Kind.QUESTION, Question.status != Status.WITHDRAWN)
        .group_by(Talk.slug, Question.status)
    )
    found: defaultdict[str, Counter[Status]] = defaultdict(Counter)
    for talk, status, count in session.execute(query.where(Talk.slug == slug) if slug else query):
        found[talk][status] = count
    return found

"""How many questions of a talk there are of what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

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


def seen(session: Session, slugs: Iterable[str], statuses: Collection[Status]) -> dict[str, Counts]:
    """Return the counts of several talks for whoever sees questions of these statuses alone.

    Those of which nothing is seen are not there.
    """
    kept = (
        sa.select(
            *(Talk.slug, Question.kind, Question.status),
            *(sa.func.count(Question.id), sa.func.sum(Question.votes)),
        )
        .join(Talk, Talk.id == Question.talk_id)
        .where(Question.status.in_(statuses), Talk.slug.in_(list(slugs)))
        .group_by(Talk.slug, Question.kind, Question.status)
    )
    found: defaultdict[str, list[Several]] = defaultdict(list)
    for slug, kind, status, number, votes in session.execute(kept):
        found[slug].append(Several(kind, status, number, int(votes)))
    return {slug: _summed(rows) for slug, rows in found.items()}


class Several(NamedTuple):
    """How many questions of a talk are of one kind and status, and their votes."""

    kind: Kind
    status: Status
    number: int
    votes: int


def _summed(rows: Iterable[Several]) -> Counts:
    asked: Counter[Status] = Counter()
    comments = votes = 0
    for row in rows:
        asked[row.status] += row.number if row.kind is Kind.QUESTION else 0
        comments += row.number if row.kind is Kind.COMMENT else 0
        votes += 0 if row.status is Status.MERGED else row.votes
    by_status = {status: asked[status] for status in HEADINGS}
    return Counts(asked.total(), by_status, comments, votes)


NOTHING = _summed(())


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

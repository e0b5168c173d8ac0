"""How a talk was rated: how many said what, and what they wrote, of enough people only."""

from __future__ import annotations

import hmac
import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rating import is_held
from companion.store.models import Talk
from companion.store.rating import DEPTHS, WORTHS, Rating

FEWEST = 5  # of fewer nothing is told: it might be known who said what


@dataclass(frozen=True)
class Spread:
    """How many chose each of a question's answers, in order; ``people`` are all who did."""

    counts: tuple[int, ...]

    @property
    def people(self) -> int:
        """Return how many answered."""
        return sum(self.counts)


@dataclass(frozen=True)
class RatingCounts:
    """How many people rated a talk, and how; a question is None that too few have answered."""

    people: int
    worth: Spread | None
    depth: Spread | None


@dataclass(frozen=True)
class Line:
    """What somebody wrote; ``key`` tells it from others, and says nothing of its author."""

    key: str
    text: str


def counts(session: Session, talk_id: int) -> RatingCounts | None:
    """Return how a talk was rated, None where too few have."""
    return counts_of(session, [talk_id]).get(talk_id)


def counts_of(session: Session, talk_ids: Collection[int]) -> Mapping[int, RatingCounts]:
    """Return how talks were rated, by their ids, those only that enough have; in one query."""
    wanted = (
        sa.select(Rating.talk_id, Rating.worth, Rating.depth, sa.func.count())
        .where(Rating.talk_id.in_(talk_ids), ~is_held())
        .group_by(Rating.talk_id, Rating.worth, Rating.depth)
    )
    rows: defaultdict[int, list[tuple[Any, Any, int]]] = defaultdict(list)
    for talk_id, worth, depth, people in session.execute(wanted):
        rows[talk_id].append((worth, depth, people))
    made = {talk_id: _counted(found) for talk_id, found in rows.items()}
    return {talk_id: found for talk_id, found in made.items() if found}


def _counted(rows: Collection[tuple[Any, Any, int]]) -> RatingCounts | None:
    people = sum(count for _, _, count in rows)
    if people < FEWEST:
        return None
    worth, depth = Counter[int](), Counter[int]()
    for chosen, deep, count in rows:
        worth[chosen] += count
        depth[deep] += count
    return RatingCounts(people, _spread(worth, WORTHS), _spread(depth, DEPTHS))


def _spread(found: Counter[int], most: int) -> Spread | None:
    spread = Spread(tuple(found[answer] for answer in range(1, most + 1)))
    return spread if spread.people >= FEWEST else None


def lines(session: Session, row: Talk) -> list[Line]:
    """Return what people wrote, in no order; nothing where too few have rated the talk.

    Whether somebody is muted changes nothing: else muting them would tell which line is theirs.
    """
    if counts(session, row.id) is None:
        return []
    wrote = sa.select(Rating.author, Rating.line).where(
        Rating.talk_id == row.id, Rating.line != "", ~is_held()
    )
    found = [Line(key_of(row, author), line) for author, line in session.execute(wrote)]
    secrets.SystemRandom().shuffle(found)
    return found


def key_of(row: Talk, author: str) -> str:
    """Return what somebody's line is known by."""
    return hmac.digest(row.key.encode(), f"line:{author}".encode(), "sha256").hex()[:32]

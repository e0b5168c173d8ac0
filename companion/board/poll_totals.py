"""A talk's polls afterwards: how many people have answered what, and nobody who has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.ballots import counted_ballots
from companion.board.polls import all_see, percent
from companion.store.models import Talk
from companion.store.polls import Poll, PollOption, PollState, Reveal

CHOICE, AWAY = "choice", "away"
STATES = {
    PollState.OPEN: PollState.OPEN.value,
    PollState.CLOSED: PollState.CLOSED.value,
    PollState.DRAFT: AWAY,  # that of one which was opened
}


@dataclass(frozen=True)
class OptionTotal:
    """One of a poll's answers; ``is_right`` is None where that was not shown to all.

    ``percent`` is None where too few have answered for one.
    """

    text: str
    votes: int
    percent: int | None = None
    is_right: bool | None = None


@dataclass(frozen=True)
class PollTotal:
    """A poll that was opened; ``people`` have answered, however many answers each chose.

    ``number`` is what its address ends with, ``state`` one of STATES. It ``is_public`` where
    everybody sees the results.
    """

    number: int
    text: str
    several: bool
    state: str
    is_public: bool
    opened_at: datetime
    closed_at: datetime | None
    people: int
    options: tuple[OptionTotal, ...]
    kind: str = CHOICE


def totals(session: Session, slug: str) -> tuple[PollTotal, ...]:
    """Return a talk's polls in the order in which they were opened, in one query.

    What has no options to choose from has no totals, and is not there.
    """
    rows = session.execute(_rows(sa.select(Talk.id).filter_by(slug=slug).scalar_subquery()))
    return tuple(_total(list(found)) for _, found in groupby(rows, attrgetter("id")))


def public(found: Iterable[PollTotal]) -> tuple[PollTotal, ...]:
    """Return the polls whose results were shown to all, and are still there to be seen."""
    return tuple(poll for poll in found if poll.is_public)


def _rows(talk: sa.ScalarSelect[int]) -> sa.Select[*tuple[Any, ...]]:
    """Return a row for each answer, with its poll; an answer that is gone counts for nothing."""
    counted = counted_ballots(talk).cte("counted")
    votes = (
        sa.select(counted.c.option_id, sa.func.count().label("votes"))
        .group_by(counted.c.option_id)
        .subquery()
    )
    people = (
        sa.select(counted.c.poll_id, sa.func.count(counted.c.author.distinct()).label("people"))
        .where(sa.not_(counted.c.is_gone))
        .group_by(counted.c.poll_id)
        .subquery()
    )
    return (
        sa.select(
            *(Poll.id, Poll.text, Poll.several, Poll.state, Poll.reveal, Poll.is_shown),
            *(Poll.is_right_shown, Poll.opened_at, Poll.closed_at),
            (Poll.people + sa.func.coalesce(people.c.people, 0)).label("people"),
            PollOption.text.label("answer"),
            (PollOption.votes + sa.func.coalesce(votes.c.votes, 0)).label("votes"),
            PollOption.is_right,
        )
        .join(PollOption, (PollOption.poll_id == Poll.id) & ~PollOption.is_gone)
        .outerjoin(votes, votes.c.option_id == PollOption.id)
        .outerjoin(people, people.c.poll_id == Poll.id)
        .where(Poll.talk_id == talk, Poll.opened_at.is_not(None))
        .order_by(Poll.opened_at, Poll.id, PollOption.position, PollOption.id)
    )


def _total(rows: list[Any]) -> PollTotal:
    poll = rows[0]
    state = PollState(poll.state)
    return PollTotal(
        number=poll.id,
        text=poll.text,
        several=poll.several,
        state=STATES[state],
        is_public=all_see(state, Reveal(poll.reveal), is_shown=poll.is_shown),
        opened_at=poll.opened_at,
        closed_at=poll.closed_at,
        people=poll.people,
        options=tuple(map(_option, rows)),
    )


def _option(row: Any) -> OptionTotal:
    is_right = row.is_right if row.is_right_shown else None
    return OptionTotal(row.answer, row.votes, percent(row.votes, row.people), is_right)

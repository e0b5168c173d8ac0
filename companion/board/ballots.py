"""Ballots counted, and forgotten: whose they are goes, and how many there were stays."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import HeldPerson, HeldState, Talk
from companion.store.polls import Ballot, Poll, PollOption, PollState


def counts(session: Session, talk_id: int) -> tuple[dict[int, int], dict[int, int]]:
    """Return how many have chosen each option, and how many people have answered each poll.

    Of what a page has dropped nobody is counted among the people.
    """
    counted = counted_ballots(talk_id).subquery()
    by_option = sa.select(counted.c.option_id, sa.func.count()).group_by(counted.c.option_id)
    by_poll = sa.select(counted.c.poll_id, sa.func.count(counted.c.author.distinct()))
    there = by_poll.where(sa.not_(counted.c.is_gone)).group_by(counted.c.poll_id)
    return _as_dict(session, by_option), _as_dict(session, there)


def counted_ballots(talk: int | sa.ScalarSelect[int]) -> sa.Select[int, int, str, bool]:
    """Return what is counted on a talk: nothing of those whom the desk holds or excludes."""
    held = sa.exists().where(
        HeldPerson.talk_id == Poll.talk_id,
        HeldPerson.author == Ballot.author,
        HeldPerson.state != HeldState.LET_IN,
    )
    return (
        sa.select(Ballot.poll_id, Ballot.option_id, Ballot.author, PollOption.is_gone)
        .join(Poll, Poll.id == Ballot.poll_id)
        .join(PollOption, PollOption.id == Ballot.option_id)
        .where(Poll.talk_id == talk, ~held)
    )


def _as_dict(session: Session, counts: sa.Select[Any]) -> dict[int, int]:
    return {int(id): int(count) for id, count in session.execute(counts)}


def forget(session: Session, row: Talk, author: str) -> list[int]:
    """Delete all that somebody has answered on a talk; return in which polls that was."""
    here = Ballot.poll_id.in_(sa.select(Poll.id).filter_by(talk_id=row.id))
    mine = sa.delete(Ballot).where(here, Ballot.author == author).returning(Ballot.poll_id)
    return sorted(set(session.scalars(mine)))


def answered_by(session: Session, row: Talk, authors: sa.Select[str]) -> list[int]:
    """Return which polls of a talk some people have answered."""
    mine = sa.select(Ballot.poll_id).join(Poll, Poll.id == Ballot.poll_id).distinct()
    here = Poll.talk_id == row.id, Ballot.author.in_(authors)
    return sorted(session.scalars(mine.where(*here)))


def keep_totals(session: Session, row: Talk) -> None:
    """Close a talk's polls, and keep how many have answered what instead of who has.

    Of an answer that the page has dropped none are kept: nobody of them is among the people.
    """
    votes, people = counts(session, row.id)
    here = Poll.talk_id == row.id
    mine = sa.select(PollOption.id).join(Poll, Poll.id == PollOption.poll_id).where(here)
    there = set(session.scalars(mine.where(sa.not_(PollOption.is_gone))))
    votes = {id: count for id, count in votes.items() if id in there}
    session.execute(
        sa.update(Poll).where(here, Poll.state == PollState.OPEN).values(state=PollState.CLOSED)
    )
    for table, found, total in ((PollOption, votes, "votes"), (Poll, people, "people")):
        for id, count in found.items():
            step = {total: getattr(table, total) + count}
            session.execute(sa.update(table).where(table.id == id).values(step))
    of_talk = sa.select(Poll.id).where(here)
    session.execute(sa.delete(Ballot).where(Ballot.poll_id.in_(of_talk)))

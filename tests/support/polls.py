"""Polls without a page: two that a page prepares, opened, answered and counted."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from companion.board import answering
from companion.board.events import BallotsChanged
from companion.board.polls import PollRecord, as_seen, chosen, records
from companion.moderation import polls
from companion.moderation.retention import forget_visitors
from companion.store.models import Talk
from companion.talks.polls import PreparedPoll
from tests.support.clock import DURING

ONE = PreparedPoll("Which scheduler do you use?", ("Slurm", "PBS", "none"), right=("Slurm",))
SEVERAL = PreparedPoll("What would you learn?", ("Rust", "Zig", "Julia"), several=True)
TEA = PreparedPoll("Tea?", ("Yes", "No"))


def prepare(room, *wanted: PreparedPoll) -> None:
    room.becomes(page=replace(room.page, polls=wanted))


def run(grace, do: str, poll: PreparedPoll = ONE, **more: object) -> str:
    return grace.do(polls.run, poll.key, do, **more)


def poll_of(room, asked: PreparedPoll = ONE) -> PollRecord:
    with Session(room.engine) as session:
        found = records(session, room.loader.load(session).row)
    return next(poll for poll in found if poll.key == asked.key)


def answer(room, who: str, *options: str, of: PreparedPoll = ONE, **more: int) -> None:
    poll = poll_of(room, of)
    ids = [option.id for option in poll.options if option.text in options]
    room.write(lambda change, talk: answering.answer(change, talk, who, poll.id, ids, **more))


def counted(room, of: PreparedPoll = ONE) -> tuple[int, dict[str, int]]:
    poll = poll_of(room, of)
    return poll.people, {option.text: option.votes for option in poll.options}


def seen(room, who: str, of: PreparedPoll = ONE) -> Collection[str]:
    """Return what somebody's page says that they have answered."""
    with Session(room.engine) as session:
        row = room.loader.load(session).row
        views = as_seen(records(session, row), chosen(session, row, who))
    return next(view.chosen for view in views if view.text == of.ask)


def forget(room) -> None:
    """Have all that is personal be forgotten, as it is thirty days later."""

    def work(change, talk) -> None:
        row = change.session.get(Talk, talk.row.id)
        forget_visitors(change.session, row, DURING + timedelta(days=30))

    room.write(work)


def told_of_ballots(listener) -> list[int]:
    return [event.poll for event in listener.heard() if isinstance(event, BallotsChanged)]

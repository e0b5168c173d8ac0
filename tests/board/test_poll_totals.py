"""A talk's polls afterwards: the same totals as at the desk, in one query, and nobody's answer."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import ballots
from companion.board.poll_totals import public, totals
from companion.board.polls import records
from companion.store.models import HeldPerson, HeldState, Talk
from companion.store.polls import Ballot, PollState, Reveal
from tests.support.clock import STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import make_talk
from tests.support.poll_rows import make_poll
from tests.support.queries import counted_queries


def read(engine, slug="talk"):
    with Session(engine) as session:
        return totals(session, slug)


def counted(engine):
    """Return how many have answered the first poll, and what; the desk says the same."""
    with Session(engine) as session:
        poll, *_ = totals(session, "talk")
        desk = next(one for one in records(session, make_talk(session)) if one.id == poll.number)
    assert (poll.people, [(option.text, option.votes) for option in poll.options]) == (
        desk.people,
        [(option.text, option.votes) for option in desk.options],
    )
    return poll.people, {option.text: option.votes for option in poll.options}


def hold(engine, author, state):
    with Session(engine) as session, session.begin():
        talk = make_talk(session)
        session.add(HeldPerson(talk_id=talk.id, author=author, at=STARTS, state=state, batch=0))


def one_of(engine, poll):
    """Return somebody who has answered a poll."""
    with Session(engine) as session:
        mine = sa.select(Ballot.author).filter_by(poll_id=poll).order_by(Ballot.author)
        return session.scalars(mine).first()


@on_both_databases
def test_it_counts_as_the_desk_does(engine):
    make_poll(engine, {"Slurm": 2, "PBS": 3, "none": 0, "Flux": 4}, gone="Flux")

    assert counted(engine) == (5, {"Slurm": 2, "PBS": 3, "none": 0})


@pytest.mark.parametrize(
    ("state", "people"), [(HeldState.EXCLUDED, 2), (HeldState.HELD, 2), (HeldState.LET_IN, 3)]
)
def test_whom_the_desk_keeps_out_counts_for_nothing(engine, state, people):
    poll = make_poll(engine, {"Slurm": 3, "PBS": 0})
    hold(engine, one_of(engine, poll), state)

    assert counted(engine) == (people, {"Slurm": people, "PBS": 0})


def test_whoever_chose_several_is_one_person(engine):
    poll = make_poll(engine, {"C": 2, "Rust": 0}, several=True)
    with Session(engine) as session, session.begin():
        [record] = records(session, make_talk(session))
        rust = next(option.id for option in record.options if option.text == "Rust")
        author = session.scalars(sa.select(Ballot.author)).first()
        session.add(Ballot(poll_id=poll, author=author, slot=rust, option_id=rust))

    assert counted(engine) == (2, {"C": 2, "Rust": 1})


@on_both_databases
def test_totals_stay_when_ballots_are_forgotten(engine):
    make_poll(engine, {"Slurm": 2, "PBS": 8, "Flux": 1}, gone="Flux", state=PollState.OPEN)
    before = counted(engine)
    with Session(engine) as session, session.begin():
        ballots.keep_totals(session, session.scalars(sa.select(Talk)).one())

    assert counted(engine) == before == (10, {"Slurm": 2, "PBS": 8})
    [poll] = read(engine)
    assert [option.percent for option in poll.options] == [20, 80]
    assert poll.state == "closed"


def test_only_what_was_opened_is_there_in_the_order_of_opening(engine):
    make_poll(engine, {"a": 0}, "Second?", opened_at=STARTS + timedelta(minutes=9))
    make_poll(engine, {"a": 0}, "Never?", opened_at=None, state=PollState.DRAFT)
    make_poll(engine, {"a": 0}, "First?", state=PollState.DRAFT)
    make_poll(engine, {}, "Without options?")

    found = read(engine)

    assert [(poll.text, poll.state, poll.kind) for poll in found] == [
        ("First?", "away", "choice"),
        ("Second?", "closed", "choice"),
    ]
    assert read(engine, "another-talk") == ()


@pytest.mark.parametrize(
    ("values", "is_public"),
    [
        ({"state": PollState.CLOSED}, True),
        ({"state": PollState.DRAFT}, False),
        ({"state": PollState.DRAFT, "is_shown": True}, False),
        ({"state": PollState.DRAFT, "reveal": Reveal.LIVE}, False),
        ({"state": PollState.OPEN}, False),
        ({"state": PollState.OPEN, "is_shown": True}, True),
        ({"state": PollState.OPEN, "reveal": Reveal.LIVE}, True),
        ({"state": PollState.OPEN, "reveal": Reveal.VOTING}, False),
    ],
)
def test_it_knows_what_everybody_may_see_as_the_board_does(engine, values, is_public):
    make_poll(engine, {"a": 1}, **values)

    found = read(engine)

    assert bool(public(found)) is is_public
    with Session(engine) as session:
        assert [poll.is_public for poll in records(session, make_talk(session))] == [is_public]


@pytest.mark.parametrize(("is_shown", "right"), [(False, [None, None]), (True, [False, True])])
def test_what_is_right_is_known_once_it_was_shown(engine, is_shown, right):
    make_poll(engine, {"C": 1, "Rust": 1}, right="Rust", is_right_shown=is_shown)

    assert [option.is_right for option in read(engine)[0].options] == right


@pytest.mark.parametrize("count", [1, 3])
def test_it_is_one_query_however_many(engine, count):
    for _ in range(count):
        make_poll(engine, {"a": 1, "b": 2})
    with Session(engine) as session, counted_queries() as queries:
        found = totals(session, "talk")

    assert (len(found), len(queries)) == (count, 1)

"""Ballots counted, deleted and forgotten, and who hears of it."""

import pytest

from companion.board import ballots
from companion.board.events import BallotsChanged, DeskChanged
from companion.board.prepared_polls import follow_page
from companion.board.provisional import hold
from companion.board.questions import delete_own
from companion.errors import Refused
from companion.moderation.newcomers import decide
from companion.store.polls import Ballot, PollState
from tests.support.clock import DURING
from tests.support.factories import count_rows
from tests.support.people import ADA, BOB, EVE
from tests.support.polls import (
    ONE,
    SEVERAL,
    answer,
    counted,
    forget,
    poll_of,
    prepare,
    run,
    seen,
    told_of_ballots,
)


@pytest.fixture(autouse=True)
def prepared(room) -> None:
    """Have two polls in the talk's page."""
    prepare(room, ONE, SEVERAL)


def test_who_deletes_what_is_theirs_deletes_their_answers(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    answer(room, BOB, "Slurm")

    room.write(lambda change, talk: delete_own(change, talk, ADA))

    assert counted(room) == (1, {"Slurm": 1, "PBS": 0, "none": 0})
    assert seen(room, ADA) == ()


def test_in_the_end_totals_stay_and_nobodys_ballot(room, grace):
    run(grace, "open", SEVERAL)
    answer(room, ADA, "Rust", "Zig", of=SEVERAL)
    answer(room, BOB, "Rust", of=SEVERAL)
    before = counted(room, SEVERAL)

    forget(room)
    forget(room)

    assert counted(room, SEVERAL) == before == (2, {"Rust": 2, "Zig": 1, "Julia": 0})
    assert count_rows(room.engine, Ballot) == 0
    assert poll_of(room, SEVERAL).state is PollState.CLOSED


def test_nothing_is_forgotten_of_other_talks(room, other_room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")

    other_room.write(lambda change, talk: ballots.forget(change.session, talk.row, ADA))
    other_room.write(lambda change, talk: ballots.keep_totals(change.session, talk.row))

    assert count_rows(room.engine, Ballot) == 1


def test_totals_stay_as_they_are_whatever_the_page_brings_back_or_drops(room, grace):
    run(grace, "open")
    for who, option in ((ADA, "PBS"), (BOB, "PBS"), (EVE, "Slurm")):
        answer(room, who, option)
    prepare(room, ONE._replace(options=("Slurm", "none")), SEVERAL)
    run(grace, "close")
    forget(room)
    before = counted(room)

    for options in (ONE.options, ("PBS", "Flux")):
        prepare(room, ONE._replace(options=options), SEVERAL)
        assert not room.write(lambda change, talk: follow_page(change.session, talk))
        assert counted(room) == before == (1, {"Slurm": 1, "none": 0})


def test_a_poll_with_totals_is_not_opened_again(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    run(grace, "close")
    closed = grace.desk().log[0].id
    assert grace.desk().polls[0].can_open
    forget(room)

    assert not grace.desk().polls[0].can_open
    with pytest.raises(Refused, match=r"counted for good\. Ask anew"):
        run(grace, "open")
    with pytest.raises(Refused, match="That cannot be undone"):
        grace.undo(closed)

    assert poll_of(room).state is PollState.CLOSED


def test_letting_newcomers_in_is_told_to_those_who_see_counts_and_so_is_undoing_it(
    room, grace, listener
):
    run(grace, "open", SEVERAL)
    run(grace, "open")
    answer(room, ADA, "Slurm")
    answer(room, EVE, "PBS", over_budget=True)
    listener.heard()

    grace.do(decide, "let_in")
    assert told_of_ballots(listener) == [poll_of(room).id]
    grace.undo_last()
    assert told_of_ballots(listener) == [poll_of(room).id]
    assert counted(room)[0] == 1


def test_the_desk_hears_once_of_whoever_is_held_for_an_answer(room, grace, listener):
    run(grace, "open")
    listener.heard()

    answer(room, EVE, "PBS", over_budget=True)
    assert [type(event) for event in listener.heard()] == [DeskChanged, BallotsChanged]
    answer(room, EVE, "Slurm", over_budget=True)
    assert [type(event) for event in listener.heard()] == [BallotsChanged]


def test_newcomers_who_answered_nothing_are_no_news_of_polls(room, grace, listener):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    room.write(lambda change, talk: hold(change.session, talk.row.id, EVE, DURING))
    listener.heard()

    grace.do(decide, "let_in")

    assert told_of_ballots(listener) == []

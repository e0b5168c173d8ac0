"""Answering a poll: counted once a person, whatever is sent; held, muted and refused."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import answering
from companion.board.events import BallotsChanged
from companion.board.questions import delete_own
from companion.board.rules import BoardState
from companion.errors import Refused
from companion.moderation import new_polls
from companion.moderation.context import set_mute
from companion.moderation.newcomers import decide
from companion.store.polls import Ballot
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows
from tests.support.people import ADA, BOB, EVE
from tests.support.polls import ONE, SEVERAL, answer, counted, poll_of, prepare, run, seen


@pytest.fixture(autouse=True)
def prepared(room) -> None:
    """Have two polls in the talk's page."""
    prepare(room, ONE, SEVERAL)


@on_both_databases
def test_each_person_counts_once_whatever_they_send(room, grace):
    run(grace, "open")

    for option in ("Slurm", "Slurm", "PBS"):
        answer(room, ADA, option)
    answer(room, BOB, "Slurm")

    assert counted(room) == (2, {"Slurm": 1, "PBS": 1, "none": 0})
    assert seen(room, ADA) == ("PBS",)
    assert count_rows(room.engine, Ballot) == 2


@on_both_databases
def test_of_several_answers_people_are_counted_and_not_ticks(room, grace):
    run(grace, "open", SEVERAL)

    answer(room, ADA, "Rust", "Zig", of=SEVERAL)
    answer(room, BOB, "Rust", of=SEVERAL)
    answer(room, ADA, "Rust", "Julia", of=SEVERAL)

    assert counted(room, SEVERAL) == (2, {"Rust": 2, "Zig": 0, "Julia": 1})


@on_both_databases
def test_an_older_answer_that_is_sent_late_replaces_none_that_came_after(room, grace, listener):
    run(grace, "open")
    answer(room, ADA, "Slurm", turn=1)
    answer(room, ADA, "PBS", turn=3)
    listener.heard()

    for option, turn in (("Slurm", 2), ("none", 3), ("Slurm", 1)):
        with pytest.raises(Refused, match="You have answered otherwise since") as refused:
            answer(room, ADA, option, turn=turn)
        assert refused.value.field == "turn"
    answer(room, ADA, "PBS", turn=3)

    assert counted(room) == (1, {"Slurm": 0, "PBS": 1, "none": 0})
    assert listener.heard() == []


def test_the_same_chosen_once_more_is_newer_than_what_was_kept_meanwhile(room, grace, listener):
    run(grace, "open")
    answer(room, ADA, "Slurm", turn=1)
    listener.heard()
    answer(room, ADA, "Slurm", turn=3)

    with pytest.raises(Refused, match="You have answered otherwise since"):
        answer(room, ADA, "PBS", turn=2)

    assert listener.heard() == []
    assert seen(room, ADA) == ("Slurm",)


def test_without_a_turn_an_answer_is_the_newest(room, grace):
    run(grace, "open", SEVERAL)
    answer(room, ADA, "Rust", "Zig", of=SEVERAL, turn=7)
    answer(room, ADA, "Julia", of=SEVERAL)

    with pytest.raises(Refused, match="You have answered otherwise since"):
        answer(room, ADA, "Rust", of=SEVERAL, turn=8)

    answer(room, ADA, "Rust", of=SEVERAL, turn=9)
    assert seen(room, ADA, SEVERAL) == ("Rust",)


def test_each_has_turns_of_their_own_and_after_deleting_begins_anew(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm", turn=5)
    answer(room, BOB, "PBS", turn=1)
    room.write(lambda change, talk: delete_own(change, talk, ADA))

    answer(room, ADA, "none", turn=1)

    assert counted(room) == (2, {"Slurm": 0, "PBS": 1, "none": 1})


def test_the_database_itself_counts_nobody_twice(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")

    def cheat(change, _talk) -> None:
        row = change.session.scalars(sa.select(Ballot)).one()
        other = poll_of(room).options[1].id
        change.session.execute(
            sa.insert(Ballot).values(
                poll_id=row.poll_id, author=row.author, slot=row.slot, option_id=other
            )
        )

    with pytest.raises(sa.exc.IntegrityError):
        room.write(cheat)


def test_an_answer_is_told_of_once_and_the_same_again_is_silence(room, grace, listener):
    run(grace, "open")
    listener.heard()

    answer(room, ADA, "Slurm")
    answer(room, ADA, "Slurm")

    assert [type(event) for event in listener.heard()] == [BallotsChanged]


@pytest.mark.parametrize(
    ("do", "options", "said"),
    [
        ("open", (), "Choose one of the answers."),
        ("open", ("Slurm", "PBS"), "Choose one of the answers."),
        ("close", ("Slurm",), "This poll is closed. Look at its results instead."),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_leaves_the_one_before(
    room, grace, do, options, said
):
    run(grace, "open")
    answer(room, ADA, "PBS")
    run(grace, do)

    with pytest.raises(Refused, match=said):
        answer(room, ADA, *options)

    assert counted(room) == (1, {"Slurm": 0, "PBS": 1, "none": 0})


def test_the_answers_of_another_poll_are_none_here(room, grace):
    run(grace, "open", SEVERAL)
    run(grace, "open")
    foreign = poll_of(room, SEVERAL).options[0].id
    for poll, option in ((poll_of(room).id, foreign), (999, foreign), (0, 0), (2**40, 1)):
        with pytest.raises(Refused, match="There is no such poll any more"):
            room.write(
                lambda change, talk, poll=poll, option=option: answering.answer(
                    change, talk, ADA, poll, [option]
                )
            )


def test_answers_of_people_who_are_held_count_once_the_desk_lets_them_in(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    answer(room, EVE, "PBS", over_budget=True)
    assert counted(room) == (1, {"Slurm": 1, "PBS": 0, "none": 0})

    grace.do(decide, "let_in")

    assert counted(room) == (2, {"Slurm": 1, "PBS": 1, "none": 0})


def test_a_closed_board_takes_no_answers_and_opens_no_poll(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    room.becomes(state=BoardState.CLOSED)

    with pytest.raises(Refused, match=r"The board is closed\."):
        answer(room, BOB, "PBS")
    run(grace, "close")
    for do in (
        lambda: run(grace, "open"),
        lambda: grace.do(new_polls.make, {"ask": "Tea?", "options": "Yes\nNo", "open": "1"}),
    ):
        with pytest.raises(Refused, match=r"The board is closed\. Open it first, or for votes"):
            do()
    assert counted(room) == (1, {"Slurm": 1, "PBS": 0, "none": 0})

    room.becomes(state=BoardState.VOTES)
    run(grace, "open")
    answer(room, BOB, "PBS")
    assert counted(room)[0] == 2


def test_answers_of_whoever_is_muted_count_as_their_votes_do(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    with Session(room.engine) as session:
        author = session.scalars(sa.select(Ballot.author)).one()
    grace.do(set_mute, author, True)

    answer(room, ADA, "PBS")

    assert counted(room) == (1, {"Slurm": 0, "PBS": 1, "none": 0})

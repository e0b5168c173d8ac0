"""A page that changes its polls: answers to all that is as it was are kept."""

import pytest

from companion.board.events import PollsChanged
from companion.board.prepared_polls import follow_page
from companion.moderation import new_polls
from tests.support.people import ADA, BOB, EVE
from tests.support.polls import ONE, SEVERAL, TEA, answer, counted, poll_of, prepare, run, seen


@pytest.fixture(autouse=True)
def prepared(room) -> None:
    """Have two polls in the talk's page."""
    prepare(room, ONE, SEVERAL)


def test_a_page_that_changes_keeps_the_answers_to_what_did_not(room, grace):
    run(grace, "open")
    for who, option in ((ADA, "Slurm"), (BOB, "PBS"), (EVE, "Slurm")):
        answer(room, who, option)

    prepare(room, ONE._replace(options=("none", "slurm", "Flux")), SEVERAL)
    assert room.write(lambda change, talk: follow_page(change.session, talk))

    assert counted(room) == (2, {"none": 0, "slurm": 2, "Flux": 0})
    (dropped,) = grace.desk().polls[0].dropped
    assert (dropped.text, dropped.votes) == ("PBS", 1)
    assert seen(room, BOB) == ()
    assert not room.write(lambda change, talk: follow_page(change.session, talk))

    prepare(room, ONE, SEVERAL)
    run(grace, "close")
    assert counted(room) == (3, {"Slurm": 2, "PBS": 1, "none": 0})


def test_a_poll_of_the_desk_that_the_page_asks_as_well_is_the_pages(room, grace):
    grace.do(new_polls.make, {"ask": TEA.ask, "options": "Yes\nNever", "open": "1"})
    answer(room, ADA, "Yes", of=TEA)
    answer(room, BOB, "Never", of=TEA)

    prepare(room, ONE, TEA)
    assert room.write(lambda change, talk: follow_page(change.session, talk))

    assert counted(room, TEA) == (1, {"Yes": 1, "No": 0})
    (dropped,) = grace.desk().polls[1].dropped
    assert (dropped.text, dropped.votes) == ("Never", 1)


def test_a_draft_of_the_desk_is_opened_as_the_page_has_it(room, grace):
    grace.do(new_polls.make, {"ask": TEA.ask, "options": "Yes\nNever"})
    prepare(room, ONE, TEA)

    run(grace, "open", TEA)

    assert [option.text for option in poll_of(room, TEA).options] == ["Yes", "No"]
    assert not grace.desk().polls[1].can_delete


@pytest.mark.parametrize("is_answered", [False, True])
def test_how_many_can_be_chosen_follows_the_page_until_somebody_has_answered(
    room, grace, is_answered
):
    run(grace, "open")
    if is_answered:
        answer(room, ADA, "Slurm")

    prepare(room, ONE._replace(several=True))
    assert room.write(lambda change, talk: follow_page(change.session, talk)) is not is_answered

    assert poll_of(room).several is not is_answered
    assert grace.desk().polls[0].keeps_several is is_answered


def test_what_the_page_changed_is_told_of_though_it_was_so_already(room, grace, listener):
    run(grace, "open")
    listener.heard()
    prepare(room, ONE._replace(ask="Which  scheduler do you USE?"))

    assert run(grace, "open") == "It was so already."
    assert [type(event) for event in listener.heard()] == [PollsChanged]
    assert poll_of(room).text == "Which  scheduler do you USE?"
    assert run(grace, "open") == "It was so already."
    assert listener.heard() == []


def test_what_else_the_page_changed_of_an_answered_poll_is_told_of(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")

    prepare(room, ONE._replace(ask="WHICH scheduler do you use?", several=True))

    assert room.write(lambda change, talk: follow_page(change.session, talk))

"""What those who run a talk do with its polls, what cannot be done, and what can be undone."""

import pytest
from sqlalchemy.orm import Session

from companion.board.events import PollsChanged
from companion.board.polls import as_seen, records
from companion.errors import Refused
from companion.moderation import new_polls, polls
from companion.store.polls import Ballot, PollState
from companion.talks.polls import PreparedPoll
from tests.support.factories import count_rows
from tests.support.moderation import RT
from tests.support.people import ADA
from tests.support.polls import ONE, SEVERAL, answer, counted, poll_of, prepare, run


@pytest.fixture(autouse=True)
def prepared(room) -> None:
    """Have two polls in the talk's page."""
    prepare(room, ONE, SEVERAL)


def test_one_is_open_at_a_time(room, grace):
    run(grace, "open")
    run(grace, "open", SEVERAL)

    assert poll_of(room).state is PollState.CLOSED
    assert not poll_of(room).on_screen
    assert poll_of(room, SEVERAL).state is PollState.OPEN
    assert poll_of(room, SEVERAL).on_screen


def test_opening_can_be_undone_and_brings_the_one_before_back(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    run(grace, "open", SEVERAL)

    grace.undo_last()

    assert poll_of(room).state is PollState.OPEN
    assert poll_of(room, SEVERAL).state is PollState.DRAFT
    assert counted(room)[0] == 1


def test_what_another_did_since_is_not_undone(room, grace):
    run(grace, "open")
    first = grace.desk().log[0].id
    run(grace, "close", who=RT)

    with pytest.raises(Refused, match="Somebody has changed it since"):
        grace.undo(first)

    assert poll_of(room).state is PollState.CLOSED


def test_each_step_is_logged_and_the_same_twice_is_once(room, grace, listener):
    listener.heard()

    assert run(grace, "open") == "The poll is open."
    assert [type(event) for event in listener.heard()] == [PollsChanged]
    assert run(grace, "open") == "It was so already."
    assert listener.heard() == []
    for do in ("show", "close", "right", "off", "screen"):
        run(grace, do)

    assert [line.words for line in reversed(grace.desk().log)] == [
        "opened a poll",
        "showed a poll’s results",
        "closed a poll",
        "showed a poll’s right answer",
        "took a poll off the screen",
        "put a poll on the screen",
    ]


@pytest.mark.parametrize(
    ("poll", "do", "said"),
    [
        (ONE, "close", "It is not open. Open it first."),
        (ONE, "show", "It is not open. Open it first."),
        (ONE, "screen", "It is not open. Open it first."),
        (ONE, "right", "It is still open. Close it first."),
        (ONE, "burn", "Choose what to do with the poll."),
        (PreparedPoll("Never?", ("a", "b")), "open", "There is no such poll any more."),
    ],
)
def test_what_cannot_be_done_says_what_can(grace, poll, do, said):
    with pytest.raises(Refused, match=said):
        run(grace, do, poll)


def test_a_right_answer_has_to_be_there_to_be_shown(grace):
    run(grace, "open", SEVERAL)
    run(grace, "close", SEVERAL)

    with pytest.raises(Refused, match="None of its answers is marked as right"):
        run(grace, "right", SEVERAL)


def test_one_that_is_put_away_is_seen_by_nobody_until_it_is_opened_again(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    with pytest.raises(Refused, match=r"It is still open\. Close it first\."):
        run(grace, "away")
    run(grace, "close")
    run(grace, "away")

    with Session(room.engine) as session:
        assert as_seen(records(session, room.loader.load(session).row)) == ()
    assert grace.screen().poll is None
    run(grace, "open")
    assert counted(room)[0] == 1


def test_what_was_made_at_the_desk_can_be_deleted_once_it_is_away(room, grace):
    grace.do(new_polls.make, {"ask": "Tea?", "options": "Yes\nNo", "open": "1"})
    tea = PreparedPoll("Tea?", ("Yes", "No"))
    answer(room, ADA, "Yes", of=tea)
    with pytest.raises(Refused, match=r"Everybody sees it\. Put it away first\."):
        grace.do(polls.delete, tea.key)
    run(grace, "close", tea)
    run(grace, "away", tea)

    assert grace.do(polls.delete, tea.key) == "The poll is deleted."

    assert [each.poll.text for each in grace.desk().polls] == [ONE.ask, SEVERAL.ask]
    assert count_rows(room.engine, Ballot) == 0
    with pytest.raises(Refused, match="There is no such poll any more"):
        grace.do(polls.delete, tea.key)


def test_undoing_a_close_opens_no_second_poll(room, grace):
    run(grace, "open")
    run(grace, "close")
    closed = grace.desk().log[0].id
    run(grace, "open", SEVERAL, who=RT)

    with pytest.raises(Refused, match="Somebody has changed it since"):
        grace.undo(closed)

    assert poll_of(room).state is PollState.CLOSED
    assert poll_of(room, SEVERAL).state is PollState.OPEN


def test_undoing_puts_no_second_poll_on_the_screen(room, grace):
    run(grace, "open")
    run(grace, "off")
    taken_off = grace.desk().log[0].id
    run(grace, "close")
    run(grace, "open", SEVERAL, who=RT)

    with pytest.raises(Refused, match="Somebody has changed it since"):
        grace.undo(taken_off)

    assert not poll_of(room).on_screen
    assert poll_of(room, SEVERAL).on_screen


def test_a_poll_that_the_page_dropped_can_be_deleted_once_it_is_away(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    run(grace, "close")
    run(grace, "away")
    with pytest.raises(Refused, match=r"The page asks it\. Take it out there first\."):
        grace.do(polls.delete, ONE.key)
    prepare(room, SEVERAL)
    assert [each.can_delete for each in grace.desk().polls] == [False, True]

    assert grace.do(polls.delete, ONE.key) == "The poll is deleted."

    assert [each.key for each in grace.desk().polls] == [SEVERAL.key]
    assert count_rows(room.engine, Ballot) == 0

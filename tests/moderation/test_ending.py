"""A talk's end: what is Now then is answered, and goes on if the talk does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from companion.errors import Refused
from companion.moderation import actions, controls, ending, now_and_next
from companion.store.models import Status
from tests.support.clock import STARTS
from tests.support.factories import question_row, talk_row
from tests.support.people import ADA, BOB

ENDS = STARTS + timedelta(hours=1)
LATER = ENDS + timedelta(minutes=3)


@pytest.fixture
def now(room, grace):
    """Return the question that is Now as the talk ends; another is Next."""
    question, following = room.ask(ADA).id, room.ask(BOB).id
    grace.act("now", question)
    grace.act("next", following)
    return question


def settle(room, at=LATER):
    room.becomes(now=at)
    room.write(ending.settle)


def stands(engine, question):
    row = question_row(engine, question)
    return row.status, row.answered_at


def slots(engine):
    row = talk_row(engine)
    return row.now_id, row.next_id


def test_what_is_now_at_the_end_is_answered_as_of_then(room, grace, engine, now):
    settle(room)

    assert stands(engine, now) == (Status.ANSWERED, ENDS)
    assert stands(engine, now + 1) == (Status.OPEN, None)
    assert slots(engine) == (None, None)
    [newest, *_] = grace.desk().log
    assert newest.who == "the schedule"
    assert "as the talk ended" in newest.words
    assert newest.undoable


def test_it_is_settled_once(room, engine, now):
    settle(room)
    revision = room.revision()

    settle(room)

    assert room.revision() == revision


def test_before_the_end_nothing_is_settled(room, engine, now):
    settle(room, ENDS - timedelta(seconds=1))

    assert stands(engine, now) == (Status.OPEN, None)
    assert slots(engine) == (now, now + 1)


def test_undoing_it_leaves_the_question_open_and_not_now(room, grace, engine, now):
    settle(room)

    grace.undo_last()
    settle(room)

    assert stands(engine, now) == (Status.OPEN, None)
    assert slots(engine) == (None, None)


def test_ending_the_talk_at_the_desk_is_one_action_with_it(room, grace, engine, now):
    grace.do(controls.time, "end")
    assert stands(engine, now) == (Status.ANSWERED, room.loader.now)

    grace.undo_last()

    assert stands(engine, now) == (Status.OPEN, None)
    assert slots(engine) == (now, now + 1)


@pytest.mark.parametrize("how", ["extend", "page"])
def test_a_talk_that_goes_on_has_it_now_again(room, grace, engine, now, how):
    settle(room)

    if how == "extend":
        grace.do(controls.time, "extend")
    else:
        planned = room.page.planned
        longer = replace(planned, ends=ENDS + timedelta(hours=1))
        room.becomes(page=replace(room.page, planned=longer))
        room.write(ending.settle)

    assert stands(engine, now) == (Status.OPEN, None)
    assert slots(engine) == (now, now + 1)

    settle(room, ENDS + timedelta(hours=2))
    assert stands(engine, now)[0] is Status.ANSWERED


def test_back_to_the_schedule_takes_the_early_end_back(room, grace, engine, now):
    grace.do(controls.time, "end")

    grace.do(controls.time, "resume")

    assert stands(engine, now) == (Status.OPEN, None)
    assert slots(engine)[0] == now


def test_what_somebody_has_decided_meanwhile_stays(room, grace, engine, now):
    settle(room)
    grace.act("restore", now)

    grace.do(controls.time, "extend")

    assert stands(engine, now) == (Status.OPEN, None)
    assert slots(engine) == (None, None)


@pytest.mark.parametrize("verb", ["now", "next"])
def test_nothing_is_taken_up_after_the_end(room, grace, engine, now, verb):
    settle(room)

    with pytest.raises(Refused, match="5 minutes more"):
        grace.act(verb, now + 1)
    with pytest.raises(Refused, match="5 minutes more"):
        grace.do(now_and_next.advance, None, now + 1)
    grace.do(actions.room, {"text": "What was asked in the room at last?"})

    assert slots(engine) == (None, None)


def test_what_only_a_press_would_end_ends_with_the_talk(room, grace):
    grace.do(controls.message, "2 more questions")
    grace.do(controls.switch, {"slow": "1"})
    assert (grace.queue().message.text, grace.desk().switches.slow) == ("2 more questions", True)

    grace.do(controls.time, "end")

    assert (grace.queue().message.text, grace.desk().message.text) == ("", "")
    assert not grace.desk().switches.slow
    assert not room.board(ADA).slow


def test_what_is_pressed_after_the_end_is_meant(room, grace):
    room.becomes(now=LATER)
    grace.do(controls.message, "Would you answer the rest in writing?")
    grace.do(controls.switch, {"slow": "1"})

    assert grace.queue().message.text
    assert grace.desk().switches.slow

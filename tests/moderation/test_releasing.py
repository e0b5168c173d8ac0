"""What was merged into a withdrawn question comes back as it was before it was merged."""

import pytest

from companion.board.events import (
    AskerTold,
    DeskChanged,
    QuestionHeld,
    QuestionHidden,
    QuestionOpened,
)
from companion.store.models import Status
from tests.support.factories import make_question, question_row, set_status
from tests.support.people import ADA, BOB, EVE


@pytest.mark.parametrize("moderated", [True, False])
@pytest.mark.parametrize(
    ("before", "event"), [(Status.OPEN, QuestionOpened), (Status.WAITING, QuestionHeld)]
)
def test_it_is_as_it_was_whatever_holds_now(
    room, grace, engine, listener, moderated, before, event
):
    first, second = room.ask(ADA).id, make_question(engine, author=BOB, status=before)
    grace.merge(second, first)
    room.becomes(moderated=moderated)
    listener.heard()

    room.withdraw(ADA, first)

    assert question_row(engine, second).status is before
    assert [type(heard) for heard in listener.heard()] == [QuestionHidden, event, AskerTold]
    shown = [second] if before is Status.OPEN else []
    assert [card.id for card in room.board(EVE).cards] == shown


def test_a_muted_askers_question_is_not_published_by_somebody_elses_withdrawal(room, grace, engine):
    from companion.moderation import actions

    first, second = room.ask(ADA).id, room.ask(BOB).id
    grace.do(actions.mute, second, wanted=True)
    held = room.ask(BOB, "And another thing, from one who is muted").id
    grace.merge(held, first)

    room.withdraw(ADA, first)

    assert question_row(engine, held).status is Status.WAITING


def test_each_of_a_group_has_its_own_past(room, grace, engine):
    first, second = room.ask(ADA).id, room.ask(BOB).id
    waiting = make_question(engine, author=EVE, status=Status.WAITING)
    grace.merge(waiting, second)
    grace.merge(second, first)

    room.withdraw(ADA, first)

    assert question_row(engine, second).status is Status.OPEN
    assert question_row(engine, waiting).status is Status.WAITING


@pytest.mark.parametrize("part", ["unmerge", "withdraw"])
def test_what_nobody_knows_the_past_of_waits(room, grace, engine, part):
    first, second = room.ask(ADA).id, room.ask(BOB).id
    grace.merge(second, first)
    grace.act("delete", make_question(engine))  # forgets that question, and no other
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM action")

    if part == "unmerge":
        grace.unmerge(second)
    else:
        room.withdraw(ADA, first)

    assert question_row(engine, second).status is Status.WAITING


def test_what_was_held_back_takes_its_group_with_it_unseen(room, grace, engine, listener):
    first = make_question(engine, author=ADA, status=Status.WAITING)
    second = make_question(engine, author=BOB, status=Status.WAITING)
    grace.merge(second, first)
    listener.heard()

    room.withdraw(ADA, first)

    assert [type(heard) for heard in listener.heard()] == [DeskChanged, QuestionHeld, AskerTold]
    assert room.board().cards == ()
    set_status(engine, second, Status.OPEN)
    assert [card.id for card in room.board().cards] == [second]


def test_a_vote_that_was_taken_back_meanwhile_counts_no_more(room, grace, engine):
    first, second = room.ask(ADA).id, room.ask(BOB).id
    room.vote(EVE, second)
    grace.merge(second, first)
    room.vote(EVE, first, wanted=False)

    room.withdraw(ADA, first)

    assert question_row(engine, second).votes == 0

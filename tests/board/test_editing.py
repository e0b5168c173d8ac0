from datetime import timedelta

import pytest

from companion.board.events import (
    DeskChanged,
    QuestionEdited,
    QuestionHeld,
    QuestionHidden,
    TalkChanged,
)
from companion.board.questions import note_new_page
from companion.board.rows import GONE
from companion.board.rules import BoardState
from companion.errors import Refused
from companion.store.models import Kind, Status
from tests.support.clock import DURING
from tests.support.factories import make_question, question_row, set_status
from tests.support.listener import shown
from tests.support.people import ADA, BOB, EVE

NEW = "How do bees find food?"
DONE = (Status.ANSWERED, Status.DECLINED, Status.MERGED)


@pytest.fixture
def question(engine):
    """Return Ada's question; making it was revision 1."""
    return make_question(engine, author=ADA, voters=(BOB,))


@pytest.fixture
def waiting(engine):
    return make_question(engine, author=ADA, status=Status.WAITING)


def test_an_edit_changes_the_words_and_keeps_the_votes(room, question, listener):
    room.becomes(now=DURING + timedelta(minutes=1))

    asked = room.edit(ADA, question, NEW, detail="Far away", kind="comment")

    assert (asked.id, asked.status) == (question, Status.OPEN)
    card = room.card(question, BOB)
    assert (card.text, card.detail, card.kind) == (NEW, "Far away", Kind.COMMENT)
    assert (card.edited, card.votes, card.voted) == (True, 1, True)
    assert listener.heard() == [shown(QuestionEdited, "talk", 2, 1, question)]
    assert (room.board().revision, room.board().public_revision) == (2, 2)


def test_an_edit_leaves_the_name_and_the_time_of_asking(room, engine):
    question = make_question(engine, author=ADA, name="Ada")
    before = room.card(question)

    room.edit(ADA, question, NEW, name="Somebody else")

    after = room.card(question)
    assert (after.name, after.asked_at) == (before.name, before.asked_at)


def test_the_same_edit_twice_is_once(room, question, listener):
    room.edit(ADA, question, NEW)
    listener.heard()
    room.edit(ADA, question, NEW)

    assert (listener.heard(), room.revision()) == ([], 2)


def test_saving_what_is_there_already_is_no_edit(room, question, listener):
    there = room.card(question)
    room.becomes(moderated=True)

    room.edit(ADA, question, there.text, detail=there.detail)

    assert (listener.heard(), room.card(question)) == ([], there)


def test_on_a_moderated_board_an_edit_goes_back_to_the_moderator(room, question, listener):
    room.becomes(moderated=True)

    assert room.edit(ADA, question, NEW).status is Status.WAITING

    assert listener.heard() == [QuestionHidden("talk", revision=2, after=1, question=question)]
    assert room.board(BOB).cards == ()
    assert [(card.text, card.status) for card in room.board(ADA).mine] == [(NEW, Status.WAITING)]


@pytest.mark.parametrize("moderated", [True, False])
def test_an_edit_of_what_is_held_stays_held_and_is_told_to_the_desk_alone(
    room, waiting, listener, moderated
):
    room.becomes(moderated=moderated)

    assert room.edit(ADA, waiting, NEW).status is Status.WAITING
    held = QuestionHeld("talk", revision=2, after=0, question=waiting)
    assert (listener.heard(), room.board(BOB).cards) == ([held], ())
    assert (room.revision(), room.board().public_revision) == (2, 0)


@pytest.mark.parametrize("status", DONE)
def test_what_is_dealt_with_is_locked(room, question, listener, engine, status):
    set_status(engine, question, status)
    before = question_row(engine, question).text

    with pytest.raises(Refused, match="cannot be changed any more"):
        room.edit(ADA, question, NEW)
    with pytest.raises(Refused, match="cannot be taken back any more"):
        room.withdraw(ADA, question)

    after = question_row(engine, question)
    assert (listener.heard(), after.text, after.status) == ([], before, status)


def test_what_is_withdrawn_cannot_be_edited(room, question, listener):
    room.withdraw(ADA, question)
    listener.heard()

    with pytest.raises(Refused):
        room.edit(ADA, question, NEW)

    assert listener.heard() == []


@pytest.mark.parametrize("state", [BoardState.VOTES, BoardState.CLOSED])
def test_words_change_only_while_the_board_is_open(room, question, listener, state):
    room.becomes(state=state)

    with pytest.raises(Refused, match="The board"):
        room.edit(ADA, question, NEW)

    assert listener.heard() == []


@pytest.mark.parametrize("who", [BOB, EVE])
def test_nobody_changes_what_somebody_else_asked(room, question, listener, who):
    with pytest.raises(Refused, match=r"^Only the browser that asked this can change it\."):
        room.edit(who, question, NEW)
    with pytest.raises(Refused, match=r"^Only the browser that asked this can change it\."):
        room.withdraw(who, question)

    assert (listener.heard(), room.card(question).status) == ([], Status.OPEN)


def test_somebody_elses_waiting_question_might_as_well_not_exist(room, waiting):
    for refused in (
        lambda: room.edit(BOB, waiting, NEW),
        lambda: room.withdraw(BOB, waiting),
        lambda: room.card(waiting, BOB),
        lambda: room.card(waiting),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert str(refusal.value) == GONE


def test_another_talks_question_cannot_be_changed_from_here(room, other_room, listener):
    there = other_room.ask(ADA).id
    listener.heard()

    for refused in (
        lambda: room.edit(ADA, there, NEW),
        lambda: room.withdraw(ADA, there),
        lambda: room.card(there, ADA),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert str(refusal.value) == GONE
    assert listener.heard() == []


def test_a_card_of_a_talk_that_nobody_wrote_on(room):
    with pytest.raises(Refused) as refusal:
        room.card(1)

    assert str(refusal.value) == GONE


def test_withdrawing_takes_it_off_the_board_once(room, question, listener):
    room.withdraw(ADA, question)
    room.withdraw(ADA, question)

    assert listener.heard() == [QuestionHidden("talk", revision=2, after=1, question=question)]
    assert (room.board(BOB).cards, room.board(ADA).mine, room.board().total) == ((), (), 0)


def test_withdrawing_what_is_held_is_told_to_the_desk_alone(room, waiting, listener):
    room.withdraw(ADA, waiting)

    assert listener.heard() == [DeskChanged("talk", revision=2, after=0)]
    assert (room.board().public_revision, room.board(ADA).mine) == (0, ())


@pytest.mark.parametrize("state", list(BoardState))
def test_ones_own_words_can_always_be_taken_back(room, question, state):
    room.becomes(state=state)

    room.withdraw(ADA, question)

    assert room.board(ADA).mine == ()


def test_a_new_page_is_a_change_that_is_announced(room, question, listener):
    room.writer(lambda change: note_new_page(change, room.loader.lock(change.session)))

    assert listener.heard() == [TalkChanged("talk", revision=2, after=1)]
    assert (room.board().revision, room.board().public_revision) == (2, 2)


def test_a_new_page_of_a_talk_that_nobody_wrote_on(room, listener):
    room.writer(lambda change: note_new_page(change, room.loader.lock(change.session)))

    assert listener.heard() == [TalkChanged("talk", revision=1, after=0)]

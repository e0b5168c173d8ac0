"""What is taken up in the room: now, next and what somebody asked aloud."""

from datetime import timedelta

from companion.board.events import QuestionHidden
from companion.moderation import now_and_next
from companion.store.models import Question, Status
from tests.support.clock import DURING, STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import question_row
from tests.support.people import ADA, BOB, EVE
from tests.support.talks import read_programme

pytestmark = on_both_databases


def row(room, question: int) -> Question:
    return question_row(room.engine, question)


def test_now_and_next_go_on_with_their_times(room, grace):
    first, second, third = room.ask(ADA).id, room.ask(BOB).id, room.ask(EVE).id
    room.vote(ADA, third)
    assert grace.desk().top.id == third

    grace.do(now_and_next.advance, None)
    grace.act("next", second)
    room.becomes(now=DURING + timedelta(minutes=4))
    grace.do(now_and_next.advance, third)

    done = row(room, third)
    assert (done.status, done.now_at, done.answered_at) == (
        Status.ANSWERED,
        DURING,
        DURING + timedelta(minutes=4),
    )
    found = grace.desk()
    assert (found.now.id, found.next, found.top.id) == (second, None, first)
    assert grace.do(now_and_next.advance, third) == "Somebody has gone on to the next one already."
    assert grace.desk().now.id == second


def test_whats_taken_from_the_room_is_nobodys_own(room, grace):
    grace.say("Somebody asked this aloud")
    grace.say("And somebody asked that as well")

    found = grace.desk()
    assert (found.now.text, found.next.text) == (
        "Somebody asked this aloud",
        "And somebody asked that as well",
    )
    assert (found.now.asked_aloud, found.now.author) == (True, "")
    assert not any(card.own for card in room.board().cards)
    assert all(card.asked_aloud for card in room.board(ADA).cards)
    assert room.board(ADA).mine == ()
    grace.undo_last()
    assert [card.text for card in room.board().cards] == ["Somebody asked this aloud"]


def test_the_pace_is_what_it_took_so_far(make_settings, folder, room, grace):
    page = read_programme(make_settings()).find("talk")
    room.becomes(page=page, now=STARTS + timedelta(minutes=44))
    ids = [room.ask(who).id for who in (ADA, BOB, EVE)]
    assert grace.queue().pace is None
    grace.act("now", ids[0])
    room.becomes(now=STARTS + timedelta(minutes=48))
    grace.do(now_and_next.advance, ids[0])

    assert grace.queue().pace == 3


def test_a_withdrawn_question_leaves_its_slot(room, grace, listener):
    question = room.ask(ADA).id
    grace.act("now", question)
    listener.heard()

    room.withdraw(ADA, question)

    assert (grace.desk().now, grace.screen().now) == (None, None)
    assert [type(event) for event in listener.heard()] == [QuestionHidden]

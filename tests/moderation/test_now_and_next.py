"""Now and Next hold what is open, and nothing gets on the board by way of them."""

import pytest

from companion.errors import Refused
from companion.moderation import answers, controls, now_and_next
from companion.store.models import Status
from tests.support.factories import make_question, question_row, set_status, talk_row
from tests.support.people import ADA, BOB

HIDDEN = (Status.WAITING, Status.DECLINED, Status.WITHDRAWN, Status.MERGED)


def taken_slots(engine) -> tuple[int | None, int | None]:
    talk = talk_row(engine)
    return talk.now_id, talk.next_id


@pytest.mark.parametrize("status", HIDDEN)
def test_going_on_answers_nothing_that_was_hidden_meanwhile(room, grace, engine, status):
    first, second = room.ask(ADA).id, room.ask(BOB).id
    grace.act("now", first)
    set_status(engine, first, status)

    grace.do(now_and_next.advance, None, second)

    assert question_row(engine, first).status is status
    assert taken_slots(engine)[0] in (second, None)
    assert grace.desk().now is None or grace.desk().now.id == second


@pytest.mark.parametrize("status", [*HIDDEN, Status.ANSWERED])
def test_going_on_leaves_out_a_next_that_is_not_open_any_more(room, grace, engine, status):
    first, second = room.ask(ADA).id, room.ask(BOB).id
    grace.act("next", first)
    set_status(engine, first, status)

    grace.do(now_and_next.advance, None, second)

    assert question_row(engine, first).status is status
    assert taken_slots(engine) == (second, None)


@pytest.mark.parametrize("status", HIDDEN)
def test_taking_up_another_answers_nothing_that_was_hidden(room, grace, engine, status):
    first, second = room.ask(ADA).id, room.ask(BOB).id
    grace.act("now", first)
    set_status(engine, first, status)

    grace.act("now", second)

    assert (question_row(engine, first).status, taken_slots(engine)) == (status, (second, None))


@pytest.mark.parametrize("slot", ["now", "next"])
@pytest.mark.parametrize("leaves", ["decline", "archive", "merge", "withdraw", "hold", "answer"])
def test_whatever_takes_a_question_off_frees_its_slot(room, grace, engine, slot, leaves):
    question, other = room.ask(ADA).id, make_question(engine, status=Status.ANSWERED)
    grace.act(slot, question)

    if leaves == "merge":
        grace.merge(question, other)
    elif leaves == "withdraw":
        room.withdraw(ADA, question)
    elif leaves == "answer":
        grace.do(answers.answer, question, "So.")
    elif leaves == "hold" and slot == "now":
        with pytest.raises(Refused):
            room.edit(ADA, question, "Something else entirely")
        return
    elif leaves == "hold":
        room.becomes(moderated=True)
        room.edit(ADA, question, "Something else entirely")
    else:
        grace.act(leaves, question, reason="other")

    assert taken_slots(engine) == (None, None)


@pytest.mark.parametrize("verb", ["answered"])
def test_what_nobody_approved_is_not_answered(room, grace, engine, listener, verb):
    question = make_question(engine, status=Status.WAITING)

    with pytest.raises(Refused, match=r"^Approve it first\.$"):
        grace.act(verb, question)
    with pytest.raises(Refused, match=r"^Approve it first\.$"):
        grace.do(answers.answer, question, "So.")

    assert (question_row(engine, question).status, listener.heard()) == (Status.WAITING, [])


@pytest.mark.parametrize(
    ("verb", "words"), [("now", "approved and taken up"), ("next", "approved and put next")]
)
def test_taking_up_what_waits_approves_it_and_says_so(room, grace, engine, verb, words):
    question = make_question(engine, "Who has approved this one?", status=Status.WAITING)

    assert grace.act(verb, question) == f"{words.capitalize()}."

    assert [line.words for line in grace.desk().log] == [f"{words} “Who has approved this one?”"]
    assert (question_row(engine, question).status, question_row(engine, question).handled_by) == (
        Status.OPEN,
        "Grace",
    )
    grace.undo_last()
    assert question_row(engine, question).status is Status.WAITING
    assert taken_slots(engine) == (None, None)


def test_the_log_says_which_question_was_taken_up_and_which_was_the_last(room, grace):
    first, second = (room.ask(ADA, f"How do {who} find home?").id for who in ("bees", "ants"))
    grace.act("now", first)

    grace.act("now", second)
    grace.do(now_and_next.advance, second)

    said = [line.words for line in grace.desk().log]
    assert said[:2] == ["answered “How do ants find home?”", "taken up “How do ants find home?”"]


def test_taking_up_what_is_open_is_no_approval(room, grace):
    question = room.ask(ADA, "How do bees find home?").id

    assert grace.act("now", question) == "Taken up."
    assert [line.words for line in grace.desk().log] == ["taken up “How do bees find home?”"]


def test_a_comment_is_not_asked_for_an_answer(room, grace):
    comment = room.ask(ADA, "That was a fine talk about bees.", kind="comment").id
    grace.do(controls.switch, {"ranked": "1"})

    assert grace.desk().top is None
    assert (grace.queue().unanswered, grace.queue().upcoming, grace.queue().open) == ((), (), 0)
    assert (grace.screen().ranked, grace.screen().open) == ((), 0)
    assert grace.do(now_and_next.advance, None) == "There is no open question."

    grace.act("now", comment)  # a moderator may all the same
    assert grace.queue().now.id == comment

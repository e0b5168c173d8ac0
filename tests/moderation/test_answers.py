"""The speaker answers in writing once the talk is over, and nobody writes over somebody else."""

from datetime import timedelta

import pytest

from companion.errors import Refused
from companion.moderation import answers, controls, now_and_next
from companion.store.models import Status
from tests.support.clock import STARTS
from tests.support.factories import make_question, question_row, talk_row
from tests.support.moderation import GRACE, RT, SPEAKER
from tests.support.talks import read_programme

PHASES = {"upcoming": -60, "doors": -5, "talk": 20, "qa": 50}


@pytest.fixture
def at(make_settings, folder, room):
    """Return what makes it so many minutes after the talk's start."""
    page = read_programme(make_settings()).find("talk")
    return lambda minutes: room.becomes(page=page, now=STARTS + timedelta(minutes=minutes))


@pytest.fixture
def over(at):
    at(61)


def settle(grace, question: int, how: str, text: str = "", seen: str = "", who=SPEAKER) -> str:
    return grace.do(answers.settle, question, how, text, seen, who=who)


def mark(grace, question: int) -> str:
    found = grace.queue()
    shown = (*found.unanswered, *found.answered_cards, *found.skipped)
    return next(card.answer_hash for card in shown if card.id == question)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("how", ["answer", "skip", "unskip", "done"])
def test_while_the_talk_runs_the_speaker_does_not_write(
    room, grace, engine, listener, at, phase, how
):
    at(PHASES[phase])
    question = make_question(engine)

    with pytest.raises(Refused):
        settle(grace, question, how, "They dance.")
    assert (question_row(engine, question).status, listener.heard()) == (Status.OPEN, [])


def test_a_speaker_who_drives_may_say_what_is_answered_but_not_write(room, grace, engine, at):
    at(PHASES["qa"])
    question = make_question(engine)
    grace.do(controls.switch, {"speaker_may_advance": "1"})

    with pytest.raises(Refused, match="Once the talk is over"):
        settle(grace, question, "answer", "They dance.")
    assert settle(grace, question, "done") == "Marked as answered."


def test_a_talk_that_was_ended_early_is_over_and_one_that_runs_over_is_not(room, grace, engine, at):
    question = make_question(engine)
    at(50)
    grace.do(controls.time, "end")
    assert settle(grace, question, "answer", "They dance.") == "The answer is on the board."

    grace.do(controls.time, "extend")
    with pytest.raises(Refused, match="Once the talk is over"):
        settle(grace, question, "answer", "They do not.")


def test_a_moderator_is_not_bound_by_the_phase(grace, engine, at):
    at(20)

    assert settle(grace, make_question(engine), "answer", "So.", who=GRACE) != ""


@pytest.mark.usefixtures("over")
def test_the_speaker_answers_what_stayed_open(room, grace, engine):
    first = make_question(engine)
    second = make_question(engine, votes=1)
    third = make_question(engine)
    assert [card.id for card in grace.queue().unanswered] == [second, first, third]

    settle(grace, second, "answer", "They **dance**.")
    settle(grace, first, "skip")
    settle(grace, third, "done")

    assert grace.queue().unanswered == ()
    assert [card.id for card in grace.queue().skipped] == [first]
    assert "<strong>dance</strong>" in room.card(second).answer_html
    statuses = [question_row(engine, id).status for id in (first, second, third)]
    assert statuses == [Status.OPEN, Status.ANSWERED, Status.ANSWERED]


@pytest.mark.usefixtures("over")
def test_one_question_at_a_time_is_to_be_answered(grace, engine):
    assert (grace.queue().turn.card, grace.queue().turn.following) == (None, 0)
    first, second, third = (make_question(engine, votes=3 - n) for n in range(3))

    turns = [grace.queue(at).turn for at in (0, second, third, 10**6)]

    found = [(turn.card.id, turn.place, turn.before, turn.after) for turn in turns]
    assert found == [
        (first, 1, None, second),
        (second, 2, first, third),
        (third, 3, second, None),
        (first, 1, None, second),
    ]
    assert [turn.following for turn in turns] == [second, third, second, second]


@pytest.mark.usefixtures("over")
def test_the_speaker_changes_and_takes_back_what_they_wrote(room, grace, engine):
    question = make_question(engine)
    settle(grace, question, "answer", "They dance.")
    changed = settle(grace, question, "answer", "They sing.", mark(grace, question))
    assert (changed, room.card(question).answer) == ("The answer is on the board.", "They sing.")

    assert settle(grace, question, "answer", "", mark(grace, question)) == (
        "The answer is taken back."
    )
    assert (room.card(question).answer, room.card(question).status) == ("", Status.OPEN)
    assert [card.id for card in grace.queue().unanswered] == [question]
    assert settle(grace, question, "answer", "") == "There is no answer to take back."


def test_what_was_answered_aloud_stays_answered_when_the_writing_goes(room, grace, engine, at):
    question = make_question(engine)
    grace.act("now", question)
    grace.do(now_and_next.advance, question)
    at(61)
    settle(grace, question, "answer", "They dance.")

    settle(grace, question, "answer", "", mark(grace, question))

    assert room.card(question).status is Status.ANSWERED


@pytest.mark.usefixtures("over")
@pytest.mark.parametrize("meanwhile", ["They sing.", ""])
def test_an_answer_that_somebody_changed_meanwhile_is_not_overwritten(
    room, grace, engine, listener, meanwhile
):
    question = make_question(engine)
    grace.do(answers.answer, question, "They dance.")
    shown = mark(grace, question)
    grace.do(answers.answer, question, meanwhile, who=RT)
    listener.heard()

    with pytest.raises(Refused, match=r"^RT has changed this answer meanwhile\..*is kept"):
        settle(grace, question, "answer", "They hum.", shown)
    assert (room.card(question).answer, listener.heard()) == (meanwhile, [])

    settle(grace, question, "answer", "They hum.", mark(grace, question))
    assert room.card(question).answer == "They hum."


@pytest.mark.usefixtures("over")
def test_an_answer_nobody_had_shown_the_speaker_is_not_overwritten(room, grace, engine):
    question = make_question(engine)
    grace.do(answers.answer, question, "They dance.", who=GRACE)

    with pytest.raises(Refused, match=r"^Grace has changed this answer meanwhile\."):
        settle(grace, question, "answer", "They hum.")
    assert room.card(question).answer == "They dance."


@pytest.mark.usefixtures("over")
def test_who_undid_an_answer_has_changed_it(room, grace, engine):
    question = make_question(engine)
    settle(grace, question, "answer", "They dance.")
    shown = mark(grace, question)
    grace.undo_last(who=RT)

    with pytest.raises(Refused, match=r"^RT has changed"):
        settle(grace, question, "answer", "They hum.", shown)


@pytest.mark.usefixtures("over")
def test_the_same_answer_twice_is_once(grace, engine, listener):
    question = make_question(engine)
    settle(grace, question, "answer", "They dance.")
    listener.heard()

    assert settle(grace, question, "answer", "They dance.") == "The board says that already."
    assert listener.heard() == []


def test_a_moderator_who_names_what_was_there_is_warned_as_well(room, grace, engine):
    question = make_question(engine)
    grace.do(answers.answer, question, "They dance.", who=RT)

    with pytest.raises(Refused, match=r"^RT has changed"):
        grace.do(answers.answer, question, "They hum.", "")
    assert grace.do(answers.answer, question, "They hum.") == "The answer is on the board."


@pytest.mark.usefixtures("over")
def test_skipping_is_a_state_that_is_wanted(grace, engine, listener):
    question = make_question(engine)

    for _ in range(2):
        assert settle(grace, question, "skip") == "Skipped."
        assert grace.queue().unanswered == ()
    listener.heard()
    settle(grace, question, "skip")
    assert listener.heard() == []
    for _ in range(2):
        assert settle(grace, question, "unskip") == "It is in the list again."
        assert [card.id for card in grace.queue().unanswered] == [question]


@pytest.mark.usefixtures("over")
def test_what_is_answered_is_not_skipped(grace, engine):
    question = make_question(engine, status=Status.ANSWERED)

    assert settle(grace, question, "skip") == "It is answered already."
    assert question_row(engine, question).reason == ""


@pytest.mark.usefixtures("over")
@pytest.mark.parametrize("how", ["answer", "skip", "unskip", "done"])
@pytest.mark.parametrize("status", [Status.WAITING, Status.DECLINED, Status.MERGED])
def test_the_speaker_never_reaches_what_is_not_public(grace, engine, listener, status, how):
    question = make_question(engine, status=status)

    with pytest.raises(Refused):
        settle(grace, question, how, "Hm.")
    found = grace.queue()
    assert (found.now, found.upcoming, found.unanswered, found.answered_cards) == (None, (), (), ())
    assert (found.skipped, grace.screen().ranked, listener.heard()) == ((), (), [])


@pytest.mark.usefixtures("over")
def test_an_answer_has_a_length(grace, engine):
    with pytest.raises(Refused, match="4,000"):
        settle(grace, make_question(engine), "answer", "x" * 4_001)


def test_only_the_message_that_was_shown_is_acknowledged(room, grace, engine, listener):
    grace.do(controls.message, "Two more questions")
    first = round(talk_row(engine).message_at.timestamp() * 1000)
    room.becomes(now=room.loader.now + timedelta(milliseconds=1))
    grace.do(controls.message, "No, only one")
    second = round(talk_row(engine).message_at.timestamp() * 1000)
    listener.heard()

    assert grace.do(controls.read_message, first, who=SPEAKER) == "There is a newer message."
    assert (grace.desk().message.read_at, listener.heard()) == (None, [])

    for _ in range(2):
        assert grace.do(controls.read_message, second, who=SPEAKER) == ""
    assert grace.desk().message.read_at == room.loader.now
    assert len(listener.heard()) == 1


def test_a_message_that_was_taken_back_needs_no_acknowledgement(grace, listener):
    assert grace.do(controls.read_message, 0, who=SPEAKER) == ""
    grace.do(controls.message, "Two more questions")
    grace.do(controls.message, "")
    listener.heard()

    assert grace.do(controls.read_message, 1, who=SPEAKER) == ""
    assert listener.heard() == []

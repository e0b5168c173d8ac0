"""What is heard on a board, and by whom it is not."""

import re

import pytest

from companion.store.models import Question
from tests.support.factories import count_rows, question_row
from tests.support.pages import Browser

WORDS = "How do compilers find their own bugs?"


def test_everyone_at_the_talk_hears_a_question_and_nobody_elsewhere(arrive):
    ada, bob, eve = arrive(), arrive(), arrive("elsewhere")

    asked = ada.ask(WORDS)

    assert asked == {"ok": True, "id": asked["id"], "status": "open"}
    assert ada.heard() == bob.heard() == [("#questions", "beforeend")]
    assert eve.heard() == []


def test_a_waiting_question_is_heard_by_nobody(arrive):
    ada, bob = arrive("moderated"), arrive("moderated")

    asked = ada.ask("Is this <b>on</b> yet, please?")

    assert asked["status"] == "waiting"
    assert ada.heard() == bob.heard() == []
    assert "Is this" in ada.board()
    assert "Is this" not in bob.board()


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("edit", [("#question-{}-body", "outerMorph")]),
        ("withdraw", [("#question-{}", "delete")]),
    ],
)
def test_a_change_by_its_author_is_heard_by_everyone_there(arrive, action, told):
    ada, bob, eve = arrive(), arrive(), arrive("elsewhere")
    number = ada.ask(WORDS)["id"]
    for attendee in (ada, bob, eve):
        attendee.heard()

    assert ada.post(f"questions/{number}/{action}", text="Which compilers find bugs?") == 200

    expected = [(target.format(number), swap) for target, swap in told]
    assert ada.heard() == bob.heard() == expected
    assert eve.heard() == []


@pytest.mark.parametrize("action", ["edit", "withdraw", "vote"])
def test_what_is_refused_is_heard_by_nobody(arrive, action):
    ada, bob, eve = arrive(), arrive(), arrive("elsewhere")
    number = ada.ask(WORDS)["id"]
    for attendee in (ada, bob, eve):
        attendee.heard()
    culprit = ada if action == "vote" else bob

    status = culprit.post(f"questions/{number}/{action}", text="Something else now?", wanted="1")

    assert status == 422
    assert ada.heard() == bob.heard() == eve.heard() == []


def test_a_withdrawn_question_is_told_by_its_number_alone(arrive):
    ada, bob = arrive(), arrive()
    number = ada.ask("Is my secret plan on this board?")["id"]
    bob.heard()

    ada.post(f"questions/{number}/withdraw")

    assert "delete" in bob.raw()
    assert "secret" not in bob.raw()


def test_votes_are_told_as_absolute_counts(arrive):
    ada, bob, carol, eve = arrive(), arrive(), arrive(), arrive("elsewhere")
    number = ada.ask(WORDS)["id"]
    for attendee in (ada, bob, carol, eve):
        attendee.heard()

    acks = [bob.vote(number), bob.vote(number), carol.vote(number)]
    acks.append(bob.vote(number, wanted=False))

    assert acks == [{"ok": True, "votes": votes} for votes in (1, 1, 2, 1)]
    expected = [("tally", {str(number): votes}) for votes in (1, 2, 1)]
    assert ada.heard() == bob.heard() == carol.heard() == expected
    assert eve.heard() == []


def test_what_is_broadcast_is_a_strangers_view(arrive, engine):
    ada, bob = arrive(), arrive()
    number = ada.ask(WORDS, name="Ada Lovelace")["id"]
    bob.vote(number)

    heard = bob.raw()

    author = question_row(engine, number).author
    assert "fragments" in heard
    assert "Ada Lovelace" in heard
    assert author not in heard
    assert ada.browser.id not in heard
    assert 'aria-pressed="true"' not in heard
    assert "withdraw" not in heard


def test_a_repeated_key_is_one_question_heard_once(arrive, engine):
    ada, bob = arrive(), arrive()
    first = ada.ask(WORDS, key="key-of-ada-1")
    again = ada.ask(WORDS, key="key-of-ada-1")

    assert ada.post("questions", text=WORDS, key="key-of-ada-1") == 200

    assert again == first
    assert bob.heard() == [("#questions", "beforeend")]
    assert count_rows(engine, Question) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "ask",
        {},
        {"text": 7},
        {"text": "short"},
        {"text": "x" * 301},
        {"text": WORDS, "kind": "poll"},
        {"text": WORDS, "key": "../../etc"},
        {"text": WORDS, "detail": "x" * 1001},
    ],
)
def test_bad_input_is_refused_in_words(arrive, payload):
    ada, bob = arrive(), arrive()

    answer = ada.call("ask", payload)

    assert answer["ok"] is False
    assert len(answer["error"]) > 10
    assert bob.heard() == []


@pytest.mark.parametrize(
    "payload", [None, {"question": "1", "wanted": True}, {"question": 1, "wanted": 1}, [1, True]]
)
def test_a_vote_of_the_wrong_shape_is_refused(arrive, payload):
    assert arrive().call("vote", payload)["ok"] is False


def test_a_question_of_another_talk_takes_no_votes(arrive):
    ada, eve = arrive(), arrive("elsewhere")
    number = ada.ask(WORDS)["id"]
    ada.heard()

    assert eve.vote(number)["ok"] is False
    assert ada.heard() == []


def test_a_talk_that_is_over_takes_neither_questions_nor_votes(arrive):
    assert arrive("over").ask(WORDS) == {
        "ok": False,
        "error": "The board is closed. Read what was asked and answered.",
    }


def test_without_a_cookie_one_may_listen_but_not_speak(app, arrive):
    forger = Browser(app, known=False)
    forger.client.set_cookie(app.config["VISITOR_COOKIE"], "forged.value")
    ada, mute = arrive(), arrive(browser=forger)
    number = ada.ask(WORDS)["id"]

    for answer in (mute.ask(WORDS), mute.vote(number)):
        assert (answer["ok"], answer["field"]) == (False, "cookie")
    assert ("#questions", "beforeend") in mute.heard()


def test_people_are_counted_without_telling_who(arrive):
    ada = arrive("elsewhere")
    bob = arrive("elsewhere")
    assert ada.here() == 2

    bob.leave()

    assert ada.here() == 1


def test_a_revision_follows_every_revision(arrive):
    ada, bob = arrive("elsewhere"), arrive("elsewhere")
    first = ada.ask(WORDS)["id"]
    bob.vote(first)
    ada.ask("And how do they tell us about them?")
    assert bob.raw().count("fragments") == 2

    revisions = [int(found) for found in re.findall(r"'revision': (\d+)", bob.raw())]
    after = [int(found) for found in re.findall(r'data-after="(\d+)"', bob.raw())]

    start = revisions[0]
    assert revisions == [start, start + 1, start + 2]
    assert after == [start - 1, start]

"""What is refused opens what it speaks of, and says when it may be done."""

import re
from datetime import timedelta

import pytest

from companion.board.rules import SLOW_GAP, SLOW_SPAN
from companion.moderation.answers import WRITTEN_MAX
from companion.store.models import Role, Status
from companion.talks import letters
from tests.support.factories import make_question, question_row
from tests.support.pages import read_page, read_part
from tests.support.people import ADA
from tests.support.sign_in import signed_in

ASK, DO = "/talks/talk/questions", "/talks/talk/desk"
TEXT = "How do bees find their way home?"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def decline(grace, question, **more):
    return grace.post_part(f"{DO}/questions", {"ids": question, "do": "decline", **more})


@pytest.mark.parametrize("ask", ["post", "post_part"])
def test_a_missing_name_opens_the_field_for_it(grace, ada, ask):
    grace.post(f"{DO}/switches", {"requires_name": "1"})

    answer = getattr(ada, ask)(ASK, {"text": TEXT})
    page = (read_page if ask == "post" else read_part)(answer, 422)

    assert "Give your name" in page.text("ask-problem")
    field = page.element("ask-name")
    assert (field.get("aria-invalid"), field.get("aria-describedby")) == ("true", "ask-problem")
    assert field.get("autofocus") is not None
    assert page.element("ask-named").get("checked") is not None
    assert page.element("ask-text").get("aria-invalid") is None


def test_a_detail_that_is_too_long_is_unfolded(ada):
    page = read_page(ada.post(ASK, {"text": TEXT, "detail": "x" * 1_001}), 422)

    assert "shorten it" in page.text("ask-problem")
    assert page.element("ask-detail").get("aria-invalid") == "true"


def test_slow_mode_says_when_one_may_ask_again(grace, ada, clock):
    clock.set_to(20)
    assert ada.post(ASK, {"text": TEXT}).status_code == 303
    grace.post(f"{DO}/switches", {"slow": "1"})
    clock.set_to(21)

    page = read_page(ada.post(ASK, {"text": f"{TEXT} And back?"}), 429)

    assert re.search(r"again in 1 minute, at 12:22:00", page.text("ask-problem"))


def test_the_board_says_until_when_it_is_true(grace, ada, bob, clock):
    def true_until(browser, view="board"):
        element = browser.part(f"/talks/talk/{view}").element(view)
        return int(element.get("data-true-until", "0")) / 1000 - clock().timestamp()

    assert ada.post(ASK, {"text": TEXT}).status_code == 303
    assert true_until(bob) == timedelta(minutes=35).total_seconds()  # then the talk can be rated
    grace.post(f"{DO}/switches", {"slow": "1"})

    assert true_until(ada) == SLOW_GAP.total_seconds()
    assert true_until(bob) == true_until(grace, "desk") == SLOW_SPAN.total_seconds()


def test_what_is_now_is_not_offered_to_be_edited(grace, ada, engine):
    ada.post(ASK, {"text": TEXT})
    question = 1
    edit = f"/talks/talk/questions/{question}/edit"
    assert edit in ada.page("/talks/talk").links()

    grace.post_part(f"{DO}/questions", {"ids": question, "do": "now"})

    assert edit not in ada.page("/talks/talk").links()
    page = ada.page(edit, 404)
    assert "being answered just now" in page.html
    assert question_row(engine, question).status is Status.OPEN


def test_a_sentence_of_the_chair_reaches_the_asker_alone(grace, ada, bob, engine):
    ada.post(ASK, {"text": TEXT})

    decline(grace, 1, reason="other", words="Please ask the  library about this.")

    assert "Please ask the library about this." in ada.page("/talks/talk").text("mine-1")
    assert "ask the library" not in bob.page("/talks/talk").html
    assert "ask the library" in grace.page(f"{DO[:-4]}moderate?tab=declined").text("desk")
    assert question_row(engine, 1).reason == "other"


def test_the_sentence_goes_with_its_reason(grace, ada, engine):
    question = make_question(engine, author=ADA)
    decline(grace, question, reason="other", words="Ask the library.")
    grace.post_part(f"{DO}/questions", {"ids": question, "do": "restore"})
    decline(grace, question, reason="unclear", words="Ask the library.")

    assert question_row(engine, question).reason_words == ""


def test_a_sentence_has_a_length(grace, engine):
    question = make_question(engine)

    answer = decline(grace, question, reason="other", words="x" * 201)

    assert "Shorten it" in read_part(answer, 422).html
    assert question_row(engine, question).status is Status.OPEN


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("questions", ("text", "detail", "name")),
        ("desk/questions", ("words",)),
        ("desk/questions/1/answer", ("answer",)),
        ("desk/questions/1/edit", ("text", "detail")),
        ("desk/questions/1/labels", ("labels",)),
        ("desk/message", ("text",)),
        ("desk/room", ("text",)),
        ("desk/name", ("name",)),
        ("speaker/answers", ("answer",)),
    ],
)
def test_what_is_far_too_long_is_not_even_cleaned(grace, engine, monkeypatch, path, fields):
    make_question(engine)
    cleaned = [0]
    seen = letters.seen
    monkeypatch.setattr(letters, "seen", lambda text: cleaned.append(len(text)) or seen(text))
    tower = "a" + "\u0301\u0323" * 15_000

    for field in fields:
        form = {"text": TEXT, "ids": "1", "do": "decline", "reason": "other", "question": "1"}
        grace.post(f"/talks/talk/{path}", form | {field: tower})

    assert max(cleaned) <= 4 * WRITTEN_MAX

"""A script that throws its cookies away, beside people who vote honestly."""

import pytest

from companion.board.newcomers import PER_ADDRESS
from companion.store.models import Role
from tests.support.factories import make_question, question_row
from tests.support.pages import Browser
from tests.support.people import ADA
from tests.support.sign_in import signed_in

HALL = {"REMOTE_ADDR": "203.0.113.7"}
DESK = "/talks/talk/moderate"


@pytest.mark.slow
def test_a_script_gets_no_further_than_the_budget_and_the_desk_excludes_it(app, engine):
    question = make_question(engine, author=ADA)
    url = f"/talks/talk/questions/{question}/vote"
    grace = signed_in(app, Role.MODERATOR, name="Grace")

    def vote(who, **where):
        assert who.post(url, {"wanted": "1"}, environ_overrides=where).status_code == 303

    honest = [Browser(app) for _ in range(300)]
    for person in honest:
        vote(person, **HALL)
    assert question_row(engine, question).votes == 300
    assert "many new people" not in grace.page(DESK).text("desk")
    script = [Browser(app) for _ in range(PER_ADDRESS - 300 + 25)]
    for person in script:
        vote(person, **HALL)
    vote(Browser(app))

    assert question_row(engine, question).votes == PER_ADDRESS + 1
    page = grace.page(DESK)
    assert "Held: many new people at once (25). 0 questions and 25 votes" in page.text("newcomers")
    stranger = Browser(app).page("/talks/talk")
    assert stranger.text(f"question-{question}-votes") == str(PER_ADDRESS + 1)
    pressed = script[-1].page("/talks/talk").element(f"question-{question}-vote")
    assert [button.get("aria-pressed") for button in pressed.iter("button")] == ["true"]
    grace.submit(page.form_to("/newcomers?tab=open"), do="exclude")
    assert question_row(engine, question).votes == PER_ADDRESS + 1
    assert grace.page(DESK).text("newcomers") == ""


def test_repeating_one_key_is_limited(ada):
    fields = {"text": "How do bees find home?", "key": "0b0e7f6e-6f0f-4d5e-9e38-9a6f2b9f0c11"}

    answers = [ada.post("/talks/talk/questions", fields).status_code for _ in range(40)]

    assert answers == [303] * 31 + [429] * 9

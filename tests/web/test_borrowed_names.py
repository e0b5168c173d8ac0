"""Signing as somebody who runs the talk: refused in words, and what was typed comes back."""

import pytest

from companion.board.names import OURS, SPEAKERS
from companion.store.models import Question, Role
from tests.support.factories import count_rows, question_row
from tests.support.pages import Browser, read_page
from tests.support.room import TEXT
from tests.support.seat import Seat
from tests.support.sign_in import enter, signed_in
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
URL = "/talks/talk/questions"
REFUSED = [("the organisers", OURS), ("Mоderator", OURS), ("GRACE HOPPER", SPEAKERS)]


@pytest.fixture
def app(make_app, folder):
    write_talk(folder, extra="speaker: Grace Hopper\n")
    write_talk(folder, "other-talk", extra="speaker: Ada Lovelace\n")
    return make_app()


@pytest.mark.parametrize(("name", "words"), REFUSED)
def test_the_form_refuses_it_and_keeps_all_that_was_typed(app, engine, name, words):
    answer = Browser(app).post(URL, {"text": TEXT, "detail": "In winter.", "name": name})

    page = read_page(answer, 422)
    assert words.replace("'", "&#39;") in page.html
    fields = page.form_to("/questions").fields
    assert (fields["text"], fields["detail"], fields["name"]) == (TEXT, "In winter.", name)
    assert count_rows(engine, Question) == 0


@pytest.mark.parametrize(("name", "words"), REFUSED)
def test_the_socket_refuses_it_too(app, engine, name, words):
    ada = Seat(app, Browser(app), "talk")

    answer = ada.ask(TEXT, name=name)

    assert (answer["ok"], answer["error"], answer.get("field")) == (False, words, "name")
    assert count_rows(engine, Question) == 0


@pytest.mark.parametrize("role", [Role.SPEAKER, Role.MODERATOR, Role.ORGANISER])
def test_whoever_runs_the_talk_may_sign_so(app, engine, role):
    grace = signed_in(app, role)

    assert grace.post(URL, {"text": TEXT, "name": "Grace Hopper"}).status_code == 303
    assert Seat(app, grace, "talk").ask(f"{TEXT} Again.", name="Grace Hopper")["ok"] is True
    assert {question_row(engine, number).name for number in (1, 2)} == {"Grace Hopper"}


def test_whoever_runs_another_talk_may_not(app, engine):
    eve = enter(Browser(app), Role.SPEAKER, "other-talk")

    assert eve.post(URL, {"text": TEXT, "name": "Grace Hopper"}).status_code == 422
    assert Seat(app, eve, "talk").ask(TEXT, name="Grace Hopper")["ok"] is False
    assert count_rows(engine, Question) == 0


def test_the_speaker_of_another_talk_may_ask_here(app):
    assert Browser(app).post(URL, {"text": TEXT, "name": "Ada Lovelace"}).status_code == 303

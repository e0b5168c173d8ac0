"""What a moderator has still to read: on its writer's wall, and on nobody else's."""

import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question
from tests.support.sign_in import signed_in

WALL = "/talks/talk/wall"
OWN = "wall-own"
TEXT, OTHER = "How do bees find <home>?", "Why do wasps come for jam?"


@pytest.fixture
def grace(app):
    """Return a moderator's browser, who reads what is written first."""
    browser = signed_in(app, Role.MODERATOR, name="Grace")
    assert browser.post_part("/talks/talk/desk/switches", {"approve_first": "1"}).status_code == 200
    return browser


def write(browser, text: str = TEXT):
    form = browser.page(WALL).form_to("/questions")
    return browser.post(form.action, {**form.fields, "text": text}, follow_redirects=True)


def test_a_note_that_waits_is_on_its_writers_wall_alone(grace, ada, bob, stranger):
    write(ada)
    write(bob, OTHER)

    page = ada.page(WALL)

    assert f"Your note waits for a moderator {TEXT} Nobody else sees this yet." in page.text(OWN)
    assert OTHER not in page.html
    assert "How do bees" in ada.get(f"{WALL}/notes").text
    for other in (bob, grace, stranger):
        assert "How do bees" not in other.get(WALL).text + other.get(f"{WALL}/notes").text
        assert "How do bees" not in other.get("/talks/talk/present?view=wall").text
    assert stranger.page(WALL).text(OWN) == grace.page(WALL).text(OWN) == ""
    assert OTHER in bob.page(WALL).text(OWN)


def test_several_wait_in_the_order_in_which_they_were_written(grace, ada):
    write(ada)
    write(ada, OTHER)

    words = ada.page(WALL).text(OWN)

    assert words.startswith(f"Your notes wait for a moderator {TEXT}{OTHER} ")


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_once_a_moderator_has_read_it_nothing_waits(grace, ada, engine, verb):
    note = make_question(engine, TEXT, author=ada.id, status=Status.WAITING)
    assert TEXT in ada.page(WALL).text(OWN)

    wish = {"ids": note, "do": verb, "reason": "unclear"}
    assert grace.post_part("/talks/talk/desk/questions", wish).status_code == 200

    page = ada.page(WALL)
    assert page.text(OWN) == ""
    assert page.has(f"note-{note}") is (verb == "approve")


def test_of_a_wall_that_is_put_away_nothing_is_shown(grace, ada):
    write(ada)
    grace.post_part("/talks/talk/desk/switches", {"wall": "off"})

    assert not ada.page(WALL).has(OWN)
    assert "How do bees" not in ada.get(WALL).text


def test_what_waits_on_a_board_that_is_open_is_shown_as_well(ada, engine, bob):
    make_question(engine, TEXT, author=ada.id, status=Status.WAITING)

    assert TEXT in ada.page(WALL).text(OWN)
    assert bob.page(WALL).text(OWN) == ""

"""The big screen: how to join, how large its type is, and what it asks for."""

import pytest

from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.room import TEXT
from tests.support.sign_in import signed_in

DO = "/talks/talk/desk"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def do(browser, verb, *ids, **more):
    return browser.post_part(f"{DO}/questions", {"ids": list(ids), "do": verb, **more})


def test_the_screen_says_how_to_join(grace, stranger, engine):
    make_question(engine, TEXT)
    do(grace, "now", 1)

    page = stranger.page("/talks/talk/present")
    code = grace.app.extensions["moderation"].keys.code("talk")

    assert TEXT in page.text("screen")
    assert f"localhost:8000/j/{code}" in page.html or f"127.0.0.1:8000/j/{code}" in page.html
    assert "<svg" in page.html
    assert "Set-Cookie" not in stranger.get("/talks/talk/present").headers
    stranger.page("/talks/talk/present?overlay=1")


@pytest.mark.parametrize(
    ("text", "length"),
    [("Why is it?", "1"), ("w" * 300, "5"), ("蜂" * 20, "2"), ("蜂" * 160, "6"), ("🐝" * 300, "6")],
)
def test_the_screens_type_is_as_large_as_the_text_allows(grace, stranger, engine, text, length):
    do(grace, "now", make_question(engine, text))

    now = stranger.page("/talks/talk/present").element("screen-now")
    assert now.get("data-length") == length


@pytest.mark.parametrize(
    ("minutes", "board", "words"),
    [
        (-5, "open", "Ask now"),
        (-5, "closed", ""),
        (20, "open", "Ask now"),
        (20, "votes", "Vote now"),
        (20, "closed", "No more questions"),
        (70, "", "Thank you"),
    ],
)
def test_the_screen_asks_for_what_the_board_takes(grace, stranger, clock, minutes, board, words):
    clock.set_to(minutes)
    grace.post(f"{DO}/switches", {"board": board})

    said = stranger.page("/talks/talk/present").text("screen")

    assert words in said
    others = {"Ask now", "Vote now", "No more questions", "Thank you"} - {words}
    assert not [other for other in others if other in said]
    ways = {"Ask at", "Vote at", "Questions at"}
    way = {"open": "Ask at", "votes": "Vote at"}.get(board, "Questions at")
    assert [each for each in ways if each in said] == [way]

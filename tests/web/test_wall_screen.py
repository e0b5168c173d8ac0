"""The wall on the big screen: what is on it, and what is not."""

import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question
from tests.support.room import TEXT
from tests.support.sign_in import signed_in

SCREEN, WALL = "/talks/talk/present?view=wall", "/talks/talk/wall"
FRAGMENT = "/talks/talk/present/screen?view=wall"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def place(grace, note: int) -> None:
    grace.post_part(f"{WALL}/notes/{note}", {"x": "24", "y": "48"})


def switch(grace, mode: str) -> None:
    grace.post_part("/talks/talk/desk/switches", {"wall": mode})


def known(page) -> str:
    data = page.element("screen")
    return f"{FRAGMENT}&since={data.get('data-revision')}&arranged={data.get('data-arranged')}"


def test_the_screen_shows_the_wall_to_be_read_and_how_to_join(grace, stranger, engine):
    note = make_question(engine, TEXT)
    make_question(engine, "Nobody sees this one yet.", status=Status.WAITING)
    make_question(engine, "Is this one placed?")
    place(grace, note)
    grace.post_part("/talks/talk/desk/questions", {"ids": [note], "do": "now"})
    switch(grace, "open")

    for browser in (stranger, grace):
        page = browser.page(SCREEN)
        assert page.element("screen").get("data-shows") == "wall"
        assert page.element(f"note-{note}").get("data-x") == "24"
        assert page.element(f"note-{note}").get("data-mark") == "now"
        assert page.text("wall-waiting") == "1"
        assert "/j/" in page.text("screen")
        assert "<svg" in page.html
        assert "Nobody sees" not in page.html
        assert not page.classed("note__arrange")
    assert "Set-Cookie" not in stranger.get(SCREEN).headers


def test_an_empty_wall_on_the_screen_is_scanned_to_ask(grace, stranger, engine):
    assert "Scan to ask" in stranger.page(SCREEN).text("wall-scroll")
    place(grace, make_question(engine, TEXT))
    assert "Scan to ask" not in stranger.page(SCREEN).html


def test_where_the_wall_is_put_away_the_screen_shows_the_list(grace, stranger, engine):
    note = make_question(engine, TEXT)
    place(grace, note)
    grace.post_part("/talks/talk/desk/questions", {"ids": [note], "do": "now"})

    switch(grace, "off")

    for browser in (stranger, grace):
        page = browser.page(SCREEN)
        assert page.element("screen").get("data-shows") == "now"
        assert page.element("screen").get("data-query") == "view=wall"
        assert f"note-{note}" not in page.html
    switch(grace, "shown")
    assert f"note-{note}" in stranger.get(FRAGMENT).text


def test_the_screen_fetches_the_wall_when_something_was_arranged(grace, stranger, engine):
    note = make_question(engine, TEXT)
    place(grace, note)
    address = known(stranger.page(SCREEN))

    assert stranger.get(address).status_code == 204
    grace.post_part(f"{WALL}/notes/{note}", {"x": "240", "y": "48"})
    assert stranger.get(address).status_code == 200


def test_moderators_find_the_way_to_it(grace, stranger, engine):
    make_question(engine)

    assert SCREEN in grace.page(WALL).links()
    assert SCREEN in grace.page("/talks/talk/moderate").links()
    assert SCREEN not in stranger.page(WALL).links()

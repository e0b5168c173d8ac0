"""Who hears that a note was moved, and what they are told."""

import json

import pytest

from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.seat import Arrive
from tests.support.sign_in import signed_in

TEXT = "How do compilers find their own bugs?"


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR, name="Grace")


def put(browser, note: int, **wish) -> None:
    assert browser.post_part(f"/talks/talk/wall/notes/{note}", wish).status_code == 200


def switch(browser, mode: str) -> None:
    assert browser.post_part("/talks/talk/desk/switches", {"wall": mode}).status_code == 200


def places(seat) -> list[dict]:
    """Return what was heard of where notes are, since the last time."""
    seat._listen()
    heard, seat._received = seat._received, []
    return [event["args"][0] for event in heard if event["name"] == "wall"]


def test_a_move_is_heard_at_the_wall_and_nowhere_else(arrive: Arrive, grace, engine):
    question = make_question(engine, TEXT)
    wall, board, elsewhere = arrive(view="wall"), arrive(), arrive("elsewhere", "wall")
    desk, screen = arrive(view="moderate"), arrive(view="present")

    put(grace, question, x=240, y=96, colour="blue")

    told = {"revision": 1, "after": 0, "places": [[question, 240, 96, 1, "blue"]]}
    assert places(wall) == [told]
    assert len(json.dumps(["wall", told], separators=(",", ":"))) <= 70
    assert [seat.heard() for seat in (board, elsewhere, desk, screen)] == [[]] * 4


def test_the_same_wish_again_is_told_to_nobody(arrive: Arrive, grace, engine):
    question = make_question(engine)
    put(grace, question, x=1, y=1)
    wall = arrive(view="wall")

    put(grace, question, x=1, y=1)

    assert places(wall) == []


def test_each_message_follows_the_one_before(arrive: Arrive, grace, engine):
    first, second = make_question(engine), make_question(engine)
    wall = arrive(view="wall")

    put(grace, first, x=1, y=1)
    put(grace, second, x=2, y=2)
    put(grace, first, colour="red")

    steps = [(told["after"], told["revision"], told["places"]) for told in places(wall)]
    assert steps == [
        (0, 1, [[first, 1, 1, 1, ""]]),
        (1, 2, [[second, 2, 2, 2, ""]]),
        (2, 3, [[first, 1, 1, 1, "red"]]),
    ]


def test_of_a_wall_that_is_put_away_nothing_is_told(arrive: Arrive, grace, engine):
    question = make_question(engine)
    switch(grace, "off")
    wall = arrive(view="wall")

    put(grace, question, x=4_321, y=1)

    raw = wall.raw()
    assert "rearranged" in raw
    assert "4321" not in raw
    assert "refetch" not in raw


def test_what_waits_is_never_told_to_the_wall(arrive: Arrive, grace, engine):
    wall = arrive("moderated", "wall")
    ada = arrive("moderated")

    ada.ask(TEXT)

    assert TEXT not in wall.raw()
    assert wall.heard() == []


def test_its_writer_alone_hears_at_the_wall_what_became_of_it(arrive: Arrive, app):
    ada = arrive("moderated", "wall")
    other = arrive("moderated", "wall")
    grace = signed_in(app, Role.MODERATOR, "moderated", name="Grace")
    form = {"key": "adas-own-key-1", "text": TEXT, "from": "wall"}
    assert ada.post("questions", **form) == 200
    assert [seat.heard() for seat in (ada, other)] == [[], []]

    wish = {"ids": "1", "do": "decline", "reason": "unclear"}
    declined = grace.post_part("/talks/moderated/desk/questions", wish)

    assert declined.status_code == 200
    assert ada.refetches() == 1
    assert TEXT not in ada.raw()
    assert other.heard() == []


def test_what_comes_and_goes_has_the_wall_fetched(arrive: Arrive, grace):
    wall, ada = arrive(view="wall"), arrive()

    question = int(ada.ask(TEXT)["id"])
    assert wall.refetches() == 1
    ada.post(f"questions/{question}/withdraw")
    assert wall.refetches() == 1


def test_votes_are_counted_on_the_wall_without_fetching(arrive: Arrive, engine):
    question = make_question(engine)
    wall, ada = arrive(view="wall"), arrive()

    ada.vote(question)

    assert [name for name, *_ in wall.heard()] == ["tally"]


def test_nobody_asks_from_the_wall(arrive: Arrive):
    assert arrive(view="wall").ask(TEXT)["ok"] is False


def test_who_looks_at_the_wall_is_here_and_whoever_looks_at_both_is_one(arrive: Arrive, app):
    ada = arrive()
    assert ada.here() == 1

    wall = arrive(view="wall")
    arrive(view="wall", browser=ada.browser)

    assert ada.here() == 2
    wall.leave()
    assert ada.here() == 1

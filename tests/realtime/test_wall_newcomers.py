"""The hands of new people past the budget: nobody sees them, for nobody has let them in."""

import pytest

from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.seat import Arrive, Seat
from tests.support.sign_in import signed_in
from tests.support.unthrottled import keep_nobody_waiting


@pytest.fixture
def app(make_app, monkeypatch):
    """Return an application that counts who is new, and keeps nobody waiting."""
    keep_nobody_waiting(monkeypatch)
    return make_app(tally_ms="0")


@pytest.fixture
def note(app, engine) -> int:
    """Return a note on a wall that everybody arranges."""
    grace = signed_in(app, Role.MODERATOR, name="Grace")
    assert grace.post_part("/talks/talk/desk/switches", {"wall": "open"}).status_code == 200
    return make_question(engine)


def seen(seat: Seat) -> list[list]:
    return [event["args"][0] for event in seat.socket.get_received() if event["name"] == "drag"]


def test_a_newcomer_past_the_budget_is_not_seen_from_the_first(arrive: Arrive, note, monkeypatch):
    ada, eve, wall = (arrive(view="wall") for _ in range(3))
    assert ada.post(f"wall/notes/{note}", x=1, y=1) == 200
    monkeypatch.setattr("companion.board.newcomers.MOST", (1, 1))

    eve.socket.emit("drag", [[note, 2, 2]])
    ada.socket.emit("drag", [[note, 3, 3]])

    assert seen(wall) == [[[note, 3, 3]]]


def test_a_newcomer_within_it_is_seen_and_spends_none_of_it(arrive: Arrive, note, monkeypatch):
    eve, wall = arrive(view="wall"), arrive(view="wall")
    monkeypatch.setattr("companion.board.newcomers.MOST", (1, 1))

    eve.socket.emit("drag", [[note, 2, 2]])

    assert seen(wall) == [[[note, 2, 2]]]
    assert arrive().post(f"wall/notes/{note}", x=1, y=1) == 200

"""Who sees where a note is held while it is moved, and who must not."""

import json

import pytest

from companion.realtime import drags, sockets
from companion.realtime.websocket import frame
from companion.store.models import Role, Status
from tests.support.factories import make_question
from tests.support.queries import counted_queries
from tests.support.seat import Arrive, Seat
from tests.support.sign_in import signed_in

TEXT = "How do compilers find their own bugs?"


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR, name="Grace")


@pytest.fixture
def hand(arrive: Arrive, grace) -> Seat:
    """Return Grace's page on the wall."""
    return arrive(view="wall", browser=grace)


def switch(browser, mode: str) -> None:
    assert browser.post_part("/talks/talk/desk/switches", {"wall": mode}).status_code == 200


def drag(seat: Seat, *steps: list[int]) -> None:
    seat.socket.emit("drag", list(steps))


def seen(seat: Seat) -> list[list]:
    """Return the frames of what is held that were heard since the last time."""
    seat._listen()
    heard, seat._received = seat._received, []
    return [event["args"][0] for event in heard if event["name"] == "drag"]


def test_a_drag_is_seen_at_the_wall_and_nowhere_else(hand, arrive: Arrive, engine):
    question = make_question(engine, TEXT)
    wall, board, elsewhere = arrive(view="wall"), arrive(), arrive("elsewhere", "wall")
    desk, screen = arrive(view="moderate"), arrive(view="present")

    drag(hand, [question, 240, 96])
    drag(hand, [question, 244, 100])

    assert seen(wall) == [[[question, 240, 96]], [[question, 244, 100]]]
    assert [seat.heard() for seat in (board, elsewhere, desk, screen)] == [[]] * 4


def test_many_are_told_less_often_than_few(hand, arrive: Arrive, app, monkeypatch):
    monkeypatch.setattr(sockets, "WALL_SECONDS", 0.05)
    monkeypatch.setattr(sockets, "MANY_AT_A_WALL", 2)
    pause = app.extensions["sockets"]._drags._frames._interval

    ada, on_the_board = arrive(view="wall"), arrive()
    assert pause("talk") == 0.05
    bob = arrive(view="wall")
    assert (pause("talk"), pause("elsewhere")) == (sockets.CROWDED_WALL_SECONDS, 0.05)
    assert [seat.heard() for seat in (ada, on_the_board, bob)] == [[]] * 3


def test_nothing_of_it_is_kept(hand, arrive: Arrive, grace, engine):
    question = make_question(engine, TEXT)

    drag(hand, [question, 240, 96])

    assert grace.page("/talks/talk/wall").element(f"note-{question}").get("data-x") == ""
    assert grace.get("/talks/talk/wall/places?since=0").status_code == 204


def test_a_frame_is_small(hand, arrive: Arrive):
    def size(*steps: tuple[int, ...]) -> int:
        return len(frame("42" + json.dumps(["drag", steps], separators=(",", ":"))))

    note, further = (1_234_567, 20_000, 20_000), (7_654_321, 19_999, 19_999)

    assert size(note) <= 40
    assert size(note, further) - size(note) <= 22


def test_what_is_let_go_is_told_once_and_only_of_what_was_held(hand, arrive: Arrive, engine):
    first, second = make_question(engine), make_question(engine)
    wall = arrive(view="wall")
    drag(hand, [first, 1, 1])

    drag(hand, [first], [second])
    drag(hand, [first])

    assert seen(wall) == [[[first, 1, 1]], [[first]]]


def test_whoever_goes_lets_go(hand, arrive: Arrive, engine):
    question = make_question(engine)
    wall = arrive(view="wall")
    drag(hand, [question, 1, 1])

    hand.leave()

    assert seen(wall) == [[[question, 1, 1]], [[question]]]


WRONG = [
    None,
    "drag",
    {"id": 1},
    [["1", 1, 1]],
    [[True, 1, 1]],
    [[0, 1, 1]],
    [[2**63, 1, 1]],
    [[1, 1]],
    [[1, 1, 1, 1]],
    [[1, -1, 1]],
    [[1, 1, 20_001]],
    [[1, 1.5, 1]],
    [[1, None, 1]],
    [[]],
    [[1, 1, 1]] * 9,
]


@pytest.mark.parametrize("moved", WRONG)
def test_what_no_browser_sends_is_passed_over(hand, arrive: Arrive, engine, moved):
    assert make_question(engine) == 1
    wall = arrive(view="wall")

    hand.socket.emit("drag", moved)

    assert seen(wall) == []
    assert hand.is_in()
    drag(hand, [1, 1, 1])
    assert seen(wall) == [[[1, 1, 1]]]


def test_nobody_is_answered(hand, engine):
    question = make_question(engine)

    answer = hand.socket.emit("drag", [[question, 1, 1]], callback=True)

    assert not answer


def test_nobody_holds_what_is_not_there(hand, arrive: Arrive, engine, app, monkeypatch):
    monkeypatch.setattr(drags, "RIGHTS_SECONDS", 0)
    waits, mine = make_question(engine, status=Status.WAITING), make_question(engine)
    other = make_question(engine, talk="elsewhere")
    wall = arrive(view="wall")

    for missing in (waits, other, 999, -1):
        drag(hand, [missing, 1, 1])
        drag(hand, [mine, 1, 1], [missing, 1, 1])

    assert seen(wall) == []
    assert seen(arrive("elsewhere", "wall")) == []


def test_no_more_is_in_a_hand_than_one_holds(hand, arrive: Arrive, engine):
    notes = [make_question(engine) for _ in range(9)]
    wall = arrive(view="wall")

    for note in notes:
        drag(hand, [note, 1, 1])

    *held, all_fall = seen(wall)
    assert held == [[[note, 1, 1]] for note in notes[:8]]
    assert sorted(all_fall) == [[note] for note in notes[:8]]


def test_attendees_hold_notes_where_everybody_arranges(arrive: Arrive, grace, engine):
    question = make_question(engine)
    ada, wall = arrive(view="wall"), arrive(view="wall")
    drag(ada, [question, 1, 1])
    assert seen(wall) == []

    switch(grace, "open")
    drag(ada, [question, 2, 2])

    assert seen(wall) == [[[question, 2, 2]]]
    drag(arrive(), [question, 3, 3])
    assert seen(wall) == []


@pytest.fixture
def ada(arrive: Arrive, grace) -> Seat:
    """Return somebody who has asked, on an open wall."""
    switch(grace, "open")
    ada = arrive()
    ada.ask(TEXT)
    return arrive(view="wall", browser=ada.browser)


ENDS = {
    "the switch": ("switches", {"wall": "shown"}),
    "a mute": ("mute", {"question": "1", "wanted": "1"}),
    "the question's end": ("questions", {"ids": "1", "do": "decline", "reason": "off_topic"}),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_right_ends_at_once(ada, arrive: Arrive, grace, end):
    question = 1
    wall = arrive(view="wall")
    drag(ada, [question, 1, 1])
    assert seen(wall) == [[[question, 1, 1]]]

    assert grace.post_part(f"/talks/talk/desk/{end[0]}", end[1]).status_code == 200
    drag(ada, [question, 2, 2])

    assert seen(wall) == [[[question]]]


def test_of_a_wall_that_is_put_away_moderators_alone_see_hands(hand, arrive: Arrive, grace, engine):
    question = make_question(engine)
    switch(grace, "off")
    ada, joan = arrive(view="wall"), arrive(view="wall", browser=grace)

    drag(hand, [question, 4_321, 1])

    assert seen(joan) == [[[question, 4_321, 1]]]
    assert "4321" not in ada.raw()


def test_a_former_moderator_sees_no_more_of_it(hand, arrive: Arrive, app, grace, engine):
    question = make_question(engine)
    switch(grace, "off")
    joan = arrive(view="wall", browser=signed_in(app, Role.MODERATOR, name="Joan"))
    joan.browser.post("/leave")

    app.extensions["sockets"]._sweep()
    drag(hand, [question, 4_321, 1])

    assert seen(joan) == []
    drag(joan, [question, 1, 1])
    assert seen(hand) == [[[question, 4_321, 1]]]


def test_no_frame_asks_the_database_anything_that_was_asked_before(hand, engine):
    question = make_question(engine)
    drag(hand, [question, 1, 1])

    with counted_queries() as queries:
        for step in range(20):
            drag(hand, [question, step, step])

    assert queries == []


def test_whoever_may_not_is_not_asked_about_again_and_again(arrive: Arrive, engine):
    question = make_question(engine)
    ada = arrive(view="wall")
    drag(ada, [question, 1, 1])

    with counted_queries() as queries:
        for step in range(20):
            drag(ada, [question, step, step])

    assert queries == []


def test_without_a_database_nobody_sees_a_hand_and_nobody_is_cut_off(
    hand, arrive: Arrive, engine, monkeypatch
):
    question = make_question(engine)
    wall = arrive(view="wall")

    def fail(*_arguments: object) -> None:
        raise RuntimeError("no database")

    monkeypatch.setattr(drags, "are_there", fail)
    drag(hand, [question, 1, 1])

    assert seen(wall) == []
    assert hand.is_in()

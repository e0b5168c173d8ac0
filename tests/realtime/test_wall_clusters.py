"""Who hears of clusters, and how little it takes to tell."""

import json

import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question, make_questions, set_status
from tests.support.seat import Arrive
from tests.support.sign_in import signed_in

WALL = "/talks/talk/wall"
TITLE = "What nobody else may read"


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR, name="Grace")


def post(browser, path: str, **fields) -> None:
    answer = browser.post_part(f"{WALL}/{path}", fields)
    assert answer.status_code == 200, answer.text


def heard(seat) -> list[dict]:
    """Return what was heard of the wall, since the last time."""
    seat._listen()
    events, seat._received = seat._received, []
    return [event["args"][0] for event in events if event["name"] == "wall"]


def size(told: object) -> int:
    return len(json.dumps(told, separators=(",", ":")))


def test_a_cluster_is_told_to_the_wall_and_to_nobody_else(arrive: Arrive, grace, engine):
    question = make_question(engine)
    wall, board, elsewhere = arrive(view="wall"), arrive(), arrive("elsewhere", "wall")
    desk, screen = arrive(view="moderate"), arrive(view="present")

    post(grace, "clusters", title="Performance", x=10, y=20, note=[question])

    [told] = heard(wall)
    assert told["places"] == [[question, 16, 104, 0, "", 1]]
    assert told["clusters"] == [[1, 10, 20, 0, 240, told["clusters"][0][5], "", "Performance"]]
    assert [seat.heard() for seat in (board, elsewhere, desk, screen)] == [[]] * 4


def test_a_cluster_that_is_moved_is_told_alone_whatever_is_in_it(arrive: Arrive, grace, engine):
    notes = make_questions(engine, 12)
    post(grace, "clusters", title="Performance", note=notes)
    wall = arrive(view="wall")

    post(grace, "clusters/1", x=300, y=400)

    [told] = heard(wall)
    assert told["places"] == []
    assert [area[:3] for area in told["clusters"]] == [[1, 300, 400]]
    assert size(told) <= 100


def test_a_further_note_of_a_cluster_costs_few_bytes(arrive: Arrive, grace, engine):
    notes = make_questions(engine, 12)
    post(grace, "clusters", title="Performance", x=0, y=0)
    for note in notes:
        post(grace, f"notes/{note}", cluster=1, x=19_999, y=19_999, colour="orange")
    wall = arrive(view="wall")

    post(grace, "clusters/1", do="tidy")

    [told] = heard(wall)
    assert len(told["places"]) == 12
    assert max(size(place) + 1 for place in told["places"]) <= 40


def test_one_that_is_dissolved_is_told_as_gone_with_where_its_notes_are(
    arrive: Arrive, grace, engine
):
    shown, declined = make_questions(engine, 2)
    post(grace, "clusters", title="Performance", x=10, y=20, note=[shown, declined])
    set_status(engine, declined, Status.DECLINED)
    wall = arrive(view="wall")

    post(grace, "clusters/1", do="dissolve")

    [told] = heard(wall)
    assert told["clusters"] == [[1]]
    assert told["places"] == [[shown, 26, 124, 0, ""]]


def test_of_a_wall_that_is_put_away_no_title_is_told(arrive: Arrive, grace, stranger):
    post_switch = grace.post_part("/talks/talk/desk/switches", {"wall": "off"})
    assert post_switch.status_code == 200
    wall = arrive(view="wall")

    post(grace, "clusters", title=TITLE)

    raw = wall.raw()
    assert "rearranged" in raw
    assert TITLE not in raw
    for path in ("", "/notes", "/places?since=0"):
        assert TITLE not in stranger.get(f"{WALL}{path}").text
    assert TITLE in grace.get(WALL).text


def test_the_same_wish_again_is_told_to_nobody(arrive: Arrive, grace):
    post(grace, "clusters", title="Performance", key="0123456789")
    post(grace, "clusters/1", x=1, y=1)
    wall = arrive(view="wall")

    post(grace, "clusters", title="Performance", key="0123456789")
    post(grace, "clusters/1", x=1, y=1)
    post(grace, "clusters/1", title="Performance")

    assert heard(wall) == []

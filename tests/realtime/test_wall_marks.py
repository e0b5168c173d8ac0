"""Who hears what is drawn on the wall, and where somebody points; and who does not."""

import pytest

from companion.realtime.laser import PAUSE, Laser
from companion.realtime.rooms import Member, View
from companion.store.models import Role
from tests.support.seat import Arrive
from tests.support.sign_in import signed_in

LINE = {"tool": "pen", "colour": "red", "width": "thin", "points": "10 20 5 5"}
HERE = {"x": 4_321, "y": 20}


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR, name="Grace")


def draw(browser, key: str = "graces-own-key") -> dict:
    answer = browser.post_part("/talks/talk/wall/marks", LINE | {"key": key})
    assert answer.status_code == 200, answer.text
    return answer.json


def told(seat, name: str = "wall") -> list[dict]:
    """Return what was heard of one kind, since the last time."""
    seat._listen()
    heard, seat._received = seat._received, []
    return [event["args"][0] for event in heard if event["name"] == name]


def everywhere_else(arrive: Arrive) -> list:
    return [
        arrive(),
        arrive("elsewhere", "wall"),
        arrive(view="moderate"),
        arrive(view="present"),
        arrive(view="speaker"),
    ]


def test_a_mark_is_heard_at_the_wall_and_nowhere_else(arrive: Arrive, grace):
    wall, others = arrive(view="wall"), everywhere_else(arrive)

    mark = draw(grace)["id"]
    grace.post_part(f"/talks/talk/wall/marks/{mark}/caption", {"caption": "An arrow"})
    grace.post_part(f"/talks/talk/wall/marks/{mark}/erase")

    assert told(wall) == [
        {"revision": 1, "after": 0, "places": [], "strokes": [drawn(mark, "")]},
        {"revision": 2, "after": 1, "places": [], "strokes": [drawn(mark, "An arrow")]},
        {"revision": 3, "after": 2, "places": [], "strokes": [[mark]]},
    ]
    assert [seat.heard() for seat in others] == [[]] * 5


def drawn(mark: int, caption: str) -> list:
    return [mark, "pen", "red", 3, "10 20 5 5", caption]


def test_of_a_wall_that_is_put_away_no_mark_is_told(arrive: Arrive, grace):
    grace.post_part("/talks/talk/desk/switches", {"wall": "off"})
    wall = arrive(view="wall")

    draw(grace)

    raw = wall.raw()
    assert "rearranged" in raw
    assert "10 20 5 5" not in raw


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SPEAKER, Role.ORGANISER])
def test_where_staff_point_is_heard_at_the_wall_and_nowhere_else(arrive: Arrive, app, role):
    pointer = arrive(view="wall", browser=signed_in(app, role))
    wall, others = arrive(view="wall"), everywhere_else(arrive)

    pointer.socket.emit("point", HERE)

    (point,) = told(wall, "point")
    assert (point["x"], point["y"]) == (4_321, 20)
    assert set(point) == {"by", "x", "y"}
    assert [seat.heard() for seat in (pointer, *others)] == [[]] * 6


def test_nobody_else_points(arrive: Arrive, app, grace, ada):
    grace.post_part("/talks/talk/desk/switches", {"wall_pen": "all", "wall": "open"})
    wall = arrive(view="wall")
    of_elsewhere = signed_in(app, Role.MODERATOR, talk="elsewhere")
    told(wall, "point")

    for seat in (
        arrive(view="wall", browser=ada),
        arrive(view="wall", browser=of_elsewhere),
        arrive(browser=grace),
        arrive(view="moderate", browser=grace),
        arrive("elsewhere", "wall", browser=grace),
    ):
        seat.socket.emit("point", HERE)

    assert told(wall, "point") == []


def test_nobody_points_at_a_wall_that_is_put_away(arrive: Arrive, grace):
    grace.post_part("/talks/talk/desk/switches", {"wall": "off"})
    wall = arrive(view="wall")

    arrive(view="wall", browser=grace).socket.emit("point", HERE)

    assert "4321" not in wall.raw()


@pytest.mark.parametrize(
    "at",
    [
        None,
        "there",
        [1, 2],
        {},
        {"x": 1},
        {"x": 1, "y": "2"},
        {"x": 1.5, "y": 2},
        {"x": True, "y": 2},
        {"x": -1, "y": 2},
        {"x": 1, "y": 20_001},
        {"x": 10**40, "y": 2},
    ],
)
def test_what_is_no_place_is_told_to_nobody(arrive: Arrive, grace, at):
    pointer, wall = arrive(view="wall", browser=grace), arrive(view="wall")

    pointer.socket.emit("point", at)
    pointer.socket.emit("point", HERE)

    assert [point["x"] for point in told(wall, "point")] == [4_321]


class Runs:
    """Says that somebody runs a talk, and counts how often it was asked."""

    asked = 0

    def runs_talk(self, _member: Member) -> bool:
        self.asked += 1
        return True


def test_ten_points_a_second_are_let_through_and_who_points_is_looked_up_now_and_then(app):
    now, access = [100.0], Runs()
    laser = Laser(app, access, lambda: now[0])  # type: ignore[arg-type]
    member = Member("talk", View.WALL, None)
    shown = 0
    for step in range(1, 101):
        now[0] = 100 + step / 100
        shown += laser.read("a", member, HERE) is not None

    assert shown <= 1 / PAUSE + 1
    assert shown >= 10
    assert access.asked == 1
    now[0] = 200.0
    assert laser.read("a", member, HERE)
    assert access.asked == 2

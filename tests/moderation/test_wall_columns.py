"""Many clusters in one go: columns by their names, all laid out, and both put back."""

import pytest
from sqlalchemy.orm import Session

from companion.board.wall import MOST_CLUSTERS
from companion.board.wall_layout import Box
from companion.errors import Refused
from companion.moderation import wall
from companion.store.wall import WallCluster
from tests.support.clusters import alter, area, back, make, outline, put, seen, view
from tests.support.moderation import GRACE
from tests.support.people import ADA


def columns(grace, typed: str) -> int:
    return wall.read_done(grace.do(wall.make_columns, typed)).change


def lay_out(grace) -> int:
    return wall.read_done(grace.do(wall.lay_out)).change


def boxes(room) -> list[Box]:
    areas = (one.area for one in view(room).clusters)
    return [Box(one.x, one.y, one.width, one.height) for one in areas]


def apart(found: list[Box]) -> bool:
    return not any(one.covers(other) for at, one in enumerate(found) for other in found[:at])


def log(room) -> list[str]:
    with Session(room.engine) as session:
        return [line.words.id for line in wall.log_of(session, room.loader.load(session))]


@pytest.mark.parametrize(
    "typed", ["Keep, Change , Why", "Keep\n\n Change\r\nWhy\n", "Keep\nChange\nWhy"]
)
def test_names_become_columns_of_one_size_side_by_side(grace, room, typed):
    columns(grace, typed)

    assert list(outline(room)) == ["Keep", "Change", "Why"]
    found = boxes(room)
    assert apart(found)
    assert len({box.y for box in found}) == len({box.width for box in found}) == 1
    assert min(box.height for box in found) > max(box.width for box in found)


def test_names_on_lines_may_have_commas(grace, room):
    columns(grace, "Well, so far\nNot so well")

    assert set(outline(room)) == {"Well, so far", "Not so well"}


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("", "Name 2 to 6 columns"),
        ("Keep", "Name 2 to 6 columns"),
        (", ,", "Name 2 to 6 columns"),
        ("a,b,c,d,e,f,g", "Name 2 to 6 columns"),
        ("Keep," + "x" * 61, "Say what a column is called in 60 characters at most."),
        ("Keep, keep", "Choose another name than “keep”"),
        ("There, Keep", "Choose another name than “There”"),
    ],
)
def test_what_makes_no_columns_is_refused_with_advice(grace, room, typed, advice):
    make(grace, "There")

    with pytest.raises(Refused, match=advice):
        columns(grace, typed)

    assert list(outline(room)) == ["There"]


def test_columns_go_where_nothing_is(grace, room):
    make(grace, "There")
    put(grace, room.ask(ADA, "How do bees find home?").id, x="300", y="700")

    columns(grace, "Keep, Change")

    assert apart(boxes(room))
    assert all(box.y > 800 for box in boxes(room)[1:])


def test_columns_are_put_back_in_one_go_with_what_is_in_them_and_come_again(grace, room):
    done, note = columns(grace, "Keep, Change"), room.ask(ADA, "How do bees find home?").id
    put(grace, note, cluster="2")
    at = seen(room)

    gone = back(grace, done)

    assert (outline(room), seen(room)) == ({}, at)
    back(grace, gone)
    assert (outline(room), seen(room)) == ({"Keep": [], "Change": [note]}, at)
    assert log(room)[0] == log(room)[-1] == "put columns on the wall: “%(title)s” and others"
    assert "dissolved columns: “%(title)s” and others" in log(room)


def test_a_full_wall_gets_no_columns(grace, room, engine):
    columns(grace, "Keep, Change")
    with Session(engine) as session, session.begin():
        like = session.get(WallCluster, 1)
        values = {
            c.key: getattr(like, c.key) for c in WallCluster.__table__.columns if c.key != "id"
        }
        session.add_all(
            WallCluster(**values | {"key": f"key-{n}", "title": f"No {n}"})
            for n in range(MOST_CLUSTERS - 3)
        )

    with pytest.raises(Refused, match="The wall is full"):
        columns(grace, "Start, Stop")


def test_clusters_are_laid_out_without_covering_each_other_and_put_back(grace, room):
    notes = [room.ask(ADA, f"Is this question number {n}?").id for n in range(3)]
    for n, title in enumerate(("Flight", "Food", "Home")):
        make(grace, title, notes[n], x="200", y=str(200 + n))
    before = boxes(room)

    done = lay_out(grace)

    assert apart(boxes(room))
    assert not apart(before)
    assert lay_out(grace) == 0
    assert log(room)[0] == "laid out the clusters"
    back(grace, done)
    assert boxes(room) == before


def test_what_another_has_moved_since_stays_when_a_layout_is_put_back(grace, room):
    make(grace, "Flight", x="200", y="200")
    make(grace, "Food", x="210", y="210")
    done = lay_out(grace)
    alter(grace, 2, who=GRACE, x="5000", y="40")

    back(grace, done)

    assert (area(room).x, area(room, 2).x) == (200, 5000)


def test_new_clusters_have_room_to_grow(grace, room):
    for title in ("Flight", "Food", "Home", "Queens"):
        make(grace, title)

    grown = [box._replace(width=box.width * 3 // 2 - 24) for box in boxes(room)]
    assert apart(grown)
    assert apart([box._replace(height=box.height * 3 // 2) for box in boxes(room)])

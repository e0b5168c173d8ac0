"""What attendees put back of clusters, and what becomes of what they have called them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import arranging, clusters, putting_back
from companion.board import wall as walls
from companion.board.events import WallArranged
from companion.board.questions import delete_own
from companion.board.wall_input import ClusterWish
from companion.board.wall_past import KEPT
from companion.errors import Refused
from companion.moderation import backgrounds, controls, wall
from companion.store.wall import WallChange, WallCluster, WallPlace
from tests.support.clock import STARTS
from tests.support.clusters import alter, area, as_attendee, back, make, name, outline, put, seen
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows
from tests.support.people import ADA, BOB


@pytest.fixture
def opened(grace):
    grace.do(controls.switch, {"wall": "open"})


@on_both_databases
def test_all_that_one_attendee_did_is_put_back_clusters_too(room, grace, opened):
    bees, wasps, ants = (room.ask(ADA).id for _ in range(3))
    make(grace, "Performance", bees, x="100", y="200")
    before = seen(room)
    name(room, ADA, "Rude")
    as_attendee(room, ADA, lambda *who: clusters.alter(*who, 1, ClusterWish({"x": 5, "y": 5})))
    as_attendee(room, ADA, lambda *who: arranging.arrange(*who, bees, {"cluster_id": 2}))
    as_attendee(room, ADA, lambda *who: arranging.arrange(*who, wasps, {"cluster_id": 2}))
    last = as_attendee(room, ADA, lambda *who: arranging.arrange(*who, ants, {"colour": "red"}))
    put(grace, wasps, colour="blue")

    said = grace.do(wall.put_back_all, last)

    assert said == "5 things are as they were before."
    assert outline(room) == {"Performance": [bees]}
    assert seen(room) == before
    with pytest.raises(Refused, match="Nothing of theirs"):
        grace.do(wall.put_back_all, last)


def test_an_attendee_puts_back_their_own_doing_with_clusters_alone(room, grace, opened):
    make(grace, "Performance", x="100", y="200")
    moved = as_attendee(
        room, ADA, lambda *who: clusters.alter(*who, 1, ClusterWish({"x": 5, "y": 5}))
    )

    with pytest.raises(Refused, match="cannot be put back"):
        as_attendee(room, BOB, lambda *who: putting_back.put_back(*who, moved, own=True))
    as_attendee(room, ADA, lambda *who: putting_back.put_back(*who, moved, own=True))

    assert (area(room).x, area(room).y) == (100, 200)


def test_no_attendee_dissolves_what_a_moderator_has_renamed_by_putting_back_that_they_made_it(
    room, grace, opened
):
    made = name(room, ADA, "Rude")
    alter(grace, title="Polite")

    with pytest.raises(Refused, match="Only whoever named a cluster"):
        as_attendee(room, ADA, lambda *who: putting_back.put_back(*who, made, own=True))

    assert outline(room) == {"Polite": []}
    own = name(room, ADA, "Adas")
    as_attendee(room, ADA, lambda *who: putting_back.put_back(*who, own, own=True))
    assert outline(room) == {"Polite": []}
    back(grace, made)
    assert outline(room) == {}


def everything(engine) -> str:
    """Return all words that stand in the wall's tables."""
    with Session(engine) as session:
        rows = [
            *session.execute(sa.select(WallCluster.title, WallCluster.author)),
            *session.execute(sa.select(WallChange.before, WallChange.author, WallChange.who)),
        ]
    return " ".join(str(value) for row in rows for value in row)


@on_both_databases
def test_what_an_attendee_called_clusters_goes_with_all_that_is_theirs(
    room, grace, engine, opened, listener
):
    bees = room.ask(BOB).id
    for title in ("Adas empty", "Adas full", "Adas renamed", "Adas gone"):
        name(room, ADA, title)
    name(room, BOB, "Bobs")
    put(grace, bees, cluster="2")
    alter(grace, 3, title="Graces")
    alter(grace, 4, do="dissolve")
    room.ask(ADA)
    listener.heard()

    room.write(lambda change, talk: delete_own(change, talk, ADA))

    assert outline(room) == {"": [bees], "Graces": [], "Bobs": []}
    assert "Adas" not in everything(engine)
    assert [event for event in listener.heard() if isinstance(event, WallArranged)]


@on_both_databases
def test_retention_keeps_titles_that_everybody_saw_and_nothing_of_who_or_what_is_gone(
    app, room, grace, engine, clock, opened
):
    bees = room.ask(BOB).id
    name(room, ADA, "Adas")
    name(room, ADA, "Adas gone")
    put(grace, bees, cluster="1")
    alter(grace, 2, do="dissolve")

    clock.now = STARTS + timedelta(days=31)
    with Session(engine) as session:
        app.extensions["retention"].purge(session)

    assert outline(room) == {"Adas": [bees]}
    assert "gone" not in everything(engine)
    assert count_rows(engine, WallChange) == 0
    assert count_rows(engine, WallPlace) == 1


def test_words_that_nobody_can_put_back_any_more_are_forgotten(room, grace, engine):
    make(grace, "Rude")
    alter(grace, do="dissolve")
    room.becomes(now=room.loader.now + KEPT + timedelta(hours=1))

    make(grace, "Polite")

    assert "Rude" not in everything(engine)
    with Session(engine) as session:
        assert walls.areas_since(session, "talk", 0)[0] == (1,)


def test_another_background_has_words_be_forgotten_that_nobody_can_put_back(room, grace, engine):
    make(grace, "Rude")
    alter(grace, do="dissolve")
    room.becomes(now=room.loader.now + KEPT + timedelta(hours=1))

    grace.do(backgrounds.choose, {"background": "dots"}, None)

    assert "Rude" not in everything(engine)


def test_what_is_dissolved_days_after_it_was_made_keeps_its_words(room, grace):
    make(grace, "Performance")
    room.becomes(now=room.loader.now + KEPT + timedelta(hours=1))

    back(grace, alter(grace, do="dissolve"))

    assert outline(room) == {"Performance": []}

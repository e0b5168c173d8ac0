"""Clusters: what is kept of them, what is put back, and what goes with whoever named one."""

import pytest
from sqlalchemy.orm import Session

from companion.board import clusters
from companion.board import wall as walls
from companion.board.events import WallArranged
from companion.board.wall_layout import NOTE_WIDTH
from companion.errors import Refused
from companion.store.wall import WallChange
from tests.support.clusters import alter, area, back, make, outline, put, seen, view
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows
from tests.support.moderation import RT
from tests.support.people import ADA, BOB


@on_both_databases
def test_a_cluster_carries_its_notes_and_none_of_them_is_told_again(room, grace, listener):
    bees = room.ask(ADA).id
    make(grace, "Performance", bees, x="100", y="200")
    before = seen(room)[bees]
    listener.heard()

    alter(grace, x="150", y="190")

    assert seen(room)[bees] == (before[0] + 50, before[1] - 10)
    assert listener.heard() == [WallArranged("talk", 2, 1)]
    with Session(room.engine) as session:
        assert walls.places_since(session, "talk", 1)[2] == []
        assert [one[0] for one in walls.areas_since(session, "talk", 1)] == [1]


@on_both_databases
def test_dissolving_leaves_notes_where_they_are_seen_and_is_put_back(room, grace):
    bees, wasps = room.ask(ADA).id, room.ask(BOB).id
    make(grace, "Performance", bees, wasps, x="100", y="200")
    before = seen(room)

    dissolved = alter(grace, do="dissolve")

    assert seen(room) == before
    assert outline(room) == {}
    put(grace, bees, x="7", y="7")
    back(grace, dissolved)
    assert outline(room) == {"Performance": [wasps]}
    assert seen(room) == {bees: (7, 7), wasps: before[wasps]}


@on_both_databases
def test_making_a_cluster_is_put_back_with_the_notes_that_were_put_into_it(room, grace):
    bees, wasps = room.ask(ADA).id, room.ask(BOB).id
    put(grace, bees, x="9", y="9")
    made = make(grace, "Performance", bees)
    put(grace, wasps, who=RT, cluster="1")
    where = seen(room)[wasps]

    back(grace, made)

    assert outline(room) == {}
    assert seen(room) == {bees: (9, 9), wasps: where}


@on_both_databases
def test_each_change_of_a_cluster_is_put_back_as_far_as_it_was_the_last(room, grace):
    make(grace, "Performance", x="100", y="200")
    moved = alter(grace, x="1", y="2")
    named = alter(grace, title="Speed")
    coloured = alter(grace, colour="red")
    alter(grace, who=RT, title="Time")

    back(grace, moved)
    back(grace, coloured)
    with pytest.raises(Refused, match="Somebody has moved it since"):
        back(grace, named)

    assert (area(room).x, area(room).y, area(room).title, area(room).colour) == (
        *(100, 200),
        *("Time", ""),
    )


def test_a_cluster_is_laid_out_by_votes_in_rows_and_put_back_as_one(room, grace):
    notes = [room.ask(ADA, f"How does bee number {n} find home?").id for n in range(5)]
    make(grace)
    for number, note in enumerate(notes):
        put(grace, note, cluster="1", x=str(900 - number), y="900")
    room.vote(BOB, notes[3])
    messy = seen(room)
    changes = count_rows(room.engine, WallChange)

    tidied = alter(grace, do="tidy")

    assert count_rows(room.engine, WallChange) == changes + 1
    assert outline(room)["Performance"] == [notes[3], *(notes[:3]), notes[4]]
    assert nothing_overlaps(room)
    assert alter(grace, do="tidy") == 0
    put(grace, notes[0], cluster="", x="1", y="1")
    back(grace, tidied)
    assert seen(room) == messy | {notes[0]: (1, 1)}


def nothing_overlaps(room) -> bool:
    """Whether all notes of the first cluster are in it, and beside each other."""
    cluster = view(room).clusters[0]
    boxes = [
        clusters.note_box(note.place.x, note.place.y, note.card.text) for note in cluster.notes
    ]
    right, bottom = clusters.around(boxes, (0, 0))
    pairs = ((one, other) for at, one in enumerate(boxes) for other in boxes[:at])
    is_in = right <= cluster.area.width and bottom <= cluster.area.height
    return is_in and not any(one.covers(other) for one, other in pairs)


def test_who_puts_a_note_into_a_cluster_need_not_find_room_for_it(room, grace):
    make(grace)
    for number in range(7):
        put(
            grace,
            room.ask(ADA, f"How does bee {number} find home? " * (number + 1)).id,
            cluster="1",
        )

    assert nothing_overlaps(room)
    assert alter(grace, do="fit") == 0
    alter(grace, do="tidy")
    assert nothing_overlaps(room)


def size(room, number: int = 1) -> tuple[int, int]:
    return area(room, number).width, area(room, number).height


@on_both_databases
def test_what_a_dropped_note_had_its_cluster_grow_by_is_put_back_with_it(room, grace):
    bees, wasps = room.ask(ADA).id, room.ask(BOB).id
    make(grace)
    before = size(room)
    dropped = put(grace, bees, cluster="1", x="900", y="700")
    grown = size(room)

    undone = back(grace, dropped)
    assert (size(room), seen(room)) == (before, {})
    back(grace, undone)
    assert (size(room), outline(room)) == (grown, {"Performance": [bees]})

    put(grace, wasps, cluster="1", x="800", y="20")
    back(grace, dropped)
    assert before[0] < size(room)[0] < grown[0]
    assert nothing_overlaps(room)
    assert before[1] == size(room)[1] < grown[1]


def test_who_puts_a_note_back_into_a_cluster_need_not_find_room_for_it(room, grace):
    bees = room.ask(ADA).id
    make(grace)
    put(grace, bees, cluster="1", x="900", y="700")
    grown = size(room)
    out = put(grace, bees, x="1", y="1")
    alter(grace, do="fit", who=RT)
    assert size(room) < grown

    back(grace, out)

    assert (size(room), outline(room)) == (grown, {"Performance": [bees]})


def test_one_note_has_a_cluster_grow_so_far_and_no_further(room, grace):
    bees, wasps = room.ask(ADA).id, room.ask(BOB).id
    make(grace)
    for wish in (
        {"x": "20000", "y": "20000"},
        {"x": "20000", "y": "20000"},
        {"dx": "9000", "dy": "0"},
    ):
        put(grace, bees, cluster="1", **wish)
    assert seen(room)[bees] == (area(room).x + clusters.FAR, area(room).y + clusters.FAR)
    most = size(room)

    put(grace, wasps, cluster="1", x="5000", y="5000")

    assert size(room) == most


def test_new_clusters_cover_nothing(room, grace):
    put(grace, room.ask(ADA).id, x="30", y="30")
    for number in range(6):
        make(grace, f"Part {number}")

    areas = [
        clusters.Box(a.x, a.y, a.width, a.height) for a in (c.area for c in view(room).clusters)
    ]
    loose = clusters.note_box(30, 30, "How do bees find their way home?")
    for at, one in enumerate(areas):
        assert not any(one.covers(other) for other in [*areas[:at], loose])


def test_the_same_wish_for_a_cluster_twice_makes_one(room, grace):
    first = make(grace, key="0123456789")
    assert make(grace, key="0123456789") == 0
    assert first
    assert len(view(room).clusters) == 1
    assert alter(grace, do="dissolve")
    assert alter(grace, do="dissolve") == 0
    assert make(grace, key="0123456789") == 0


@on_both_databases
def test_what_is_put_back_into_a_cluster_that_is_smaller_by_now_has_room_there(room, grace):
    bees = room.ask(ADA).id
    make(grace, x="100", y="200")
    put(grace, bees, x="600", y="500", cluster="1")
    large = area(room)
    taken_off = put(grace, bees, off="1")
    alter(grace, do="fit")
    assert area(room).width < large.width

    back(grace, taken_off)

    assert outline(room) == {"Performance": [bees]}
    assert area(room)[4:6] == large[4:6]


def test_a_cluster_that_gets_its_size_back_has_room_for_what_came_since(room, grace):
    bees, wasps = room.ask(ADA).id, room.ask(BOB).id
    make(grace, x="100", y="200")
    put(grace, bees, x="600", y="500", cluster="1")
    put(grace, bees, off="1")
    undone = back(grace, alter(grace, do="fit"))
    put(grace, wasps, x="600", y="500", cluster="1")

    back(grace, undone)

    assert area(room).width >= 600 + NOTE_WIDTH


def test_a_wall_holds_so_many_clusters_also_for_putting_back(room, grace, monkeypatch):
    monkeypatch.setattr("companion.board.clusters.MOST_CLUSTERS", 2)
    make(grace, "One")
    gone = alter(grace, 1, do="dissolve")
    make(grace, "Two")
    make(grace, "Three")

    for do in (lambda: make(grace, "Four"), lambda: back(grace, gone)):
        with pytest.raises(Refused, match="Put notes into one of those"):
            do()
    alter(grace, 2, do="dissolve")
    back(grace, gone)
    assert set(outline(room)) == {"One", "Three"}


def test_what_is_gone_takes_no_notes_and_is_put_back_where_it_was_seen(room, grace):
    bees = room.ask(ADA).id
    make(grace, "Performance", x="100", y="200")
    put(grace, bees, cluster="1", x="10", y="20")
    out = put(grace, bees, x="900", y="900")
    alter(grace, do="dissolve")

    for wish in ({"cluster": "1"}, {"cluster": "1", "x": "1", "y": "1"}):
        with pytest.raises(Refused, match="Choose another one"):
            put(grace, bees, **wish)
    back(grace, out)

    assert seen(room) == {bees: (110, 220)}


def test_what_is_declined_meanwhile_comes_back_where_it_was_seen(room, grace):
    bees = room.ask(ADA).id
    make(grace, "Performance", bees)
    before = seen(room)
    grace.act("decline", bees, reason="off_topic")

    alter(grace, do="dissolve")
    grace.act("restore", bees)

    assert seen(room) == before

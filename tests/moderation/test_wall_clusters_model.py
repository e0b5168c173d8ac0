"""Whatever is done to clusters and notes, no note is lost and all is told."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from companion.board import wall as walls
from companion.errors import Refused
from companion.store.wall import WallChange
from tests.support.clusters import alter, back, make, put, view
from tests.support.factories import count_rows
from tests.support.people import ADA

WISHES = st.lists(
    st.one_of(
        st.tuples(st.just("make"), st.integers(0, 3)),
        st.tuples(st.just("note"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("out"), st.integers(0, 3)),
        st.tuples(st.sampled_from(["move", "dissolve", "tidy", "colour"]), st.integers(1, 3)),
        st.tuples(st.just("back"), st.integers(1, 12)),
    ),
    max_size=14,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_whatever_is_done_no_note_is_lost_and_all_is_told(room, grace, wishes):
    notes = [room.ask(ADA, f"How does bee number {n} find home?").id for n in range(4)]
    told = {"places": {}, "clusters": {}, "revision": 0}
    for wish in wishes:
        attempt(room, grace, notes, *wish)
        follow(room, told)

    wall = view(room)
    at = {note.card.id: tuple(note.place) for note in wall.placed}
    assert {id: place for id, place in told["places"].items() if place[1] is not None} == at
    assert told["clusters"] == {one.area.id: tuple(one.area) for one in wall.clusters}
    assert {note.place.cluster for note in wall.placed} <= {None, *told["clusters"]}
    assert sum(len(one.notes) for one in wall.clusters) + len(wall.loose) == len(wall.placed)


def attempt(room, grace, notes, what, *args) -> None:
    """Do something with what there is by now; it may be refused."""
    ids = [one.area.id for one in view(room).clusters]
    some = {n: ids[n % len(ids)] if ids else n for n in range(1, 4)}
    changes = count_rows(room.engine, WallChange)
    ways = {
        "make": lambda n: make(grace, f"Part {n}", *notes[:n]),
        "note": lambda note, to: put(grace, notes[note], cluster=str(some.get(to, ""))),
        "out": lambda note: put(grace, notes[note], off="1"),
        "move": lambda n: alter(grace, some[n], dx="70", dy="30"),
        "colour": lambda n: alter(grace, some[n], colour="red"),
        "back": lambda ago: back(grace, changes - ago + 1),
    }
    try:
        do = ways.get(what)
        do(*args) if do else alter(grace, some[args[0]], do=what)
    except Refused:
        pass


def follow(room, told) -> None:
    """Do what a browser does with what it is told since it last heard."""
    with Session(room.engine) as session:
        _, revision, places = walls.places_since(session, "talk", told["revision"])
        areas = walls.areas_since(session, "talk", told["revision"])
    told["revision"] = revision
    told["places"] |= {place.id: tuple(place) for place in places}
    for one in areas:
        told["clusters"].pop(one[0], None)
        if len(one) > 1:
            told["clusters"][one[0]] = tuple(one)

"""Arranging the wall: what is kept of it, what is told, and what goes with a question."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from companion.board import arranging
from companion.board import wall as walls
from companion.board.events import WallArranged
from companion.board.questions import delete_own
from companion.errors import Refused
from companion.moderation import backgrounds, controls, wall
from companion.store.models import Question, Status
from companion.store.wall import WallChange, WallPlace
from tests.support.clock import STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_questions
from tests.support.moderation import GRACE, RT
from tests.support.people import ADA, BOB

BLUE = {"x": "10", "y": "20", "colour": "blue"}


def arrange(grace, note: int, who=GRACE, **wish: str) -> int:
    """Have a note be as wished; return the change's number, 0 for none."""
    return wall.read_done(grace.do(wall.arrange, note, wish, who=who)).change


def places(room, since: int = 0) -> tuple[int, dict[int, tuple[object, ...]]]:
    """Return a wall's revision, and where its notes are that were arranged since another."""
    with Session(room.engine) as session:
        _, revision, found = walls.places_since(session, room.page.slug, since)
        return revision, {place.id: tuple(place)[1:5] for place in found}


@on_both_databases
def test_the_later_wish_wins_each_field_by_itself(room, grace):
    note = room.ask(ADA).id

    arrange(grace, note, **BLUE)
    arrange(grace, note, who=RT, x="30", y="40")
    arrange(grace, note, colour="red")

    assert places(room) == (3, {note: (30, 40, 1, "red")})


@on_both_databases
def test_putting_back_leaves_what_another_did_since(room, grace):
    note = room.ask(ADA).id
    first = arrange(grace, note, **BLUE)
    arrange(grace, note, who=RT, colour="red")

    grace.do(wall.put_back, first)

    assert places(room) == (3, {note: (None, None, 1, "red")})
    with pytest.raises(Refused, match="Somebody has moved it since"):
        grace.do(wall.put_back, first)


def test_what_another_has_done_again_is_theirs(room, grace):
    note, other = room.ask(ADA).id, room.ask(BOB).id
    mine = arrange(grace, note, colour="red")
    arrange(grace, other, colour="red")
    arrange(grace, note, who=RT, colour="blue")
    arrange(grace, note, who=RT, colour="red")

    with pytest.raises(Refused, match="Somebody has moved it since"):
        grace.do(wall.put_back, mine)
    grace.do(wall.put_back_all, mine)

    colours = {id: place[-1] for id, place in places(room)[1].items()}
    assert colours == {note: "red", other: ""}


def test_a_background_that_another_has_chosen_again_is_theirs(room, grace, engine):
    def choose(kind, who=GRACE):
        grace.do(backgrounds.choose, {"background": kind}, None, who=who)

    choose("dots")
    for kind in ("blank", "dots"):
        choose(kind, who=RT)

    with pytest.raises(Refused, match="changed"):
        grace.do(wall.put_back, 1)
    grace.do(wall.put_back, 3)
    assert count_rows(engine, WallChange) == 4


def test_the_note_that_was_moved_last_is_in_front(room, grace):
    notes = [room.ask(ADA).id for _ in range(3)]
    for note in notes:
        arrange(grace, note, x="1", y="1")

    arrange(grace, notes[0], x="2", y="1")

    heights = {note: place[2] for note, place in places(room)[1].items()}
    assert max(heights, key=lambda note: heights[note]) == notes[0]
    assert len(set(heights.values())) == 3


def test_only_what_is_arranged_is_announced_by_the_walls_own_count(room, grace, listener):
    note = room.ask(ADA).id
    revision = room.revision()
    listener.heard()

    arrange(grace, note, **BLUE)
    arrange(grace, note, **BLUE)

    assert listener.heard() == [WallArranged("talk", 1, 0)]
    assert room.revision() == revision


@pytest.mark.parametrize("how", ["withdraw", "delete own", "delete"])
@on_both_databases
def test_where_a_note_was_goes_with_its_question(room, grace, engine, how):
    note, other = room.ask(ADA).id, room.ask(BOB).id
    for each in (note, other):
        arrange(grace, each, **BLUE)

    if how == "withdraw":
        room.withdraw(ADA, note)
    elif how == "delete own":
        room.write(lambda change, talk: delete_own(change, talk, ADA))
    else:
        grace.act("delete", note)

    assert list(places(room)[1]) == [other]
    assert count_rows(engine, WallPlace) == count_rows(engine, WallChange) == 1


def test_who_deletes_all_their_own_is_not_remembered_for_what_they_moved(room, grace, engine):
    note = room.ask(BOB).id
    grace.do(controls.switch, {"wall": "open"})

    def put(change, talk):
        who = arranging.attendee(change.session, talk, ADA)
        return arranging.arrange(change, talk, who, note, {"x": 1, "y": 1})

    room.write(put)
    arrange(grace, note, colour="red")
    room.write(lambda change, talk: delete_own(change, talk, ADA))

    assert places(room)[1] == {note: (1, 1, 1, "red")}
    assert count_rows(engine, WallChange) == 1


def test_what_is_declined_is_gone_until_it_is_restored(room, grace):
    note = room.ask(ADA).id
    arrange(grace, note, **BLUE)

    grace.act("decline", note, reason="off_topic")
    assert places(room) == (1, {})
    with pytest.raises(Refused, match="not on the board any more"):
        arrange(grace, note, x="1", y="1")
    grace.act("restore", note)

    assert places(room) == (1, {note: (10, 20, 1, "blue")})


@on_both_databases
def test_retention_keeps_where_notes_are_that_everybody_saw_and_not_who_moved_them(
    app, room, grace, engine, clock
):
    shown, declined = room.ask(ADA).id, room.ask(BOB).id
    for each in (shown, declined):
        arrange(grace, each, **BLUE)
    grace.act("decline", declined, reason="off_topic")

    clock.now = STARTS + timedelta(days=31)
    with Session(engine) as session:
        app.extensions["retention"].purge(session)

    assert places(room)[1] == {shown: (10, 20, 1, "blue")}
    assert count_rows(engine, WallPlace) == 1
    assert count_rows(engine, WallChange) == 0


def test_what_was_moved_days_ago_is_not_kept_in_mind(room, grace, engine):
    note = room.ask(ADA).id
    arrange(grace, note, **BLUE)
    room.becomes(now=room.loader.now + timedelta(days=2))

    arrange(grace, note, x="1", y="1")

    assert count_rows(engine, WallChange) == 1


def test_all_of_one_persons_moves_are_put_back_at_once_and_nobody_elses(room, grace):
    bees, wasps, ants = (room.ask(ADA).id for _ in range(3))
    arrange(grace, bees, **BLUE)
    arrange(grace, wasps, **BLUE)
    for x in ("1", "2"):
        arrange(grace, bees, who=RT, x=x, y="1", colour="red")
    arrange(grace, ants, who=RT, x="3", y="1")
    last = arrange(grace, wasps, who=RT, x="4", y="1", colour="red")
    arrange(grace, wasps, colour="green")

    said = grace.do(wall.put_back_all, last)

    assert said == "3 things are as they were before."
    found = {note: (x, y, colour) for note, (x, y, _, colour) in places(room)[1].items()}
    assert found == {
        bees: (10, 20, "blue"),
        wasps: (10, 20, "green"),
        ants: (None, None, ""),
    }
    with pytest.raises(Refused, match="Nothing of theirs"):
        grace.do(wall.put_back_all, last)


def test_a_full_wall_says_so(room, grace, engine, monkeypatch):
    monkeypatch.setattr("companion.board.wall_changes.MOST_PLACED", 2)
    first, second, third = make_questions(engine, 3)
    for note in (first, second):
        arrange(grace, note, x="1", y="1")

    with pytest.raises(Refused, match="The wall is full"):
        arrange(grace, third, x="1", y="1")
    arrange(grace, third, colour="red")
    arrange(grace, first, off="1")
    assert arrange(grace, third, x="1", y="1")


def test_a_wall_is_as_full_as_everybody_sees_it_also_for_putting_back(
    room, grace, engine, monkeypatch
):
    monkeypatch.setattr("companion.board.wall_changes.MOST_PLACED", 2)
    first, second, third = make_questions(engine, 3)
    for note in (first, second):
        arrange(grace, note, x="1", y="1")
    grace.act("decline", first, reason="off_topic")
    arrange(grace, third, x="1", y="1")
    off = arrange(grace, third, off="1")
    grace.act("restore", first)

    with pytest.raises(Refused, match="The wall is full"):
        grace.do(wall.put_back, off)


def test_of_more_than_a_wall_holds_those_in_front_are_shown(room, grace, engine, monkeypatch):
    monkeypatch.setattr("companion.board.wall.MOST_PLACED", 2)
    first, second, third = make_questions(engine, 3)
    for note in (first, second, third):
        arrange(grace, note, x="1", y="1")

    with Session(room.engine) as session:
        shown = walls.wall(session, room.loader.load(session)).placed
    assert {note.place.id for note in shown} == {second, third}


def test_steps_go_from_where_a_note_is_by_then_and_end_at_the_edge(room, grace):
    note = room.ask(ADA).id
    arrange(grace, note, x="100", y="19950")

    arrange(grace, note, who=RT, x="500", y="19950")
    arrange(grace, note, dx="-120", dy="0")
    arrange(grace, note, dx="0", dy="120")

    assert places(room)[1] == {note: (380, 20_000, 1, "")}
    assert arrange(grace, note, dx="0", dy="120") == 0
    with pytest.raises(Refused, match="whole numbers"):
        arrange(grace, note, dx="-", dy="0")
    arrange(grace, note, off="1")
    with pytest.raises(Refused, match="not on the wall"):
        arrange(grace, note, dx="120", dy="0")


def test_the_switch_can_be_undone(room, grace):
    grace.do(controls.switch, {"wall": "open"})

    grace.undo_last()

    with Session(room.engine) as session:
        assert walls.mode_of(room.loader.load(session)) is walls.WallMode.SHOWN


WISHES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(
            [
                {"x": "1", "y": "2"},
                {"x": "3", "y": "4", "colour": "red"},
                {"colour": "blue"},
                {"off": "1"},
            ]
        ),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_whoever_has_seen_any_revision_is_told_all_that_is_missing(room, grace, wishes):
    notes = [room.ask(ADA, f"How does bee number {n} find home?").id for n in range(4)]
    seen = [places(room)]

    for which, wish in wishes:
        arrange(grace, notes[which], **wish)
        seen.append(places(room))

    for revision, known in seen:
        newest, missing = places(room, revision)
        assert (newest, known | missing) == places(room)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.OPEN, Status.ANSWERED}))
def test_what_is_not_public_is_told_to_nobody(room, grace, engine, status):
    note = room.ask(ADA).id
    arrange(grace, note, **BLUE)
    with Session(engine) as session, session.begin():
        session.get_one(Question, note).status = status

    assert places(room) == (1, {})

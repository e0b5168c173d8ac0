"""Putting back all that somebody did: in one go, at the same cost however much that was."""

import pytest
from sqlalchemy.orm import Session

from companion.board import arranging, clusters, drawing
from companion.board import wall as walls
from companion.board.events import WallArranged
from companion.board.wall_changes import Arranger
from companion.board.wall_input import ClusterWish, NewCluster
from companion.moderation import wall
from companion.store.wall import WallChange
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_questions
from tests.support.queries import counted_queries

EVE = Arranger(author="eve")
LINE = {"tool": "pen", "colour": "red", "width": "thin", "points": "10 20 5 5"}


def by_eve(room, do, *args) -> int:
    return room.write(lambda change, talk: do(change, talk, EVE, *args).change)


def mess_up(room, grace, engine, count: int) -> tuple[dict[int, object], int]:
    """Have somebody move, draw and make much; return what was where before, and one change."""
    notes = make_questions(engine, count)
    for number, note in enumerate(notes):
        grace.do(wall.arrange, note, {"x": str(number), "y": "1"})
    before = seen(room)
    for number, note in enumerate(notes):
        at = {"x": 9, "y": number, "cluster_id": None}
        by_eve(room, arranging.arrange, note, at if number % 3 else at | {"colour": "red"})
        mark = drawing.read_draft(LINE | {"key": f"mark-{number:08}"})
        by_eve(room, drawing.draw, mark)
    made = by_eve(room, clusters.make, NewCluster("Rude", "key-rude", notes=tuple(notes[:2])))
    by_eve(room, clusters.alter, 1, ClusterWish({"x": 1, "y": 1}))
    return before, made


def seen(room) -> dict[int, object]:
    with Session(room.engine) as session:
        found = walls.wall(session, room.loader.load(session))
        return {
            one.place.id: (one.place.x, one.place.y, one.place.colour, one.place.cluster)
            for one in found.placed
        }


@on_both_databases
def test_it_costs_the_same_however_much_it_was(room, grace, engine, listener):
    before, made = mess_up(room, grace, engine, 30)
    assert seen(room) != before
    listener.heard()

    with counted_queries() as asked:
        said = grace.do(wall.put_back_all, made)

    assert said == "61 notes and marks are as they were before."
    assert seen(room) == before
    assert len([one for one in listener.heard() if isinstance(one, WallArranged)]) == 1
    assert len(asked) <= 25


@pytest.mark.parametrize("most", [1, 0])
def test_what_the_wall_has_no_room_for_stays_and_what_comes_off_makes_some(
    room, grace, engine, monkeypatch, most
):
    on, off, third = make_questions(engine, 3)
    grace.do(wall.arrange, off, {"x": "1", "y": "1"})
    by_eve(room, arranging.arrange, off, {"x": None, "y": None, "cluster_id": None})
    done = by_eve(room, arranging.arrange, on, {"x": 5, "y": 5, "cluster_id": None})
    grace.do(wall.arrange, third, {"x": "3", "y": "3"}) if not most else None
    monkeypatch.setattr("companion.board.wall_changes.MOST_PLACED", 1)

    grace.do(wall.put_back_all, done)

    assert list(seen(room)) == ([off] if most else [third])


def test_each_of_it_can_be_put_back_by_itself_again(room, grace, engine):
    notes = make_questions(engine, 2)
    for note in notes:
        done = by_eve(room, arranging.arrange, note, {"x": 5, "y": 5, "cluster_id": None})
    grace.do(wall.put_back_all, done)
    assert count_rows(engine, WallChange) == 4

    grace.do(wall.put_back, 3)

    assert list(seen(room)) == [notes[0]]

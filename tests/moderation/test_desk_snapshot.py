"""What a desk reads: whole questions as far as they are shown, however many there are."""

import pytest
from sqlalchemy.orm import Session

from companion.moderation.desk_filters import Filters
from companion.moderation.desk_snapshot import DeskSnapshot
from companion.store.models import Status, Tab
from tests.support.factories import make_questions


@pytest.fixture
def read(room):
    """Return how to read a desk."""

    def look(**wanted: object) -> DeskSnapshot:
        with Session(room.engine) as session:
            return DeskSnapshot(session, room.loader.load(session), Filters(**wanted))

    return look


@pytest.mark.parametrize(
    ("status", "tab"), [(Status.WAITING, Tab.INCOMING), (Status.OPEN, Tab.OPEN)]
)
def test_it_reads_as_many_whole_questions_of_a_thousand_as_of_fifty(room, read, status, tab):
    make_questions(room.engine, 50, status=status)
    few = len(read(tab=tab).rows)
    make_questions(room.engine, 950, status=status)
    many = read(tab=tab)

    assert few <= len(many.rows) <= 18
    assert (len(many.found), len(many.known)) == (1_000, 300)


def test_what_is_looked_for_is_found_among_those_not_shown(room, read):
    made = make_questions(room.engine, 50, status=Status.WAITING)

    looked = read(tab=Tab.INCOMING, find="NUMBER 42?")

    assert looked.found == [made[42]]
    assert looked.counts[Tab.INCOMING] == 50

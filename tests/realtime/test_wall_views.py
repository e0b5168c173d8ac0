"""Who hears of another background, and what a big screen with the wall is told."""

import pytest

from companion.store.models import Role
from tests.realtime.test_wall import places, put, switch
from tests.support.factories import make_question
from tests.support.seat import Arrive
from tests.support.sign_in import signed_in


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR, name="Grace")


def test_another_background_is_fetched_by_those_at_the_wall_and_by_no_list(
    arrive: Arrive, grace, engine
):
    make_question(engine)
    wall, screen, board = arrive(view="wall"), arrive(view="present"), arrive()
    speaker_of_another = arrive("elsewhere", "wall")

    answer = grace.post("/talks/talk/wall/background", {"background": "dots"})

    assert answer.status_code == 303
    assert [seat.heard() for seat in (wall, screen)] == [[("refetch", {})]] * 2
    assert [seat.heard() for seat in (board, speaker_of_another)] == [[]] * 2


def test_a_big_screen_with_the_wall_is_told_where_notes_are(arrive: Arrive, grace, engine):
    question = make_question(engine)
    screen, other = arrive(view="present", wall=True), arrive(view="present")

    put(grace, question, x=4_321, y=1)
    assert [len(places(seat)) for seat in (screen, other)] == [1, 0]

    switch(grace, "off")
    put(grace, question, x=1_234, y=1)
    assert places(screen) == []

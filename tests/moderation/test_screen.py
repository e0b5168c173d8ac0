"""What the big screen shows: what is Now and the two that come, else the most wanted."""

from datetime import timedelta

import pytest

from companion.moderation import controls
from companion.store.models import Status
from tests.support.clock import STARTS
from tests.support.factories import make_question

BEFORE, DOORS, DURING, QA, OVER = -60, -5, 20, 50, 61


@pytest.fixture
def at(room):
    """Return how to let the clock stand at a minute of the talk."""
    return lambda minutes: room.becomes(now=STARTS + timedelta(minutes=minutes))


def shown(grace):
    """Return what is Now, what is ranked, and what comes, by number."""
    screen = grace.screen()
    now = screen.now.id if screen.now else None
    return now, [card.id for card in screen.ranked], [card.id for card in screen.upcoming]


@pytest.mark.parametrize("minutes", [DURING, QA])
def test_with_nothing_now_the_most_wanted_are_shown(grace, engine, at, minutes):
    few, many = make_question(engine, votes=1), make_question(engine, votes=9)
    make_question(engine, status=Status.WAITING, votes=20)
    make_question(engine, status=Status.DECLINED, votes=20)
    at(minutes)

    assert shown(grace) == (None, [many, few], [])


def test_what_is_next_comes_first_of_them(grace, engine):
    few, many = make_question(engine, votes=1), make_question(engine, votes=9)
    grace.act("next", few)

    assert shown(grace) == (None, [few, many], [])


def test_at_most_five_are_listed(grace, engine):
    asked = [make_question(engine) for _ in range(7)]

    assert shown(grace) == (None, asked[:5], [])


def test_beside_now_stand_the_two_that_come(grace, engine):
    now, one, two, three = (make_question(engine, votes=9 - n) for n in range(4))
    grace.act("now", now)
    assert shown(grace) == (now, [], [one, two])

    grace.act("next", three)

    assert shown(grace) == (now, [], [three, one])


def test_the_desk_may_have_the_most_wanted_beside_now(grace, engine):
    now, one, two = (make_question(engine, votes=9 - n) for n in range(3))
    grace.act("now", now)
    grace.do(controls.switch, {"ranked": "1"})

    assert shown(grace) == (now, [one, two], [])


@pytest.mark.parametrize("minutes", [BEFORE, DOORS])
def test_before_the_start_they_are_shown_where_the_desk_wants_it(grace, engine, at, minutes):
    question = make_question(engine)
    at(minutes)
    assert shown(grace) == (None, [], [])

    grace.do(controls.switch, {"ranked": "1"})

    assert shown(grace) == (None, [question], [])


def test_once_the_talk_is_over_nothing_is_left_of_it(grace, engine, at):
    now = make_question(engine)
    make_question(engine)
    grace.act("now", now)
    grace.do(controls.switch, {"ranked": "1"})
    at(OVER)

    assert shown(grace) == (None, [], [])

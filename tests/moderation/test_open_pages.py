"""An open page lets vote for what a fresh one does, though all are sent what a stranger sees."""

import pytest

from tests.support.open_page import OpenPage
from tests.support.people import ADA, BOB, EVE


@pytest.fixture
def bobs(room, listener):
    """Return Bob's page, opened once there is something to see."""
    return OpenPage(room, BOB)


def hears(page, listener):
    page.hear(listener.heard())
    return page.shown


def test_whose_question_is_merged_along_with_another_may_vote_no_more(room, grace, listener, bobs):
    root, second, bobs_own = (room.ask(who).id for who in (ADA, EVE, BOB))
    grace.merge(bobs_own, second)
    bobs.fetch()
    listener.heard()

    grace.merge(second, root)

    assert hears(bobs, listener) == bobs.fresh()


def test_a_vote_for_what_waits_again_is_seen_where_it_is_merged_into_and_taken_apart(
    room, grace, listener, bobs
):
    root, second = room.ask(ADA).id, room.ask(EVE).id
    room.vote(BOB, second)
    room.becomes(moderated=True)
    room.edit(EVE, second, "How does a waiting question fly?")
    bobs.fetch()
    listener.heard()

    grace.merge(second, root)
    assert hears(bobs, listener) == bobs.fresh()

    grace.unmerge(second)
    assert hears(bobs, listener) == bobs.fresh()


@pytest.mark.parametrize("back", ["restore", "next"])
def test_what_is_answered_has_no_vote_button_and_what_comes_back_has_one(
    room, grace, listener, bobs, back
):
    question = room.ask(ADA).id
    room.vote(BOB, question)
    bobs.fetch()
    listener.heard()

    grace.act("answered", question)
    assert hears(bobs, listener) == bobs.fresh()

    grace.act(back, question)
    assert hears(bobs, listener) == bobs.fresh()

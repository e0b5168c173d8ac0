"""Undoing puts back what it can, and nothing that others have built on since."""

import pytest

from companion.errors import Refused
from companion.moderation import now_and_next
from companion.store.models import Status
from tests.support.factories import make_question, question_row, talk_row
from tests.support.moderation import RT
from tests.support.people import ADA, BOB, EVE

STRANDED = "Others were merged into it since"


@pytest.fixture
def statuses(room):
    """Return how questions stand now."""
    return lambda *ids: [question_row(room.engine, id).status for id in ids]


def newest(grace) -> int:
    return grace.desk().log[0].id


def test_what_was_taken_from_the_room_stays_while_others_are_merged_into_it(room, grace, statuses):
    grace.say("Somebody asked this aloud")
    action, aloud = newest(grace), room.board().cards[0].id
    other = room.ask(ADA).id
    grace.merge(other, aloud)

    with pytest.raises(Refused, match=STRANDED):
        grace.undo(action)
    assert statuses(aloud, other) == [Status.OPEN, Status.MERGED]

    grace.unmerge(other)
    assert grace.undo(action) == "Undone."
    assert [card.id for card in room.board().cards] == [other]


@pytest.mark.parametrize(("before", "verb"), [("waiting", "approve"), ("declined", "approve")])
def test_an_approval_stays_while_others_are_merged_into_it(
    room, grace, engine, statuses, before, verb
):
    first = make_question(engine, status=Status(before))
    grace.act(verb, first)
    action, second = newest(grace), room.ask(BOB).id
    grace.merge(second, first)

    with pytest.raises(Refused, match=STRANDED):
        grace.undo(action)
    assert statuses(first, second) == [Status.OPEN, Status.MERGED]


def test_what_was_merged_before_an_approval_is_no_hindrance(room, grace, engine, statuses):
    first, second = (make_question(engine, status=Status.WAITING) for _ in range(2))
    grace.merge(second, first)
    grace.act("approve", first)

    assert grace.undo_last() == "Undone."
    assert statuses(first, second) == [Status.WAITING, Status.MERGED]


def test_a_group_that_was_merged_as_a_whole_comes_back_as_a_whole(room, grace, engine, statuses):
    first, second = (make_question(engine, status=Status.WAITING) for _ in range(2))
    target = room.ask(ADA).id
    grace.merge(second, first)
    grace.merge(first, target)

    assert grace.undo_last() == "Undone."
    assert statuses(first, second, target) == [Status.WAITING, Status.MERGED, Status.OPEN]
    assert question_row(engine, second).merged_into == first


def test_merging_back_waits_for_those_merged_since(room, grace, statuses):
    first, second, third = room.ask(ADA).id, room.ask(BOB).id, room.ask(EVE).id
    grace.merge(second, first)
    grace.unmerge(second)
    action = newest(grace)
    grace.merge(third, second)

    with pytest.raises(Refused, match=STRANDED):
        grace.undo(action)
    assert statuses(first, second, third) == [Status.OPEN, Status.OPEN, Status.MERGED]


def test_nothing_is_merged_back_into_what_was_merged_away_itself(room, grace, statuses):
    first, second, third = room.ask(ADA).id, room.ask(BOB).id, room.ask(EVE).id
    grace.merge(second, first)
    grace.unmerge(second)
    action = newest(grace)
    grace.merge(first, third)

    with pytest.raises(Refused, match="changed it since"):
        grace.undo(action)
    assert statuses(first, second, third) == [Status.MERGED, Status.OPEN, Status.OPEN]


def test_a_slot_is_not_put_back_for_what_was_declined_since(room, grace, engine):
    question = room.ask(ADA).id
    grace.act("next", question)
    grace.act("unnext", question)
    action = newest(grace)
    grace.act("decline", question, reason="other")

    grace.undo(action)

    assert talk_row(engine).next_id is None
    grace.do(now_and_next.advance, None)
    assert question_row(engine, question).status is Status.DECLINED


def test_a_slot_is_not_put_back_for_what_was_answered_since(room, grace, engine):
    question = room.ask(ADA).id
    grace.act("now", question)
    grace.act("unnext", question)
    action = newest(grace)
    grace.act("answered", question, who=RT)

    grace.undo(action)

    assert talk_row(engine).now_id is None


def test_a_question_is_never_now_and_next_at_once(room, grace, engine):
    question = room.ask(ADA).id
    grace.act("now", question)
    grace.act("unnext", question)
    action = newest(grace)
    grace.act("next", question)

    grace.undo(action)

    talk = talk_row(engine)
    assert (talk.now_id, talk.next_id) == (question, None)


def test_undoing_an_approval_frees_the_slot_it_has_taken_since(room, grace, engine):
    question = make_question(engine, status=Status.WAITING)
    grace.act("approve", question)
    action = newest(grace)
    grace.act("next", question)

    grace.undo(action)

    assert (grace.desk().next, talk_row(engine).next_id) == (None, None)
    assert room.board().cards == ()

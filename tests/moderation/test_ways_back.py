"""Whatever is taken back, a question stands again as it stood before: what was held stays held."""

import pytest
import sqlalchemy as sa

from companion.moderation import actions, answers, controls
from companion.store.models import Action, Status
from tests.support.factories import question_row
from tests.support.people import ADA, BOB, EVE

pytestmark = pytest.mark.slow

HELD, SHOWN, DONE = Status.WAITING, Status.OPEN, Status.ANSWERED
OTHER = 1  # what is merged into, in `merge_back`


def bring(room, grace, status):
    """Return a question that stands so; a new one waits in any case."""
    number = room.ask(ADA, "Why do bees dance at noon?").id
    if status is not HELD:
        grace.act("approve", number)
    if status is DONE:
        grace.act("answered", number)
    return number


def restore(room, grace, number):
    grace.act("decline", number, reason="off_topic")
    grace.act("restore", number)


def restore_twice(room, grace, number):
    restore(room, grace, number)
    restore(room, grace, number)


def restore_when_open_to_all(room, grace, number):
    grace.act("decline", number, reason="off_topic")
    grace.do(controls.switch, {"approve_first": "0"})
    grace.act("restore", number)


def restore_when_held(room, grace, number):
    grace.act("decline", number, reason="off_topic")
    grace.do(controls.switch, {"approve_first": "1"})
    grace.act("restore", number)


def unarchive(room, grace, number):
    grace.act("archive", number)
    grace.act("restore", number)


def declined_for_lack_of_time(room, grace, number):
    grace.act("decline", number, reason="no_time")
    grace.act("restore", number)


def several_at_once(room, grace, number):
    other = bring(room, grace, SHOWN)
    grace.act("archive", number, other)
    grace.act("restore", number, other)


def undo(room, grace, number):
    grace.act("decline", number, reason="unkind")
    grace.undo_last()


def undo_then_restore(room, grace, number):
    grace.act("decline", number, reason="unkind")
    grace.undo_last()
    restore(room, grace, number)


def restore_what_is_not_put_aside(room, grace, number):
    if question_row(room.engine, number).status is not DONE:
        grace.act("restore", number)


def unmerge(room, grace, number):
    grace.merge(number, OTHER)
    grace.unmerge(number)


def unmerge_after_the_other_was_declined(room, grace, number):
    grace.merge(number, OTHER)
    grace.act("decline", OTHER, reason="unkind")
    grace.unmerge(number)


def undo_merging(room, grace, number):
    grace.merge(number, OTHER)
    grace.undo_last()


def withdraw_the_other(room, grace, number):
    grace.merge(number, OTHER)
    room.withdraw(BOB, OTHER)


def not_next(room, grace, number):
    grace.act("next", number)
    grace.act("unnext", number)


def not_now(room, grace, number):
    grace.act("now", number)
    grace.act("unnext", number)


def answer_and_take_it_back(room, grace, number):
    grace.do(answers.answer, number, "They dance.")
    grace.do(answers.answer, number, "")


def a_burst(room, grace, number):
    grace.do(actions.decline_burst, number, "other")
    grace.act("restore", number)


ANY = (HELD, SHOWN, DONE)
UNDECIDED = (HELD, SHOWN)
PUBLIC = (SHOWN, DONE)
WAYS = {
    restore: ANY,
    restore_twice: ANY,
    restore_when_open_to_all: ANY,
    restore_when_held: ANY,
    unarchive: ANY,
    declined_for_lack_of_time: ANY,
    several_at_once: ANY,
    undo: ANY,
    undo_then_restore: ANY,
    restore_what_is_not_put_aside: ANY,
    unmerge: UNDECIDED,
    unmerge_after_the_other_was_declined: UNDECIDED,
    undo_merging: UNDECIDED,
    withdraw_the_other: UNDECIDED,
    not_next: PUBLIC,  # what waits is approved by it, which is said
    not_now: PUBLIC,
    answer_and_take_it_back: PUBLIC,
    a_burst: (HELD,),
}


@pytest.mark.parametrize(
    ("way", "status"),
    [
        pytest.param(way, status, id=f"{way.__name__}-{status}")
        for way, all_of in WAYS.items()
        for status in all_of
    ],
)
def test_a_way_back_ends_where_it_began(room, grace, way, status):
    assert room.ask(BOB, "Why do bees dance at all?").id == OTHER
    room.becomes(moderated=True)
    number = bring(room, grace, status)
    before = question_row(room.engine, number)

    way(room, grace, number)

    after = question_row(room.engine, number)
    assert (after.status, after.answered_at) == (before.status, before.answered_at)
    is_seen = number in [card.id for card in room.board(EVE).cards]
    assert is_seen is (status is not HELD)


def test_what_its_asker_has_edited_waits_again_after_a_restore(room, grace):
    room.becomes(moderated=True)
    number = bring(room, grace, SHOWN)
    room.edit(ADA, number, "Why do bees dance at midnight?")

    restore(room, grace, number)

    assert question_row(room.engine, number).status is HELD


def test_what_the_log_does_not_know_waits(room, grace, engine):
    number = bring(room, grace, SHOWN)
    grace.act("archive", number)
    with engine.begin() as connection:
        connection.execute(sa.delete(Action))

    grace.act("restore", number)

    assert question_row(engine, number).status is HELD


def test_an_answer_aloud_outlives_one_in_writing(room, grace, engine):
    number = bring(room, grace, DONE)

    answer_and_take_it_back(room, grace, number)

    assert question_row(engine, number).status is DONE

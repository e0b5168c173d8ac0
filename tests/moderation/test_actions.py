"""What each action on questions changes, what it refuses, and what it leaves alone."""

from datetime import timedelta

import pytest

from companion.board.events import AskerTold
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.moderation import actions, answers, editing
from companion.store.models import Question, Status
from tests.support.clock import DURING
from tests.support.databases import on_both_databases
from tests.support.factories import make_question, question_row, set_status, talk_row
from tests.support.moderation import GRACE, RT
from tests.support.people import ADA, BOB
from tests.support.room import TEXT

pytestmark = on_both_databases


def row(room, question: int) -> Question:
    return question_row(room.engine, question)


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("approve", Status.WAITING, Status.OPEN),
        ("approve", Status.DECLINED, Status.OPEN),
        ("decline", Status.WAITING, Status.DECLINED),
        ("decline", Status.OPEN, Status.DECLINED),
        ("archive", Status.OPEN, Status.ARCHIVED),
        ("answered", Status.OPEN, Status.ANSWERED),
        ("restore", Status.DECLINED, Status.WAITING),
        ("restore", Status.ANSWERED, Status.OPEN),
        ("now", Status.WAITING, Status.OPEN),
        ("next", Status.WAITING, Status.OPEN),
    ],
)
def test_what_becomes_of_a_question_and_back(room, grace, engine, verb, before, after):
    question = make_question(engine, status=before)

    grace.act(verb, question, reason="unclear")

    assert (row(room, question).status, row(room, question).handled_by) == (after, "Grace")
    assert grace.undo_last() == "Undone."
    assert (row(room, question).status, row(room, question).handled_by) == (before, "")


def test_doing_it_again_says_who_did_it_and_changes_nothing(room, grace, engine, listener):
    question = make_question(engine, status=Status.WAITING)
    grace.act("approve", question, who=RT)
    listener.heard()
    before = room.revision()

    assert grace.act("approve", question) == "Already approved by RT."
    assert (listener.heard(), room.revision()) == ([], before)


@pytest.mark.parametrize("verb", ["pin", "unpin", "now", "next", "comment"])
def test_nobody_is_named_for_what_another_did(room, grace, engine, verb):
    question = make_question(engine, status=Status.WAITING)
    grace.act("approve", question, who=RT)
    grace.act(verb, question)

    [(said, named)] = {(grace.act(verb, question), row(room, question).handled_by)}
    assert (said.startswith("Already"), "RT" in said, named) == (True, False, "RT")


def test_only_who_approved_a_question_is_said_to_have_approved_it(room, grace, engine):
    edited, following, parted = (make_question(engine, f"How do {n} bees fly?") for n in range(3))
    grace.do(editing.edit, edited, {"text": "How do bees find home?"})
    grace.act("next", following)
    grace.merge(parted, edited)
    grace.unmerge(parted)

    handled = [row(room, question).handled_by for question in (edited, following, parted)]
    assert handled == ["", "", ""]


def test_many_at_once_are_one_action(room, grace, engine):
    ids = [make_question(engine, status=Status.WAITING) for _ in range(3)]

    assert grace.act("approve", *ids) == "Approved 3."
    assert [line.words for line in grace.desk().log] == ["approved 3 questions"]
    grace.undo_last()
    assert {row(room, id).status for id in ids} == {Status.WAITING}


def test_what_is_gone_leaves_the_others_done(room, grace, engine):
    ids = [make_question(engine, status=Status.WAITING) for _ in range(4)]
    room.withdraw(ADA, ids[1])

    assert grace.act("approve", *ids) == "Approved 3. One was gone."
    assert grace.act("approve", *ids, 999) == "Already approved by Grace. 2 were gone."
    with pytest.raises(Refused, match="not on the board"):
        grace.act("approve", ids[1], 999)


def test_what_is_refused_leaves_the_others_done_and_says_why(room, grace, engine):
    waiting, shown = make_question(engine, status=Status.WAITING), room.ask(ADA).id

    said = grace.act("answered", waiting, shown)

    assert said == "Answered 1. One was left as before: Approve it first."
    assert row(room, waiting).status is Status.WAITING


def test_many_are_archived_at_once(room, grace, engine):
    ids = [make_question(engine) for _ in range(3)]

    assert grace.act("archive", *ids) == "Archived 3."
    assert {row(room, id).status for id in ids} == {Status.ARCHIVED}
    assert grace.act("archive", *ids) == "Already archived by Grace."


def test_many_are_declined_for_a_reason_or_not_at_all(room, grace, engine, listener):
    ids = [make_question(engine) for _ in range(3)]

    with pytest.raises(Refused, match="Choose a reason"):
        grace.act("decline", *ids)
    assert listener.heard() == []
    assert grace.act("decline", *ids, reason="unclear") == "Declined 3."


@pytest.mark.parametrize("verb", ["", "explode", "withdraw"])
def test_an_unknown_action_is_refused(grace, engine, verb):
    with pytest.raises(Refused):
        grace.act(verb, make_question(engine))


def test_another_talks_question_is_out_of_reach(grace, engine, listener):
    other = make_question(engine, talk="other-talk", status=Status.WAITING)

    for action in (
        lambda: grace.act("approve", other),
        lambda: grace.merge(other, other),
        lambda: grace.do(actions.label, other, "x"),
        lambda: grace.do(answers.answer, other, "x"),
        lambda: grace.do(actions.mute, other, wanted=True),
        lambda: grace.do(answers.settle, other, "done", ""),
    ):
        with pytest.raises(Refused):
            action()
    assert listener.heard() == []


def test_the_reason_is_told_to_the_asker_alone(room, grace, engine, listener):
    question = room.ask(ADA).id
    listener.heard()

    grace.act("decline", question, reason="off_topic")

    told = [event for event in listener.heard() if isinstance(event, AskerTold)]
    assert [event.author for event in told] == [pseudonym(talk_row(engine).key, ADA)]
    [mine] = room.board(ADA).mine
    assert (mine.status, mine.reason) == (Status.DECLINED, "It is about something else.")
    assert room.board(BOB).cards == ()


def test_an_author_is_muted_held_and_told(room, grace, listener):
    question = room.ask(ADA).id
    grace.do(actions.mute, question, wanted=True)

    assert room.ask(ADA).status is Status.WAITING
    assert room.ask(BOB).status is Status.OPEN
    assert (room.board(ADA).muted, room.board(BOB).muted) == (True, False)
    grace.undo_last()
    assert room.ask(ADA).status is Status.OPEN


def test_a_burst_is_declined_in_one_go(room, grace):
    room.becomes(moderated=True)
    burst = [room.ask(ADA, f"Buy my honey, number {n}").id for n in range(4)]
    other = room.ask(BOB).id

    assert {card.burst for card in grace.desk().cards} == {4, 1}
    assert grace.do(actions.decline_burst, burst[0], "unkind") == "Declined 4."
    assert [card.id for card in grace.desk().cards] == [other]
    grace.undo_last()
    assert len(grace.desk().cards) == 5


def test_undo_leaves_alone_what_has_changed_since(room, grace, engine):
    question = make_question(engine, status=Status.WAITING)
    grace.act("approve", question)
    action = grace.desk().log[0].id
    grace.act("answered", question, who=RT)

    with pytest.raises(Refused, match="changed it since"):
        grace.undo(action)
    assert row(room, question).status is Status.ANSWERED


def test_undo_is_offered_for_some_seconds_to_whoever_did_it(room, grace, engine):
    grace.act("pin", make_question(engine))

    assert grace.desk(who=GRACE).undo is not None
    assert grace.desk(who=RT).undo is None
    room.becomes(now=DURING + timedelta(seconds=16))
    assert grace.desk(who=GRACE).undo is None
    room.becomes(now=DURING + timedelta(minutes=3))
    with pytest.raises(Refused, match="too long ago"):
        grace.undo_last()


def test_an_answer_added_later_is_told_to_the_asker(room, grace, engine, listener):
    question = make_question(engine, status=Status.ANSWERED)
    asker = question_row(engine, question).author
    listener.heard()

    for _ in range(2):
        grace.do(answers.answer, question, "With tests.")

    told = [event for event in listener.heard() if isinstance(event, AskerTold)]
    assert [event.author for event in told] == [asker]


def test_who_did_what_is_logged(room, grace, engine):
    question = make_question(engine, TEXT, status=Status.WAITING)
    grace.act("approve", question)
    grace.act("pin", question, who=RT)

    log = grace.desk().log
    assert [(line.who, line.words) for line in log] == [
        ("RT", f"pinned “{TEXT}”"),
        ("Grace", f"approved “{TEXT}”"),
    ]
    assert GRACE.name == log[1].who
    set_status(engine, question, Status.DECLINED)

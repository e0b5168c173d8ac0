"""The log says who did what to which, and offers to undo to the browser that did it alone."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.visitors import pseudonym
from companion.messages import Message
from companion.moderation import actions, controls, now_and_next
from companion.moderation.roles import Actor
from companion.store.models import Action, Role, Status
from tests.support.clock import DURING
from tests.support.databases import on_both_databases
from tests.support.factories import make_question, question_row, talk_row
from tests.support.moderation import GRACE, RT, SPEAKER
from tests.support.people import ADA, BOB

pytestmark = on_both_databases
HERE, THERE = (Actor("", Role.MODERATOR, session) for session in ("one-browser", "another"))
ORGANISER = Actor("", Role.ORGANISER, "a-third")


def words(grace) -> list[str]:
    return [line.words for line in grace.desk().log]


def mark(engine, who: str) -> str:
    return pseudonym(talk_row(engine).key, who)[:4]


def test_people_without_a_name_are_told_apart_by_their_browser(room, grace, engine):
    grace.act("pin", make_question(engine), who=HERE)

    assert grace.desk(who=HERE).undo is not None
    assert grace.desk(who=THERE).undo is None
    assert [line.undoable for line in grace.desk(who=THERE).log] == [False]


def test_people_of_the_same_name_are_told_apart(room, grace, engine):
    grace.act("pin", make_question(engine))

    assert grace.desk(who=Actor("Grace", Role.MODERATOR, "her-phone")).undo is None


def test_who_comes_without_a_session_is_offered_nothing(room, grace, engine):
    nobody = Actor("", Role.MODERATOR)
    grace.act("pin", make_question(engine), who=nobody)

    assert grace.desk(who=nobody).undo is None


def test_what_the_speaker_did_is_not_the_moderators_to_undo(room, grace):
    grace.do(controls.switch, {"speaker_may_advance": "1"})
    room.ask(ADA)
    room.becomes(now=DURING + timedelta(minutes=1))
    grace.do(now_and_next.advance, None, who=SPEAKER)

    for who in (GRACE, HERE):
        found = grace.desk(who=who)
        assert (found.log[0].who, found.undo) == ("the speaker", None)


def test_no_session_is_shown(room, grace, engine):
    grace.act("pin", make_question(engine), who=HERE)

    for who in (HERE, THERE):
        assert "one-browser" not in repr(grace.desk("open", who=who))


@pytest.mark.parametrize(
    ("who", "called"), [(HERE, "a moderator"), (ORGANISER, "an organiser"), (RT, "RT")]
)
def test_whoever_gave_no_name_is_called_by_what_they_are(room, grace, engine, who, called):
    question = make_question(engine, status=Status.WAITING)
    grace.act("approve", question, who=who)

    assert question_row(engine, question).handled_by == called
    assert grace.act("approve", question) == f"Already approved by {called}."
    assert [line.who for line in grace.desk().log] == [called]


def test_whom_it_hit_is_said_when_somebody_is_muted(room, grace, engine):
    question = room.ask(ADA, "Will you buy my honey?").id
    grace.do(actions.mute, question, wanted=True)
    grace.do(actions.mute, question, wanted=False)

    about = f"{mark(engine, ADA)} “Will you buy my honey?”"
    assert words(grace) == [f"unmuted {about}", f"muted {about}"]


def test_whom_it_hit_is_said_when_a_burst_is_declined(room, grace, engine):
    room.becomes(moderated=True)
    first, _ = (room.ask(ADA, f"Buy my honey, number {n}").id for n in range(2))
    room.ask(BOB)
    grace.do(actions.decline_burst, first, "other")

    assert words(grace) == [f"declined 2 from {mark(engine, ADA)} “Buy my honey, number 0”"]


def test_whom_it_hit_is_said_of_what_was_deleted_and_never_a_word_of_it(room, grace, engine):
    grace.say("Something that was said aloud")
    aloud = room.board().cards[0].id
    written = room.ask(ADA, "Something that was written").id
    grace.act("delete", aloud, written)

    assert words(grace) == [
        f"deleted one from {mark(engine, ADA)}",
        "deleted one from the room",
        "took from the room",
    ]


def test_deleting_one_that_was_merged_says_nothing_of_the_other(room, grace, engine):
    first, second = room.ask(ADA, "This one stays on the board").id, room.ask(BOB).id
    grace.merge(second, first)
    grace.act("delete", second)

    found = grace.desk()
    assert found.log[0].words == f"deleted one from {mark(engine, BOB)}"
    assert found.undo is None or found.undo.id != found.log[0].id
    assert room.card(first).askers == 1


def test_forgetting_what_was_said_keeps_whose_action_it_was(room, grace, engine):
    first, second = room.ask(ADA).id, room.ask(BOB).id
    grace.act("pin", first, second, who=HERE)
    grace.act("delete", first)

    [pinned] = [line for line in grace.desk(who=HERE).log if line.undoable]
    assert grace.undo(pinned.id, who=HERE) == "Undone."
    with room.engine.connect() as connection:
        found = connection.execute(Action.__table__.select()).mappings().all()
    assert {action["sign_in"] for action in found} == {"one-browser", GRACE.sign_in}


def test_the_log_keeps_english_and_says_it_as_messages(room, grace, engine):
    question = make_question(engine, "How do bees dance?")
    grace.do(actions.mute, question, wanted=True)

    with Session(engine) as session:
        (kept,) = session.scalars(sa.select(Action.what))
    (line,) = grace.desk().log
    assert kept == f"muted {mark(engine, ADA)}" == str(line.words.values["done"])
    assert line.words.id == "%(done)s “%(question)s”"
    assert line.words.values["done"].id == "muted %(who)s"


def test_who_has_no_name_is_a_message_and_a_name_never_is(room, grace, engine):
    grace.act("pin", make_question(engine), who=HERE)
    grace.act("pin", make_question(engine))

    names = [line.who for line in grace.desk().log]
    assert names == ["Grace", "a moderator"]
    assert [isinstance(name, Message) for name in names] == [False, True]

"""Who edits or deletes writes over nobody, and leaves no word behind that is gone."""

import pytest

from companion.errors import Refused
from companion.moderation import actions, editing
from companion.store.models import Kind, Question
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question
from tests.support.moderation import RT
from tests.support.people import ADA
from tests.support.room import TEXT

pytestmark = on_both_databases


def test_moderators_edit_and_the_original_is_kept(room, grace):
    question = room.ask(ADA, "How do bess find home?").id

    grace.do(editing.edit, question, {"text": "How do bees find home?", "kind": "comment"})
    grace.do(editing.edit, question, {"text": "How do bees find their home?"})

    card = room.card(question)
    assert (card.text, card.reworded, card.kind) == (
        "How do bees find their home?",
        True,
        Kind.QUESTION,
    )
    [shown] = grace.desk("open").cards
    assert shown.original == "How do bess find home?"
    assert room.ask(ADA, "How do bess find home?", key=card.key).id == question


FOUND, HOMES, ROUTES = (f"How do bees find their {what}?" for what in ("food", "homes", "routes"))
CHANGED = r" has changed this question meanwhile\..*is kept"


def words_hash(grace, question: int) -> str:
    return next(card.words_hash for card in grace.desk("open").cards if card.id == question)


def test_words_that_another_moderator_has_changed_are_not_overwritten(room, grace, listener):
    question = room.ask(ADA).id
    shown = words_hash(grace, question)
    grace.do(editing.edit, question, {"text": FOUND, "expected_version": shown}, who=RT)
    listener.heard()

    with pytest.raises(Refused, match=f"^RT{CHANGED}"):
        grace.do(editing.edit, question, {"text": HOMES, "expected_version": shown})
    assert (room.card(question).text, listener.heard()) == (FOUND, [])

    grace.do(
        editing.edit, question, {"text": HOMES, "expected_version": words_hash(grace, question)}
    )
    assert room.card(question).text == HOMES


@pytest.mark.parametrize("is_edited_before", [True, False])
def test_words_that_the_asker_has_changed_are_not_overwritten(room, grace, is_edited_before):
    question = room.ask(ADA).id
    if is_edited_before:
        grace.do(editing.edit, question, {"text": HOMES}, who=RT)
    shown = words_hash(grace, question)
    room.edit(ADA, question, FOUND)

    with pytest.raises(Refused, match=f"^Whoever asked it{CHANGED}"):
        grace.do(editing.edit, question, {"text": ROUTES, "expected_version": shown})
    assert room.card(question).text == FOUND


def test_a_kind_or_a_detail_changed_meanwhile_is_not_overwritten(room, grace):
    question = room.ask(ADA).id
    for changed in ({"kind": "comment"}, {"kind": "comment", "detail": "In the dark"}):
        shown = words_hash(grace, question)
        grace.do(editing.edit, question, {"text": TEXT, **changed}, who=RT)
        with pytest.raises(Refused, match=f"^RT{CHANGED}"):
            grace.do(editing.edit, question, {"text": FOUND, "expected_version": shown})

    assert (room.card(question).text, room.card(question).kind) == (TEXT, Kind.COMMENT)


def test_the_same_words_twice_are_once(room, grace, listener):
    question = room.ask(ADA).id
    shown = words_hash(grace, question)
    grace.do(editing.edit, question, {"text": FOUND, "expected_version": shown})
    listener.heard()

    assert (
        grace.do(editing.edit, question, {"text": FOUND, "expected_version": shown})
        == "It says that already."
    )
    assert listener.heard() == []


def test_deleting_leaves_no_word_behind(room, grace, engine):
    question = room.ask(ADA, "Something that must not be kept").id
    grace.do(editing.edit, question, {"text": "Something else that must not be"})

    grace.act("delete", question)

    assert count_rows(engine, Question) == 0
    with engine.connect() as connection:
        actions = connection.exec_driver_sql("SELECT before FROM action").fetchall()
    assert "must not" not in str(actions)
    for action in (1, 2):
        with pytest.raises(Refused):
            grace.undo(action)


def test_what_is_answered_now_cannot_be_edited_by_its_author(room, grace):
    question = room.ask(ADA).id
    grace.act("now", question)

    with pytest.raises(Refused, match="just now"):
        room.edit(ADA, question, "Something else entirely")


@pytest.mark.parametrize("labels", ["x" * 21, ",".join(f"l{n}" for n in range(21))])
def test_labels_have_limits(grace, engine, labels):
    with pytest.raises(Refused, match="labels"):
        grace.do(actions.label, make_question(engine), labels)

"""Prepared questions brought in: looked at first, added once, one action, one change."""

import pytest
from sqlalchemy.orm import Session

from companion import imports
from companion.board.events import BoardChanged, DeskChanged, QuestionOpened
from companion.errors import Refused
from companion.imports import RowDefaults
from companion.store.models import Kind, Question, Status
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question, question_row

pytestmark = on_both_databases
USUAL = RowDefaults()
TOKEN = "token-of-the-test"


def looked(engine, text, choice=USUAL):
    with Session(engine) as session:
        return imports.look(session, "talk", imports.read(text), choice, TOKEN)


def drafts(text, choice=USUAL, token=TOKEN):
    return [imports.draft_of(found, choice, token) for found in imports.read(text).rows]


def bring(grace, text, status=Status.OPEN, **more):
    return grace.do(imports.add, drafts(text, **more), status)


def many(count):
    return "\n".join(f"- What does bee number {n} do all day?" for n in range(count))


def rows(engine):
    with Session(engine, expire_on_commit=False) as session:
        return list(session.query(Question).order_by(Question.id))


def test_each_row_is_shown_as_it_will_be(engine):
    make_question(engine, "How do bees find their way home?")
    preview = looked(
        engine,
        "question,author,status,kind\n"
        "  Why do\tbees dance? ,Ada,open,comment\n"
        "Short?,,,\n"
        "How do bees find the way home?,,,\n"
        "Why do all bees dance?,Anonymous,,\n"
        "What do wasps eat in winter?,,declined,\n",
    )

    shown = [(row.draft and row.draft.text, row.ticked) for row in preview.rows]
    assert shown == [
        ("Why do bees dance?", True),
        (None, False),
        ("How do bees find the way home?", False),
        ("Why do all bees dance?", False),
        ("What do wasps eat in winter?", False),
    ]
    first, short, board, file, declined = preview.rows
    assert (first.draft.name, first.draft.kind) == ("Ada", "comment")
    assert file.draft.name == "the organisers"
    assert "at least 10 characters" in short.problem
    assert board.doubt == "On the board already: “How do bees find their way home?”"
    assert file.doubt == "Further up already: “Why do bees dance?”"
    assert declined.doubt == "It is declined where it comes from."
    assert preview.good == 4


def test_what_nobody_sees_any_more_is_no_reason_to_leave_one_out(engine):
    for status in (Status.DECLINED, Status.WITHDRAWN):
        make_question(engine, "How do bees find home?", status=status)
    make_question(engine, "How do bees find home?", talk="other-talk")

    assert looked(engine, "How do bees find home?").rows[0].ticked
    make_question(engine, "How do bees find home?", status=Status.WAITING)
    assert not looked(engine, "How do bees find home?").rows[0].ticked


def test_looking_writes_nothing(room, engine, listener):
    looked(engine, many(3))

    assert (count_rows(engine, Question), listener.heard()) == (0, [])


def test_they_are_added_once(room, grace, engine):
    assert bring(grace, many(3)) == "Added 3."
    before = room.revision()

    assert bring(grace, many(3)) == "These have been added already."
    assert (count_rows(engine, Question), room.revision()) == (3, before)
    assert bring(grace, many(4)) == "Added 1."


def test_they_have_the_name_but_nobody_is_their_author(room, grace, engine):
    bring(grace, "How do bees find home?", choice=RowDefaults(name="The panel", kind=Kind.COMMENT))

    [row] = rows(engine)
    assert (row.author, row.name, row.kind, row.votes) == ("", "The panel", Kind.COMMENT, 0)
    assert (row.asked_aloud, row.handled_by) == (False, "Grace")


def test_a_few_are_told_of_one_by_one(room, grace, engine, listener):
    bring(grace, many(3))

    assert [type(event) for event in listener.heard()] == [QuestionOpened] * 3


@pytest.mark.slow
@pytest.mark.parametrize(("status", "event"), [("open", BoardChanged), ("waiting", DeskChanged)])
def test_many_are_one_change_and_one_action_that_can_be_undone(
    room, grace, engine, listener, status, event
):
    bring(grace, many(500), Status(status))

    [change] = listener.heard()
    assert (type(change), change.revision, room.revision()) == (event, 1, 1)
    assert [line.words for line in grace.desk().log] == ["brought in 500 questions"]
    assert grace.undo_last() == "Undone."
    assert [type(event) for event in listener.heard()] == [event]
    assert {row.status for row in rows(engine)} == {Status.WITHDRAWN}


def test_one_that_has_been_dealt_with_keeps_all_from_being_undone(room, grace, engine):
    bring(grace, many(2))
    action = grace.desk().log[0].id
    grace.act("answered", rows(engine)[0].id)

    with pytest.raises(Refused, match="changed it since"):
        grace.undo(action)
    assert question_row(engine, rows(engine)[1].id).status is Status.OPEN


@pytest.mark.parametrize("count", [0, 501])
def test_none_and_too_many_are_refused(room, grace, engine, count):
    some = [draft for token in ("a" * 8, "b" * 8) for draft in drafts(many(300), token=token)]

    with pytest.raises(Refused):
        grace.do(imports.add, some[:count], Status.OPEN)
    assert count_rows(engine, Question) == 0


def test_many_approved_at_once_are_one_change_too(room, grace, engine, listener):
    ids = [make_question(engine, status=Status.WAITING, author="") for _ in range(30)]

    grace.act("approve", *ids)

    kinds = [type(event) for event in listener.heard()]
    assert kinds[0] is BoardChanged
    assert QuestionOpened not in kinds

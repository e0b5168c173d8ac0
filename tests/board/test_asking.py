import pytest

from companion.board.events import QuestionHeld, QuestionOpened
from companion.board.rules import BoardState
from companion.errors import Refused
from companion.store.models import Kind, Question, Status
from tests.support.clock import DURING
from tests.support.factories import count_rows, question_row, talk_row
from tests.support.listener import shown
from tests.support.people import ADA, BOB
from tests.support.room import TEXT

KEY = "0b9f2f3c-8c2e-4a6e-9a55-1f0c6a4f0001"


def test_a_question_is_on_the_board_for_everyone(room):
    asked = room.ask(ADA, TEXT, detail="By `scent`?", kind="comment", name="Ada")

    assert asked.status is Status.OPEN
    [card] = room.board(BOB).cards
    assert (card.id, card.text, card.detail, card.name) == (asked.id, TEXT, "By `scent`?", "Ada")
    assert (card.kind, card.status, card.votes) == (Kind.COMMENT, Status.OPEN, 0)
    assert (card.asked_at, card.edited) == (DURING, False)
    assert (card.own, card.voted) == (False, False)


def test_an_opened_question_is_announced_with_its_revision(room, listener):
    first, second = room.ask(ADA), room.ask(BOB)

    assert listener.heard() == [
        shown(QuestionOpened, "talk", 1, 0, first.id),
        shown(QuestionOpened, "talk", 2, 1, second.id),
    ]
    assert (room.board().revision, room.board().public_revision) == (2, 2)


def test_a_question_without_a_name_is_anonymous(room):
    assert room.card(room.ask(ADA).id).name == ""


def test_a_moderated_board_holds_a_question_and_tells_the_desk_alone(room, listener):
    room.becomes(moderated=True)

    asked = room.ask(ADA)

    assert asked.status is Status.WAITING
    assert listener.heard() == [QuestionHeld("talk", revision=1, after=0, question=asked.id)]
    assert (room.board().public_revision, room.board(BOB).cards, room.board().cards) == (0, (), ())
    assert [card.id for card in room.board(ADA).mine] == [asked.id]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (BoardState.VOTES, "The board takes votes only now. Vote for what is there."),
        (BoardState.CLOSED, "The board is closed. Read what was asked and answered."),
    ],
)
def test_asking_is_refused_unless_the_board_is_open(room, listener, state, reason):
    room.becomes(state=state)

    with pytest.raises(Refused, match=f"^{reason}$"):
        room.ask(ADA)

    assert (listener.heard(), room.board().total) == ([], 0)


def test_the_same_key_twice_is_one_question(room, listener, engine):
    first = room.ask(ADA, key=KEY)
    listener.heard()

    assert room.ask(ADA, key=KEY) == first
    assert listener.heard() == []
    assert (count_rows(engine, Question), room.revision()) == (1, 1)


def test_a_repeat_is_answered_though_the_board_has_closed_since(room):
    first = room.ask(ADA, key=KEY)
    room.becomes(state=BoardState.CLOSED)

    assert room.ask(ADA, key=KEY) == first


def test_a_repeat_of_what_was_withdrawn_does_not_bring_it_back(room, listener):
    first = room.ask(ADA, key=KEY)
    room.withdraw(ADA, first.id)
    listener.heard()

    assert room.ask(ADA, key=KEY).status is Status.WITHDRAWN
    assert (listener.heard(), room.board().cards) == ([], ())


def test_a_repeat_after_an_edit_keeps_the_edit(room):
    first = room.ask(ADA, key=KEY)
    room.edit(ADA, first.id, "How do bees find food?")

    assert room.ask(ADA, key=KEY).id == first.id
    assert room.card(first.id).text == "How do bees find food?"


def test_other_words_under_a_used_key_are_refused_not_lost_silently(room, listener):
    room.ask(ADA, key=KEY)
    listener.heard()

    with pytest.raises(Refused, match="An earlier version of this has arrived"):
        room.ask(ADA, "Something else altogether?", key=KEY)

    assert (listener.heard(), room.board().total) == ([], 1)


def test_another_visitors_key_is_refused(room, listener):
    room.ask(ADA, key=KEY)
    listener.heard()

    with pytest.raises(Refused, match="sent already, by somebody else"):
        room.ask(BOB, key=KEY)

    assert (listener.heard(), room.board(BOB).mine) == ([], ())


def test_a_key_counts_for_one_talk_only(room, other_room):
    first, other = room.ask(ADA, key=KEY), other_room.ask(BOB, key=KEY)

    assert first.id != other.id
    assert [card.id for card in other_room.board().cards] == [other.id]


def test_each_talk_counts_its_own_revisions(room, other_room, listener):
    room.ask(ADA)
    room.ask(ADA)
    other = other_room.ask(ADA)

    assert listener.heard()[-1] == shown(QuestionOpened, "other-talk", 1, 0, other.id)
    assert (room.revision(), other_room.revision()) == (2, 1)


def test_the_database_knows_a_pseudonym_and_not_the_visitor(room, other_room, engine):
    here = question_row(engine, room.ask(ADA).id).author
    there = question_row(engine, other_room.ask(ADA).id).author

    assert len(here) == len(there) == 32
    assert here != there
    assert ADA not in here + there
    assert talk_row(engine).key != talk_row(engine, "other-talk").key

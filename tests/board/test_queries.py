from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import queries
from companion.board.paging import read_selection
from companion.board.rules import BoardState
from companion.store.models import Kind, Question, Status, Talk
from tests.support.clock import STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import make_question
from tests.support.people import ADA, BOB, EVE

pytestmark = on_both_databases


def ids(cards):
    return [card.id for card in cards]


def test_a_board_that_nobody_wrote_on(room):
    board = room.board(ADA)

    assert (board.revision, board.public_revision, board.total) == (0, 0, 0)
    assert (board.cards, board.mine) == ((), ())
    assert (board.state, board.moderated) == (BoardState.OPEN, False)


def test_a_board_is_of_one_moment_whatever_is_written_while_it_is_read(room, engine):
    asked = room.ask(ADA).id
    with Session(engine) as session:
        talk = room.loader.load(session)
        room.vote(BOB, asked)
        room.ask(EVE, "And what of the wasps, do they find home as well?")
        board = queries.board(session, talk, None, read_selection({}))

    assert [(card.id, card.votes) for card in board.cards] == [(asked, 0)]
    assert board.revision < room.revision()


def test_popular_is_votes_then_the_older_first(room, engine):
    few = make_question(engine, votes=1)
    many = make_question(engine, votes=3)
    tied = make_question(engine, votes=1)

    assert ids(room.board().cards) == [many, few, tied]


def test_recent_is_the_newest_first_whatever_the_votes(room, engine):
    made = [make_question(engine, votes=votes) for votes in (5, 0, 2)]

    assert ids(room.board(sort="recent").cards) == made[::-1]


@pytest.mark.parametrize("sort", ["popular", "recent"])
def test_answered_ones_come_last(room, engine, sort):
    answered = make_question(engine, votes=9, status=Status.ANSWERED)
    opened = make_question(engine)
    newest = make_question(engine, status=Status.ANSWERED)

    assert ids(room.board(sort=sort).cards)[0] == opened
    assert set(ids(room.board(sort=sort).cards)[1:]) == {answered, newest}


@pytest.mark.parametrize("sort", ["popular", "recent"])
def test_now_and_next_come_first_then_what_is_pinned(room, engine, sort):
    plain, pinned, answered, coming, current = (make_question(engine) for _ in range(5))
    with Session(engine) as session, session.begin():
        for pin in (pinned, answered, current):
            session.get_one(Question, pin).pinned = True
        session.get_one(Question, answered).status = Status.ANSWERED
        talk = session.scalars(sa.select(Talk)).one()
        talk.now_id, talk.next_id = current, coming

    cards = room.board(sort=sort).cards

    assert [(card.id, card.rank) for card in cards] == [
        (current, 0),
        (coming, 1),
        (pinned, 2),
        (plain, 3),
        (answered, 5),
    ]


@pytest.mark.parametrize(
    "status", [Status.WAITING, Status.DECLINED, Status.WITHDRAWN, Status.MERGED]
)
@pytest.mark.parametrize("who", [None, BOB])
def test_nobody_else_sees_what_is_not_public(room, engine, status, who):
    make_question(engine, author=ADA, status=status)

    board = room.board(who)

    assert (board.cards, board.mine, board.total) == ((), (), 0)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.WITHDRAWN])
def test_ones_own_are_always_found_with_their_status(room, engine, status):
    question = make_question(engine, author=ADA, status=status)

    assert [(card.id, card.status, card.own) for card in room.board(ADA).mine] == [
        (question, status, True)
    ]


def test_mine_are_the_newest_first_and_not_searched(room, engine):
    made = [make_question(engine, author=ADA) for _ in range(3)]
    make_question(engine, author=BOB)

    assert ids(room.board(ADA, find="no such words").mine) == made[::-1]


def test_a_stranger_owns_nothing_and_has_voted_for_nothing(room, engine):
    make_question(engine, author=ADA, voters=(BOB,))

    board = room.board()

    assert [(card.own, card.voted) for card in board.cards] == [(False, False)]
    assert board.mine == ()


def test_what_is_personal_is_each_persons_own(room, engine):
    question = make_question(engine, author=ADA, voters=(BOB,))

    seen = {who: room.board(who).cards[0] for who in (ADA, BOB, EVE)}

    assert {who: (card.own, card.voted) for who, card in seen.items()} == {
        ADA: (True, False),
        BOB: (False, True),
        EVE: (False, False),
    }
    assert {card.id for card in seen.values()} == {question}


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("bees", ["bees", "both"]),
        ("BEES", ["bees", "both"]),
        ("wasps bees", ["both"]),
        ("nest", ["detail"]),
        ("grace", ["named"]),
        ("strasse", ["street"]),
        ("%", []),
        ("_", []),
        ("nothing like it", []),
        ("   ", ["bees", "both", "detail", "named", "street"]),
    ],
)
def test_finding_needs_every_word_anywhere(room, engine, find, found):
    made = {
        "bees": make_question(engine, "Where do bees sleep?"),
        "both": make_question(engine, "Do bees like wasps?"),
        "detail": make_question(engine, "And the others?", detail="In the nest"),
        "named": make_question(engine, "What about ants?", name="Grace"),
        "street": make_question(engine, "Is the Straße safe for them?"),
    }

    board = room.board(find=find)

    assert ids(board.cards) == [made[name] for name in found]
    assert (board.total, board.selection.find) == (5, find.strip())


def test_another_talks_questions_are_not_here(room, other_room, engine):
    make_question(engine, talk="other-talk", author=ADA)
    here = make_question(engine, author=ADA)

    assert ids(room.board(ADA).cards) == ids(room.board(ADA).mine) == [here]


def test_a_vote_on_another_talk_is_not_shown_here(room, engine):
    there = make_question(engine, talk="other-talk", voters=(BOB,))
    here = make_question(engine)

    assert [(card.id, card.voted) for card in room.board(BOB).cards] == [(here, False)]
    assert there != here


def test_moments_come_back_as_they_went_in(room, engine):
    make_question(engine)

    [card] = room.board().cards

    assert card.asked_at == STARTS
    assert card.asked_at.utcoffset() == timedelta(0)


def test_a_card_says_what_kind_it_is_and_shows_its_detail_as_html(room, engine):
    made = make_question(engine, kind=Kind.COMMENT, detail="Use `dance()`")

    card = room.card(made)

    assert card.kind is Kind.COMMENT
    assert card.detail_html == "<p>Use <code>dance()</code></p>\n"


@pytest.mark.parametrize("status", list(Status))
def test_only_what_is_not_dealt_with_is_editable(room, engine, status):
    made = make_question(engine, author=ADA, status=status)

    assert room.card(made, ADA).editable is (status in (Status.WAITING, Status.OPEN))

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from companion.board.paging import PAGE, PAGE_MOST, Selection, read_selection
from companion.store.models import PUBLIC, Question, Status, Talk
from tests.support.databases import on_both_databases
from tests.support.factories import make_question, make_questions, set_status
from tests.support.people import ADA, BOB
from tests.support.queries import counted_queries

SORTS = ("popular", "recent")


def ids(board):
    return [card.id for card in board.cards]


def in_a_browsers_order(cards, sort):
    """Sort by nothing but what each card tells a browser."""

    def place(card):
        return card.rank, *((-card.id,) if sort == "recent" else (-card.votes, card.id))

    return sorted(cards, key=place)


@on_both_databases
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    made=st.lists(
        st.tuples(st.sampled_from(Status), st.booleans(), st.integers(0, 3)), min_size=3, max_size=9
    ),
    data=st.data(),
)
def test_the_databases_order_is_the_one_that_a_browser_sorts_by(room, engine, made, data):
    with Session(engine) as session, session.begin():
        session.execute(sa.delete(Question))
    for number, _ in enumerate(made):
        make_question(engine, f"How do bees find home, take {number}?")
    with Session(engine) as session, session.begin():
        rows = session.scalars(sa.select(Question).order_by(Question.id)).all()
        for row, (status, pinned, votes) in zip(rows, made, strict=True):
            row.status, row.pinned, row.votes = status, pinned, votes
        slots = st.sampled_from([None, *(row.id for row in rows if row.status in PUBLIC)])
        talk = session.scalars(sa.select(Talk)).one()
        talk.now_id, talk.next_id = data.draw(slots), data.draw(slots)

    for sort in SORTS:
        cards = room.board(sort=sort).cards
        assert list(cards) == in_a_browsers_order(cards, sort)
        assert len(cards) == sum(status in PUBLIC for status, _, _ in made)


@pytest.mark.parametrize("sort", SORTS)
def test_a_long_board_shows_its_first_ones_and_says_how_many_are_left(room, engine, sort):
    made = make_questions(engine, 120)
    wanted = made if sort == "popular" else made[::-1]

    first, more, all_ = (room.board(sort=sort, shown=shown) for shown in ("", "100", "150"))

    assert (ids(first), first.hidden, first.wider) == (wanted[:50], 70, 100)
    assert (ids(more), more.hidden, more.wider) == (wanted[:100], 20, 150)
    assert (ids(all_), all_.hidden, all_.last) == (wanted, 0, None)
    assert [first.last.id, more.last.id] == [wanted[49], wanted[99]]
    assert {board.total for board in (first, more, all_)} == {120}


def test_a_board_of_one_page_has_nothing_left(room, engine):
    made = make_questions(engine, PAGE)

    board = room.board()

    assert (ids(board), board.hidden, board.last) == (made, 0, None)


@pytest.mark.parametrize("sort", SORTS)
def test_now_next_and_what_is_pinned_are_on_the_first_page_of_either_order(room, engine, sort):
    made = make_questions(engine, 200)
    middle, coming, pinned = made[100:103]
    with Session(engine) as session, session.begin():
        talk = session.scalars(sa.select(Talk)).one()
        talk.now_id, talk.next_id = middle, coming
        session.get_one(Question, pinned).pinned = True

    assert ids(room.board(sort=sort))[:3] == [middle, coming, pinned]


def test_ones_own_are_there_wherever_they_stand_for_oneself_alone(room, engine):
    make_questions(engine, 60)
    late = make_question(engine, author=ADA)
    held = make_question(engine, author=ADA, status=Status.WAITING)

    ada, bob = room.board(ADA), room.board(BOB)

    assert ids(ada) == [*ids(bob), late]
    assert (ada.hidden, bob.hidden) == (10, 11)
    assert ada.last.id == bob.last.id == ids(bob)[-1]
    assert [card.id for card in ada.mine] == [held, late]


def test_what_ones_own_was_merged_into_is_there_too(room, engine):
    target = make_questions(engine, 60)[-1]
    merged = make_question(engine, author=ADA, status=Status.MERGED)
    with Session(engine) as session, session.begin():
        session.get_one(Question, merged).merged_into = target

    assert ids(room.board(ADA))[50:] == [target]
    assert ids(room.board(BOB))[50:] == []


def test_what_a_link_leads_to_is_there_if_everybody_may_see_it(room, engine):
    made = make_questions(engine, 60)
    waiting, gone = made[57:59]
    set_status(engine, waiting, Status.WAITING)
    set_status(engine, gone, Status.WITHDRAWN)
    elsewhere = make_question(engine, talk="other-talk")

    assert ids(room.board(BOB, at=str(made[59])))[50:] == [made[59]]
    assert ids(room.board(BOB, at=str(made[0]))) == ids(room.board(BOB))
    for hidden in (waiting, gone, elsewhere):
        assert ids(room.board(BOB, at=str(hidden))) == ids(room.board(BOB))


def test_a_search_looks_through_everything_and_shows_a_page_of_it(room, engine):
    made = make_questions(engine, 120)
    late = make_question(engine, "Where do wasps sleep?")

    [found], many = room.board(find="wasps").cards, room.board(find="bees", shown="100")

    assert found.id == late
    assert (ids(many), many.found, many.hidden, many.total) == (made[:100], 120, 20, 121)


def test_a_search_that_finds_nothing_knows_of_how_many(room, engine):
    make_questions(engine, 3)

    board = room.board(find="wasps")

    assert (board.cards, board.found, board.hidden, board.total) == ((), 0, 0, 3)


@pytest.mark.parametrize("query", [{}, {"find": "number"}])
def test_a_board_of_thousands_asks_as_much_of_the_database_as_one_of_ten(room, engine, query):
    asked = []
    for count in (10, 4_990):
        make_questions(engine, count)
        room.board(ADA, **query)
        with counted_queries() as queries:
            board = room.board(ADA, **query)
        asked.append((len(queries), len(board.cards)))

    assert asked == [(3 + len(query), 10), (3 + len(query), 50)]


@pytest.mark.parametrize(
    ("asked", "selection"),
    [
        ({}, Selection()),
        (
            {"sort": "recent", "find": " two  words ", "shown": "100", "at": "7"},
            Selection("recent", "two words", 100, 7),
        ),
        ({"sort": "x", "shown": "3", "at": "-1"}, Selection()),
        ({"shown": "999999999999999", "at": "99999999999999"}, Selection(shown=PAGE_MOST)),
        ({"shown": "\u0661\u0662", "at": "1.5"}, Selection()),
    ],
)
def test_what_a_query_asks_for(asked, selection):
    assert read_selection(asked) == selection

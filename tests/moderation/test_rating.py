"""Ratings by their rules: one a person, told of enough people only, and in the end of nobody."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import rating
from companion.board.events import DeskChanged
from companion.board.questions import delete_own
from companion.board.rating import Given, given, read_wish
from companion.board.rating_counts import Line, RatingCounts, Spread, counts, counts_of, lines
from companion.board.room_code import CodeNeededError
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.moderation import controls
from companion.moderation.context import set_mute
from companion.moderation.newcomers import decide
from companion.moderation.retention import forget_visitors
from companion.store.models import Talk
from companion.store.rating import Rating
from tests.support.clock import STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows
from tests.support.people import ADA, BOB, EVE

NEAR_THE_END = STARTS + timedelta(minutes=56)
OTHERS = ("Cleo", "Dora", "Finn")
LINE = "More about knees, please."


@pytest.fixture(autouse=True)
def _at_the_end(room) -> None:
    room.becomes(now=NEAR_THE_END)


def rate(room, who: str, *, over_budget: bool = False, **said: object) -> None:
    wish = read_wish({name: str(value) for name, value in said.items()})
    room.write(lambda change, talk: rating.give(change, talk, who, wish, over_budget=over_budget))


def all_rate(room, *people: str, **said: object) -> None:
    for who in people or (ADA, BOB, EVE, "Cleo", "Dora"):
        rate(room, who, **said)


def row_of(session: Session) -> Talk:
    return session.scalars(sa.select(Talk)).one()


def counted(room) -> RatingCounts | None:
    with Session(room.engine) as session:
        return counts(session, row_of(session).id)


def written(room) -> set[str]:
    with Session(room.engine) as session:
        return {line.text for line in lines(session, row_of(session))}


@on_both_databases
def test_each_person_counts_once_and_each_question_for_itself(room):
    all_rate(room, worth=4)
    all_rate(room, ADA, BOB, EVE, "Cleo", "Dora", "Finn", depth=1)
    rate(room, ADA, worth=1)

    assert counted(room) == RatingCounts(6, Spread((1, 0, 0, 4, 0)), Spread((6, 0, 0)))
    assert count_rows(room.engine, Rating) == 6


def test_the_database_itself_counts_nobody_twice(room):
    rate(room, ADA, worth=4)

    def cheat(change, talk) -> None:
        author = pseudonym(talk.row.key, ADA)
        change.session.execute(
            sa.insert(Rating).values(talk_id=talk.row.id, author=author, worth=5, line="")
        )

    with pytest.raises(sa.exc.IntegrityError):
        room.write(cheat)


def test_nobody_else_hears_of_a_rating(room, listener):
    rate(room, ADA, worth=4)
    rate(room, ADA, line=LINE)

    assert listener.heard() == []


@pytest.mark.parametrize("missing", ["depth", "line", "worth"])
def test_of_four_nothing_is_told_whatever_they_said(room, missing):
    said = {"worth": 4, "depth": 2, "line": LINE}
    del said[missing]
    all_rate(room, ADA, BOB, EVE, "Cleo", **said)

    assert counted(room) is None
    assert written(room) == set()

    rate(room, "Dora", **said)
    assert counted(room) is not None
    assert written(room) == ({LINE} if "line" in said else set())


def test_what_four_of_six_answered_is_not_told(room):
    all_rate(room, worth=5)
    all_rate(room, ADA, BOB, EVE, "Cleo", depth=2)

    assert counted(room) == RatingCounts(5, Spread((0, 0, 0, 0, 5)), None)


def test_several_talks_are_counted_apart_and_those_of_few_left_out(room, engine):
    all_rate(room, worth=4)
    with Session(engine) as session, session.begin():
        session.add(Talk(slug="wasps", key="wasps"))
    with Session(engine) as session:
        ids = list(session.scalars(sa.select(Talk.id)))
        assert list(counts_of(session, ids)) == [
            row.id for row in session.scalars(sa.select(Talk).filter_by(slug="talk"))
        ]


def test_who_is_held_counts_once_the_desk_lets_them_in(room, grace):
    all_rate(room, ADA, BOB, EVE, "Cleo", worth=4)
    rate(room, "Dora", worth=1, line=LINE, over_budget=True)
    assert counted(room) is None

    grace.do(decide, "let_in")

    assert counted(room) == RatingCounts(5, Spread((1, 0, 0, 4, 0)), None)
    assert written(room) == {LINE}


def test_the_desk_hears_once_of_whoever_is_held_for_a_rating(room, listener):
    rate(room, "Dora", worth=1, over_budget=True)
    rate(room, "Dora", worth=2, over_budget=True)
    rate(room, ADA, worth=2)

    assert [type(event) for event in listener.heard()] == [DeskChanged]


def test_muting_somebody_does_not_tell_which_line_is_theirs(room, grace):
    all_rate(room, worth=4, line=LINE)
    rate(room, EVE, line="Sam is a bore.")
    before = written(room)
    with Session(room.engine) as session:
        eve = pseudonym(row_of(session).key, EVE)
    grace.do(lambda context: str(set_mute(context, eve, wanted=True)))

    assert written(room) == before == {LINE, "Sam is a bore."}
    assert counted(room).people == 5


def test_where_the_room_code_is_needed_only_who_gave_it_rates(room, grace):
    grace.do(controls.switch, {"requires_code": "1"})

    with pytest.raises(CodeNeededError):
        rate(room, ADA, worth=4)


def test_all_of_ones_own_goes_and_nobody_elses(room):
    all_rate(room, worth=4, line=LINE)

    room.write(lambda change, talk: delete_own(change, talk, ADA))

    with Session(room.engine) as session:
        assert given(session, row_of(session), ADA) == Given()
        assert given(session, row_of(session), BOB) == Given(4, 0, LINE)


def test_taking_back_works_whatever_the_rules(room):
    rate(room, ADA, worth=1)
    room.becomes(now=NEAR_THE_END + timedelta(days=20))

    rate(room, ADA, do="remove")

    assert count_rows(room.engine, Rating) == 0


@on_both_databases
def test_in_the_end_totals_stay_and_nothing_of_anybody(room):
    all_rate(room, worth=4, depth=2)
    rate(room, ADA, line=LINE)
    rate(room, "Finn", line="Only a line.")
    rate(room, "Eve's brother", worth=1, over_budget=True)
    before = authors(room)

    room.write(lambda change, talk: forget_visitors(change.session, talk.row, talk.now))

    assert counted(room) == RatingCounts(5, Spread((0, 0, 0, 5, 0)), Spread((0, 5, 0)))
    assert written(room) == set()
    assert not authors(room) & before
    with Session(room.engine) as session:
        rows = session.scalars(sa.select(Rating)).all()
        assert {(row.line, row.given_at) for row in rows} == {("", None)}
        assert given(session, row_of(session), ADA) == Given()


def authors(room) -> set[str]:
    with Session(room.engine) as session:
        return set(session.scalars(sa.select(Rating.author)))


def test_once_it_is_forgotten_who_rated_nobody_rates_again(room):
    room.becomes(now=STARTS + timedelta(hours=2))
    all_rate(room, worth=4)
    room.write(lambda change, talk: forget_visitors(change.session, talk.row, talk.now))
    room.becomes(now=STARTS + timedelta(hours=3))

    with pytest.raises(Refused, match="It is too late"):
        rate(room, ADA, worth=1)

    assert counted(room).people == 5


def test_lines_come_in_another_order_each_time(room):
    for who in map(str, range(12)):
        rate(room, who, worth=4, line=f"Line {who}")

    with Session(room.engine) as session:
        orders = {tuple(lines(session, row_of(session))) for _ in range(5)}
    assert len(orders) > 1
    assert {Line} == {type(line) for line in next(iter(orders))}

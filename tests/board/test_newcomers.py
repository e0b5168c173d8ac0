"""How many new people may come at once, and what the desk does about those who are held."""

import pytest

from companion.board import questions, votes
from companion.board.events import DeskChanged
from companion.board.input import read_draft
from companion.board.newcomers import CROWD, PER_ADDRESS, PER_TALK, Newcomers, Standing
from companion.board.others import Nobody
from companion.errors import Refused
from companion.moderation import newcomers
from companion.network.capacity import network_of
from companion.store.models import HeldVote, Status, Vote
from tests.support.colleagues import colleagues
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question, question_row
from tests.support.people import ADA, BOB, EVE

HALL, HOME = "203.0.113.7", "198.51.100.20"
HELD = Standing(over_budget=True)


@pytest.fixture
def now(monkeypatch):
    """Return the monotonic clock, as a list of one."""
    found = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: found[0])
    return found


def came(people: Newcomers, count: int, address: str = HALL, name: str = "person") -> int:
    """Have new people vote; return how many are held."""
    return sum(people.standing("talk", f"{name} {i}", address).over_budget for i in range(count))


def test_a_hall_of_500_behind_one_address_is_let_in(now):
    assert came(Newcomers(on=True, others=Nobody()), 500) == 0


def test_a_script_is_held_past_the_budget_and_nobody_elsewhere_is(now):
    people = Newcomers(on=True, others=Nobody())
    came(people, 1, name=ADA)

    assert came(people, 5_000, name="script") == 5_000 - (PER_ADDRESS - 1)
    assert came(people, 1, name=ADA) == 0
    assert came(people, 300, HOME) == 0
    assert not people.standing("other-talk", EVE, HALL).over_budget


def test_looking_whether_somebody_would_be_past_the_budget_spends_none_of_it(now):
    people = Newcomers(on=True, others=Nobody())
    came(people, PER_ADDRESS - 1)

    looks = [people.is_past("talk", f"looker {i}", HALL) for i in range(10)]

    assert not any(looks)
    assert came(people, 1, name=ADA) == 0
    assert people.is_past("talk", BOB, HALL)
    assert not people.is_past("talk", BOB, HOME)
    assert not people.is_past("talk", f"{ADA} 0", HALL)
    assert not Newcomers(on=False, others=Nobody()).is_past("talk", BOB, HALL)


def test_a_talk_has_a_budget_whatever_the_addresses(now):
    people = Newcomers(on=True, others=Nobody())

    held = sum(came(people, 1, f"198.51.{i // 250}.{i % 250}", f"p{i}") for i in range(3_000))

    assert held == 3_000 - PER_TALK


def test_the_budget_is_there_again_after_ten_minutes(now):
    people = Newcomers(on=True, others=Nobody())
    assert came(people, PER_ADDRESS + 1) == 1
    now[0] += 601

    assert came(people, PER_ADDRESS, name="later") == 0


def test_limits_that_are_off_hold_nobody(now):
    assert came(Newcomers(on=False, others=Nobody()), 3_000) == 0


def test_a_crowd_is_of_people_who_came_just_now_and_a_repeat_is_none(now):
    people = Newcomers(on=True, others=Nobody())
    people.standing("talk", ADA, HALL)
    now[0] += 61
    crowd = [people.standing("talk", f"p{i}", HALL, f"key {i}").in_crowd for i in range(50)]

    assert crowd == [False] * CROWD + [True] * (50 - CROWD)
    assert not people.standing("talk", ADA, HALL, "Ada's").in_crowd
    assert not people.standing("talk", "p0", HALL, "key 0").in_crowd


@pytest.fixture
def pair(now) -> list[Newcomers]:
    """Return what two workers know of those who are new."""
    return [Newcomers(on=True, others=each) for each in colleagues(2)]


def test_two_workers_have_one_budget(pair):
    one, other = pair
    came(one, PER_ADDRESS - 100, name="here")

    assert came(other, 150, name="there") == 50
    assert came(one, 10, name="again here") == 10
    assert came(other, 10, HOME) == 0


def test_whoever_is_known_to_one_worker_is_known_to_the_other(pair):
    one, other = pair
    came(one, PER_ADDRESS)
    assert came(one, 1, name="too late") == 1

    assert came(other, PER_ADDRESS) == 0
    assert came(other, 1, name="too late") == 1


def test_whoever_was_refused_takes_no_place_at_either(pair):
    one, other = pair
    came(one, PER_ADDRESS)
    other.forget("talk", "person 7", HALL)

    assert came(one, 2, name="next") == 1


def test_two_workers_see_one_crowd(pair):
    asked = [
        pair[i % 2].standing("talk", f"p{i}", HALL, f"key {i}").in_crowd for i in range(CROWD + 5)
    ]

    assert asked == [False] * CROWD + [True] * 5
    assert not pair[1].standing("talk", "p0", HALL, "key 0").in_crowd


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::2:3", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.7", HALL, True),
        (HALL, "203.0.113.8", False),
        ("", "nonsense", True),
    ],
)
def test_an_address_is_what_one_person_has(one, other, same):
    assert (network_of(one) == network_of(other)) is same


def vote_held(room, who, question, *, wanted=True):
    card, _ = room.writer(
        lambda change: votes.vote(
            change, room.loader, who, question, wanted=wanted, over_budget=True
        )
    )
    return card


def ask_held(room, who, text="Held question?", standing=HELD):
    draft = read_draft({"text": text})
    return room.write(lambda change, talk: questions.ask(change, talk, who, draft, standing))


@on_both_databases
def test_a_held_vote_is_pressed_for_its_voter_and_counts_for_nobody(room, grace, engine, listener):
    question = make_question(engine, author=ADA)

    card = vote_held(room, BOB, question)

    assert (card.voted, card.votes) == (True, 0)
    assert [type(event) for event in listener.heard()] == [DeskChanged]
    assert [room.card(question, who).voted for who in (BOB, EVE)] == [True, False]
    assert question_row(engine, question).votes == count_rows(engine, Vote) == 0
    assert tuple(grace.desk().newcomers) == (1, 0, 1)


@on_both_databases
def test_it_can_be_taken_back_and_twice_is_once(room, grace, engine):
    question = make_question(engine, author=ADA)
    for wanted in (True, True, False, False, True):
        vote_held(room, BOB, question, wanted=wanted)
    assert count_rows(engine, HeldVote) == 1

    room.vote(BOB, question, wanted=False)

    assert count_rows(engine, HeldVote) == 0
    assert not room.card(question, BOB).voted


@on_both_databases
@pytest.mark.parametrize(
    ("do", "counted", "status"), [("let_in", 2, Status.OPEN), ("exclude", 1, Status.DECLINED)]
)
def test_the_desk_decides_in_one_action_that_can_be_undone(
    room, grace, engine, do, counted, status
):
    question = make_question(engine, author=ADA)
    room.vote(EVE, question)
    vote_held(room, BOB, question)
    asked = ask_held(room, "script").id
    assert question_row(engine, asked).status is Status.WAITING

    grace.do(newcomers.decide, do)

    assert question_row(engine, question).votes == counted
    assert question_row(engine, asked).status is status
    assert tuple(grace.desk().newcomers) == (0, 0, 0)
    assert "2 new people" in grace.desk().log[0].words
    grace.undo_last()
    assert question_row(engine, question).votes == 1
    assert question_row(engine, asked).status is Status.WAITING
    assert tuple(grace.desk().newcomers) == (2, 1, 1)
    grace.do(newcomers.decide, "let_in")
    assert question_row(engine, question).votes == 2


def test_whoever_was_let_in_is_in_and_whoever_was_excluded_stays_out(room, grace, engine):
    first, second = (make_question(engine, author=ADA) for _ in range(2))
    vote_held(room, BOB, first)
    grace.do(newcomers.decide, "let_in")
    vote_held(room, EVE, first)
    grace.do(newcomers.decide, "exclude")

    vote_held(room, BOB, second)
    vote_held(room, EVE, second)

    assert [question_row(engine, id).votes for id in (first, second)] == [1, 1]
    assert grace.desk().newcomers.people == 0


def test_what_was_merged_counts_once_when_its_voters_are_let_in(room, grace, engine):
    first, second = (make_question(engine, author=who) for who in (ADA, EVE))
    vote_held(room, BOB, first)
    vote_held(room, BOB, second)
    grace.merge(second, first)

    grace.do(newcomers.decide, "let_in")

    assert question_row(engine, first).votes == 1


def test_in_slow_mode_a_crowd_is_held_and_else_not(room, grace, engine):
    crowd = Standing(in_crowd=True)
    assert ask_held(room, BOB, standing=crowd).status is Status.OPEN
    grace.do(switch_slow)

    assert ask_held(room, EVE, standing=crowd).status is Status.WAITING
    assert grace.desk().newcomers.questions == 1


def switch_slow(context):
    from companion.moderation import controls

    return controls.switch(context, {"slow": "1"})


def test_nothing_else_can_be_decided(grace, room):
    room.ask(ADA)
    with pytest.raises(Refused, match="let in or excluded"):
        grace.do(newcomers.decide, "nonsense")
    assert grace.do(newcomers.decide, "exclude") == "Nobody is held any more."

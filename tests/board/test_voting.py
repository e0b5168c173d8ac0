"""Votes given together are what they would have been one after the other, in fewer statements."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.events import VotesChanged
from companion.board.voting import Voting
from companion.errors import Refused
from companion.store.models import HeldVote, Question, Status, Talk, Vote
from companion.store.writer import Writer
from tests.support.databases import on_both_databases
from tests.support.factories import make_question, talk_row
from tests.support.people import ADA
from tests.support.queries import counted_queries
from tests.support.room import Room

pytestmark = on_both_databases
IN_TIME = 30


def answer(writer: Writer, work: object) -> object:
    try:
        return writer(work)
    except Refused as refusal:
        return refusal


def together(writer: Writer, works: Sequence[object]) -> list[object]:
    """Have work wait for the same commit, in this order; return what each came to."""
    answers: dict[int, object] = {}
    threads: list[threading.Thread] = []

    def act(number: int) -> None:
        answers[number] = answer(writer, works[number])

    def others_come(_change: object) -> None:
        for number in range(len(works)):
            threads.append(threading.Thread(target=act, args=(number,)))
            threads[-1].start()
            deadline = time.monotonic() + IN_TIME
            while len(writer._waiting) <= number and time.monotonic() < deadline:
                time.sleep(0.0005)

    writer(others_come)
    for thread in threads:
        thread.join(IN_TIME)
    return [answers[number] for number in range(len(works))]


@pytest.mark.parametrize("people", [2, 40])
def test_many_votes_take_as_many_statements_as_one(room, engine, writer, listener, people):
    ids = [make_question(engine, author=ADA) for _ in range(2)]
    works = [Voting(room.loader, f"voter-{n}", ids[n % 2], wanted=True) for n in range(people)]
    before = talk_row(engine).revision

    with counted_queries() as asked:
        answers = together(writer, works)

    told = [one.split()[0] for one in asked if "pg_" not in one and "SELECT 1" not in one]
    assert told == ["SELECT", "INSERT", "UPDATE", "UPDATE"]
    assert [card.votes for card, _ in answers] == [n // 2 + 1 for n in range(people)]
    assert all(card.voted for card, _ in answers)
    assert listener.heard() == [
        VotesChanged("talk", before + n + 1, before, ids[n % 2], n // 2 + 1) for n in range(people)
    ]
    assert talk_row(engine).revision == before + people


def test_a_vote_that_is_there_already_is_not_counted_again(room, engine, writer, listener):
    question = make_question(engine, author=ADA)
    room.vote("voter-1", question)
    listener.heard()

    works = [Voting(room.loader, f"voter-{n}", question, wanted=True) for n in range(3)]
    answers = together(writer, works)

    assert [card.votes for card, _ in answers] == [2, 2, 3]
    assert [event.votes for event in listener.heard()] == [2, 3]


def board(engine: sa.Engine, slug: str) -> list[int]:
    """Put every kind of question on a board; return their ids, and some of what is not there."""
    ids = [make_question(engine, talk=slug, author=f"author-{n}") for n in range(3)]
    ids += [make_question(engine, talk=slug, status=status) for status in Status]
    ids.append(make_question(engine, talk=slug, author="merged", voters=("has-voted",)))
    with Session(engine) as session, session.begin():
        session.get_one(Question, ids[-1]).merged_into = ids[0]
        session.get_one(Question, ids[-1]).status = Status.MERGED
        session.get_one(Question, ids[0]).askers = 2
    return [*ids, -1, 2**40]


def outcome(found: object) -> tuple[bool, str]:
    return (False, str(found)) if isinstance(found, Refused) else (found[0].voted, "")


def kept(engine: sa.Engine, slug: str) -> list[tuple[int, int, int]]:
    """Return for each question its count, its votes, and those that do not count."""
    with Session(engine) as session:
        ids = session.scalars(
            sa.select(Question.id)
            .join(Talk, Talk.id == Question.talk_id)
            .where(Talk.slug == slug)
            .order_by(Question.id)
        ).all()
        rows = [session.get_one(Question, id) for id in ids]
        counts = [
            Counter(session.scalars(sa.select(kind.question_id))) for kind in (Vote, HeldVote)
        ]
        return [(row.votes, *(count[row.id] for count in counts)) for row in rows]


@pytest.mark.parametrize(("seed", "requires_code"), [(0, False), (1, False), (2, True)])
def test_any_votes_come_to_the_same_together_as_alone(
    room, other_room, engine, writer, listener, seed, requires_code
):
    here, there = board(engine, "talk"), board(engine, "other-talk")
    with Session(engine) as session, session.begin():
        session.execute(sa.update(Talk).values(requires_code=requires_code))
    # One's own, one that another of one's own was merged into, one that it was voted for before.
    known = [
        (who, n, True, False, False)
        for who, n in (("author-1", 1), ("merged", 0), ("has-voted", 0))
    ]
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    wanted = [
        (
            f"voter-{chance.randrange(12)}",
            chance.randrange(len(here)),
            chance.random() < 0.8,
            chance.random() < 0.2,
            chance.random() < 0.7,
        )
        for _ in range(40)
    ]

    wanted += known

    def works(room: Room, ids: list[int]) -> list[Voting]:
        return [Voting(room.loader, who, ids[which], *more) for who, which, *more in wanted]

    alone = [answer(writer, work) for work in works(other_room, there)]
    events = Counter(type(event) for event in listener.heard())

    answers = together(writer, works(room, here))

    assert list(map(outcome, answers)) == list(map(outcome, alone))
    assert kept(engine, "talk") == kept(engine, "other-talk")
    assert talk_row(engine).revision == talk_row(engine, "other-talk").revision
    heard = listener.heard()
    assert Counter(type(event) for event in heard) == events
    revisions = [event.revision for event in heard]
    assert revisions == sorted(set(revisions))

"""What is personal goes after a talk, and what everybody saw stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.questions import GONE_WORDS
from companion.board.visitors import pseudonym
from companion.moderation import editing
from companion.moderation.retention import Retention, Terms
from companion.report.figures import figures
from companion.store.models import (
    Action,
    Admission,
    HeldPerson,
    HeldState,
    HeldVote,
    Question,
    SignIn,
    Status,
    Vote,
)
from companion.store.sqlite import file_of, write_anew
from tests.support.clock import STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question, make_talk, question_row, talk_row
from tests.support.people import ADA, BOB, EVE

ENDS = STARTS + timedelta(hours=1)
DAY = timedelta(days=1)
SHOWN, NEVER = "How do bees find home?", "Which of us is the worst bee?"


@pytest.fixture
def retention(app) -> Retention:
    return app.extensions["retention"]


@pytest.fixture
def asked(room, grace):
    """Return what was asked: one question that everybody saw, and some that nobody did."""
    answered = room.ask(ADA, SHOWN, name="Ada").id
    room.vote(BOB, answered)
    grace.act("answered", answered)
    declined = room.ask(BOB, NEVER, name="Bob", detail="The one with the hat.").id
    grace.act("decline", declined, reason="off_topic")
    taken_back = room.ask(EVE, "Was I ever here?").id
    room.withdraw(EVE, taken_back)
    return answered, declined, taken_back


@pytest.fixture
def purge(retention, engine, clock):
    """Forget, so many days after the end; return what went, in words."""

    def forget(days: float, slug: str = "", terms: Terms | None = None) -> list[str]:
        clock.now = ENDS + days * DAY
        with Session(engine) as session:
            return [due.words for due in retention.purge(session, slug, terms)]

    return forget


@on_both_databases
def test_a_month_later_no_cookie_leads_to_what_it_did(asked, purge, room, engine, clock):
    answered, declined, taken_back = asked
    before, key = question_row(engine, answered), talk_row(engine).key

    assert purge(29.9) == []
    assert len(room.board(ADA).mine) == 1
    assert purge(30) == ["talk: what ties browsers to it, the words of 1 question nobody saw"]

    assert [room.board(who).mine for who in (ADA, BOB, EVE)] == [(), (), ()]
    assert talk_row(engine).key != key
    after = question_row(engine, answered)
    kept = ("text", "name", "votes", "author", "status", "answered_at", "handled_by")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.author != pseudonym(talk_row(engine).key, ADA)
    for gone in (question_row(engine, declined), question_row(engine, taken_back)):
        assert (gone.text, gone.detail, gone.name) == (GONE_WORDS, "", "")
    with Session(engine) as session:
        assert session.scalars(sa.select(Action.sign_in).distinct()).all() == [""]
        assert not session.scalar(sa.select(Action).where(Action.before.contains("worst")))
    assert purge(31) == []


def test_what_somebody_takes_back_is_gone_at_once(room, engine):
    taken_back = room.ask(EVE, NEVER, name="Eve", detail="The one with the hat.").id
    room.withdraw(EVE, taken_back)

    row = question_row(engine, taken_back)
    assert (row.status, row.text, row.detail, row.name) == (
        Status.WITHDRAWN,
        GONE_WORDS,
        "",
        "",
    )


def test_what_the_desk_noted_of_it_is_gone_as_well(room, grace, engine):
    taken_back = room.ask(EVE, NEVER).id
    grace.do(editing.edit, taken_back, {"text": SHOWN, "detail": "As Eve asked it."})
    room.withdraw(EVE, taken_back)

    with Session(engine) as session:
        rows = (*session.scalars(sa.select(Action)), *session.scalars(sa.select(Question)))
        kept = str([vars(row) for row in rows])
    assert not any(words in kept for words in (NEVER, SHOWN, "As Eve asked it."))


def test_every_figure_of_the_talk_is_what_it_was(asked, purge, room, engine, clock):
    clock.now = ENDS + 400 * DAY
    with Session(engine) as session:
        before = figures(session, room.page, clock.now)

    assert len(purge(400)) == 1
    with Session(engine) as session:
        assert figures(session, room.page, clock.now) == before
        assert session.scalar(sa.select(sa.func.count()).select_from(Vote)) == 1


def test_a_year_later_the_names_go(asked, purge, engine):
    purge(364)
    assert question_row(engine, asked[0]).name == "Ada"

    names = named(engine)
    assert names > 1
    assert purge(365) == [f"talk: {names} names"]
    assert named(engine) == 0
    assert question_row(engine, asked[0]).text == SHOWN
    assert purge(366) == []


def named(engine) -> int:
    """Return how many rows have somebody's name."""
    with Session(engine) as session:
        questions, actions = (
            session.scalars(sa.select(Question)),
            session.scalars(sa.select(Action)),
        )
        return sum(bool(q.name or q.handled_by) for q in questions) + sum(
            bool(action.who) for action in actions
        )


def test_a_talk_that_is_not_over_is_left_alone(asked, purge, room):
    assert purge(-0.001, terms=Terms(0, 0)) == []
    assert len(room.board(ADA).mine) == 1
    assert purge(0, terms=Terms(0, 0))
    assert room.board(ADA).mine == ()


def test_one_talk_alone_can_be_forgotten(asked, purge, other_room):
    mine = other_room.ask(ADA, "And how do ants?").id

    assert len(purge(500, slug="talk")) == 1
    assert [card.id for card in other_room.board(ADA).mine] == [mine]


def test_a_talk_whose_page_is_gone_ended_with_what_was_done_last(purge, other_room):
    other_room.ask(ADA, "And how do ants?")  # forty minutes before the end

    assert purge(29.9) == []
    assert purge(30) == ["other-talk: what ties browsers to it"]


def test_what_is_done_afterwards_is_forgotten_in_its_turn(asked, purge, engine, room, clock):
    purge(30)
    key = talk_row(engine).key
    room.becomes(now=ENDS + 40 * DAY)
    room.vote(EVE, room.ask(ADA, "Does anybody read this still?").id)

    assert purge(59) == []
    assert purge(60) == ["talk: what ties browsers to it"]
    assert talk_row(engine).key != key
    assert purge(91) == []


def test_a_page_that_is_open_is_told_to_look_again(asked, purge, room):
    before = room.revision()
    purge(30)

    assert room.revision() == before + 1


def test_ended_sign_ins_go_whoever_comes(app, clock, engine, purge):
    with Session(engine) as session, session.begin():
        session.add(SignIn(token_hash="a" * 64, name="Grace", seen_at=STARTS))
    purge(1)

    with Session(engine) as session:
        assert session.scalars(sa.select(SignIn)).all() == []


def test_what_is_deleted_is_not_in_the_files_bytes(asked, purge, engine, sqlite_url):
    path = file_of(sqlite_url)
    words = [NEVER.encode(), b"The one with the hat.", b"Was I ever here?", b"Bob"]
    key = talk_row(engine).key.encode()
    assert any(holds(path, word) for word in words)
    assert holds(path, key)

    purge(400)
    engine.dispose()

    assert write_anew(path)
    assert [word for word in (*words, key, b"Ada") if holds(path, word)] == []
    assert holds(path, SHOWN.encode())


def holds(path, what: bytes) -> bool:
    """Whether bytes are in a database or in the files beside it."""
    return any(what in part.read_bytes() for part in path.parent.glob(f"{path.name}*"))


def test_what_waited_and_was_put_aside_goes_and_what_was_shown_before_stays(
    room, grace, purge, engine
):
    into = room.ask(ADA, "How do bees dance?").id
    rows = {}
    for shown in (True, False):
        room.becomes(moderated=not shown)
        merged = room.ask(BOB, f"How do bees dance at all, {shown}?").id
        late = room.ask(EVE, f"Why do bees dance at night, {shown}?").id
        grace.merge(merged, into)
        grace.act("archive", late)
        rows[shown] = (merged, late)

    assert purge(30) == ["talk: what ties browsers to it, the words of 2 questions nobody saw"]
    gone = {shown: [is_gone(engine, id) for id in ids] for shown, ids in rows.items()}
    assert gone == {True: [False, False], False: [True, True]}


def is_gone(engine, question: int) -> bool:
    return question_row(engine, question).text == GONE_WORDS


def test_who_was_held_goes(asked, purge, engine):
    with Session(engine) as session, session.begin():
        talk = talk_row(engine)
        who = pseudonym(talk.key, EVE)
        state, at = HeldState.HELD, STARTS
        session.add(HeldPerson(talk_id=talk.id, author=who, at=at, state=state, batch=1))
        session.add(HeldVote(question_id=asked[0], voter=who, voted_at=at))

    purge(31)

    with Session(engine) as session:
        assert not session.scalar(sa.select(sa.func.count()).select_from(HeldPerson))
        assert not session.scalar(sa.select(sa.func.count()).select_from(HeldVote))


@pytest.mark.parametrize("table", [Admission, HeldPerson])
def test_who_was_let_in_or_held_and_did_nothing_else_goes(purge, engine, table):
    trace = table(**({"state": HeldState.HELD, "batch": 1} if table is HeldPerson else {}))
    with Session(engine) as session, session.begin():
        talk = make_talk(session)
        trace.talk_id, trace.author, trace.at = talk.id, pseudonym(talk.key, EVE), STARTS
        session.add(trace)

    assert purge(30) == ["talk: what ties browsers to it"]

    assert count_rows(engine, table) == 0


def test_what_is_waiting_still_goes(purge, engine):
    waiting = make_question(engine, NEVER, status=Status.WAITING)

    assert "1 question nobody saw" in purge(30)[0]
    assert is_gone(engine, waiting)

"""The figures of a report, against boards that were counted by hand."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.report import bars, figures
from companion.report.figures import Waited, Wanted
from companion.store.models import Kind, Presence, Question, Status, Vote
from companion.talks.phase import Phase
from tests.support.clock import STARTS
from tests.support.databases import on_both_databases
from tests.support.entries import counts_of
from tests.support.factories import make_question, make_talk
from tests.support.people import ADA, BOB, EVE
from tests.support.talks import read_programme, write_talk

LATER = STARTS + timedelta(hours=5)


@pytest.fixture
def read(engine, make_settings, folder):
    """Return what reads the figures of the usual talk, some time after it."""

    def read(now=LATER, **page):
        if page:
            write_talk(folder, **page)
        found = read_programme(make_settings()).find("talk")
        with Session(engine) as session:
            return figures(session, found, now)

    return read


def ask(engine, minutes, *, answered=None, **more):
    """Put a question on the board so many minutes into the talk, answered so many into it."""
    number = make_question(engine, **more)
    with Session(engine) as session, session.begin():
        row = session.get_one(Question, number)
        row.asked_at = STARTS + timedelta(minutes=minutes)
        if answered is not None:
            row.status, row.answered_at = Status.ANSWERED, STARTS + timedelta(minutes=answered)
        moments = sa.update(Vote).filter_by(question_id=number).values(voted_at=row.asked_at)
        session.execute(moments)
    return number


def be_there(engine, minutes, here, worker="one"):
    with Session(engine) as session, session.begin():
        talk = make_talk(session).id
        minute = STARTS + timedelta(minutes=minutes)
        session.add(Presence(talk_id=talk, minute=minute, worker=worker, here=here))


def high(series):
    """Return the bars that are not 0, by name."""
    return {name: value for name, value in bars(series) if value}


def test_a_talk_nobody_has_come_to_is_all_nothing(read):
    found = read()

    assert found.counts == counts_of()
    assert (found.most_here, found.wanted, found.waited) == (0, (), None)
    assert (found.askers, found.voters) == (0, 0)
    assert [series.total for series in (found.people, found.questions, found.votes)] == [0, 0, 0]
    assert len(found.questions.values) == len(found.people.values) == 19


def test_questions_fall_into_steps_of_five_minutes(engine, read):
    for minutes in (-15, -0.1, 0, 4.9, 5, 61, 74.9):
        ask(engine, minutes)

    found = read()

    assert found.questions.window.step == timedelta(minutes=5)
    assert high(found.questions) == {
        "11:45": 1,
        "11:55": 1,
        "12:00": 2,
        "12:05": 1,
        "13:00": 1,
        "13:10": 1,
    }


def test_what_came_before_the_doors_and_long_after_counts_too(engine, read):
    ask(engine, -3 * 7 * 24 * 60, votes=4)
    ask(engine, -15.1)
    ask(engine, 20, votes=2)
    ask(engine, 24 * 60, votes=1)

    found = read(now=STARTS + timedelta(days=2))

    assert high(found.questions) == {"earlier": 2, "12:20": 1, "later": 1}
    assert high(found.votes) == {"earlier": 4, "12:20": 2, "later": 1}
    assert (found.questions.total, found.votes.total) == (4, 7)


def test_comments_and_withdrawn_ones_are_not_among_the_questions(engine, read):
    ask(engine, 1)
    ask(engine, 2, kind=Kind.COMMENT, votes=2)
    ask(engine, 3, status=Status.WITHDRAWN, votes=5)
    ask(engine, 4, status=Status.DECLINED)

    found = read()

    assert high(found.questions) == {"12:00": 2}
    assert high(found.votes) == {"12:00": 2}
    assert (found.counts.asked, found.counts.comments, found.counts.votes) == (2, 1, 2)


@on_both_databases
def test_a_vote_counts_in_its_own_minute(engine, read):
    ask(engine, 4 + 59 / 60, votes=2)
    ask(engine, 5, votes=1)

    assert high(read().votes) == {"12:00": 2, "12:05": 1}


@on_both_databases
def test_whoever_voted_for_both_of_what_was_merged_voted_once(engine, read):
    kept = ask(engine, 1, voters=(ADA, BOB))
    merged = ask(engine, 11, voters=(BOB, EVE), status=Status.MERGED)
    with Session(engine) as session, session.begin():
        session.get_one(Question, merged).merged_into = kept
        session.get_one(Question, kept).votes = 3

    found = read()

    assert high(found.votes) == {"12:00": 2, "12:10": 1}
    assert found.votes.total == found.counts.votes == 3


def test_another_talk_is_another_report(engine, read):
    ask(engine, 1, talk="other", votes=3)

    assert read().counts == counts_of()
    assert read().votes.total == 0


@on_both_databases
def test_people_are_added_over_workers_and_the_most_at_once_is_kept(engine, read):
    be_there(engine, 0, 10)
    be_there(engine, 0, 7, worker="two")
    be_there(engine, 1, 12)
    be_there(engine, 1, 2, worker="two")
    be_there(engine, 31, 16)

    found = read()

    assert high(found.people) == {"12:00": 17, "12:30": 16}
    assert found.most_here == 17


def test_people_who_came_early_or_stayed_are_shown(engine, read):
    be_there(engine, -40, 2)
    be_there(engine, 120, 3)

    assert high(read().people) == {"11:20": 2, "14:00": 3}


def test_the_most_wanted_are_open_questions_by_votes(engine, read):
    ask(engine, 1, votes=9, answered=5)
    ask(engine, 1, votes=8, kind=Kind.COMMENT)
    ask(engine, 1, votes=7, status=Status.WAITING)
    few, many = ask(engine, 1, text="Few?", votes=1), ask(engine, 2, text="Many?", votes=2)

    assert read().wanted == (Wanted(many, "Many?", 2, 1), Wanted(few, "Few?", 1, 1))


def ask_all(engine, waits):
    for minutes in waits:
        ask(engine, 10, answered=10 + minutes)


def test_half_of_the_answered_waited_no_longer(engine, read):
    ask_all(engine, (1, 2, 7, 30, 40, 50))
    ask(engine, -60, answered=50)
    ask(engine, 10)

    assert read().waited == Waited(6, timedelta(minutes=7))


def test_half_of_a_few_says_nothing(engine, read):
    ask_all(engine, (1, 2, 3, 4))

    assert read().waited is None


def test_phases_are_those_the_desk_has_moved(engine, read):
    with Session(engine) as session, session.begin():
        talk = make_talk(session)
        talk.qa_began_at, talk.extra_minutes = STARTS + timedelta(minutes=30), 10

    minutes = [(phase, (at - STARTS) / timedelta(minutes=1)) for phase, at in read().phases]
    assert minutes == [(Phase.DOORS, -15), (Phase.TALK, 0), (Phase.QA, 30), (Phase.OVER, 70)]


def test_an_all_day_talk_is_shown_by_the_hour(engine, read):
    ask(engine, 0)
    ask(engine, 11 * 60 + 59)

    found = read(front="title: {title}\ndate: 2026-03-05\n")

    assert found.questions.window.step == timedelta(hours=1)
    assert len(found.questions.values) == 24
    assert high(found.questions) == {"12:00": 1, "23:00": 1}
    assert [phase for phase, _ in found.phases] == [Phase.TALK, Phase.OVER]


def test_days_are_days_by_the_clock_though_one_has_23_hours(engine, read):
    ask(engine, 24 * 24 * 60 - 12 * 60)  # the first minute of 29 March, when summer time begins
    ask(engine, 25 * 24 * 60 - 13 * 60)  # the first minute of 30 March
    front = "title: {title}\ndate: 2026-03-05\nend-date: 2026-04-05\n"

    found = read(now=STARTS + timedelta(days=60), front=front)

    assert found.questions.window.step == timedelta(days=1)
    assert high(found.questions) == {"29 Mar": 1, "30 Mar": 1}


def test_before_the_doors_the_time_since_the_first_question_is_shown(engine, read):
    ask(engine, -48 * 60)
    ask(engine, -60)

    found = read(now=STARTS - timedelta(minutes=30))

    assert (found.questions.before, found.questions.after) == (0, 0)
    assert high(found.questions) == {"3 Mar 12:00": 1, "5 Mar 11:00": 1}


@pytest.mark.parametrize("now", [STARTS - timedelta(days=900), datetime(2031, 1, 1, tzinfo=UTC)])
def test_any_time_gives_few_bars(engine, read, now):
    ask(engine, -800 * 24 * 60)

    found = read(now=now)

    assert 1 <= len(found.questions.values) <= 60
    assert found.questions.total == 1


def test_figures_can_be_sent_to_another_process_and_lead_back_to_nobody(engine, read):
    ask(engine, 1, author=ADA, voters=(BOB,), name="Ada")
    with Session(engine) as session:
        secrets = (session.scalars(sa.select(Question.author)).one(), make_talk(session).key)

    sent = pickle.dumps(read())

    assert pickle.loads(sent) == read()  # noqa: S301 (made a line above)
    assert not [secret for secret in secrets if secret.encode() in sent]


def test_people_who_asked_and_who_voted_are_counted_once_each(engine, read):
    make_question(engine, author=ADA, voters=(BOB, EVE))
    make_question(engine, author=ADA, voters=(BOB,), status=Status.ANSWERED)
    make_question(engine, author=BOB, kind=Kind.COMMENT)
    make_question(engine, author=EVE, voters=(ADA,), status=Status.WITHDRAWN)
    make_question(engine, author=EVE, talk="other-talk", voters=(ADA,))

    found = read()

    assert (found.askers, found.voters) == (2, 2)

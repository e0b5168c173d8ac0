"""The record: which rows it has, in which order, and what never gets into it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.exports.dataset import Choice, record
from companion.store.models import Kind, Question, Status, Talk
from tests.support.clock import STARTS
from tests.support.entries import counts_of
from tests.support.factories import make_question, note_merged
from tests.support.people import ADA
from tests.support.talks import read_programme, write_talk

ALL = Choice(declined=True)
URL = "https://qa.example.org/talks/talk"


def change(engine, number, **values):
    with Session(engine) as session, session.begin():
        row = session.get_one(Question, number)
        for name, value in values.items():
            setattr(row, name, value)


def numbers(engine, page, choice=ALL):
    with Session(engine) as session:
        return [entry.number for entry in record(session, page, choice, URL, STARTS).entries]


@pytest.fixture
def page(make_settings, folder):
    """Return the usual talk's page."""
    write_talk(folder)
    return read_programme(make_settings()).find("talk")


@pytest.fixture
def board(engine):
    """Return a board with one of each kind, by name."""
    made = {
        "late": make_question(engine, status=Status.ANSWERED),
        "early": make_question(engine, status=Status.ANSWERED),
        "wanted": make_question(engine, votes=5),
        "pinned": make_question(engine, votes=1),
        "remark": make_question(engine, kind=Kind.COMMENT, votes=9),
        "waiting": make_question(engine, status=Status.WAITING),
        "merged": make_question(engine, status=Status.MERGED),
        "declined": make_question(engine, status=Status.DECLINED),
        "withdrawn": make_question(engine, status=Status.WITHDRAWN),
    }
    change(engine, made["late"], answered_at=STARTS + timedelta(minutes=50))
    change(engine, made["early"], answered_at=STARTS + timedelta(minutes=40))
    change(engine, made["pinned"], pinned=True)
    change(engine, made["merged"], merged_into=made["wanted"])
    note_merged(engine, made["merged"], Status.OPEN)
    change(engine, made["declined"], reason="unkind")
    return made


def test_answered_ones_come_as_they_were_and_open_ones_by_votes(engine, page, board):
    public = ("early", "late", "pinned", "wanted", "remark")
    assert numbers(engine, page, Choice()) == [board[name] for name in (*public, "merged")]
    everything = (*public, "waiting", "merged", "declined")
    assert numbers(engine, page) == [board[name] for name in everything]


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (Choice(only="answered"), ("early", "late")),
        (Choice(only="open"), ("pinned", "wanted", "remark")),
        (Choice(only="open", comments=False), ("pinned", "wanted")),
    ],
)
def test_a_choice_takes_what_was_chosen(engine, page, board, choice, names):
    assert numbers(engine, page, choice) == [board[name] for name in names]


def test_counts_are_of_the_whole_talk_whatever_was_chosen(engine, page, board):
    with Session(engine) as session:
        found = record(session, page, Choice(only="open"), URL, STARTS)
    assert found.counts == counts_of(
        asked=7, open=2, answered=2, merged=1, declined=1, waiting=1, comments=1, votes=15
    )


def test_a_talk_nobody_has_written_on_has_an_empty_record(engine, page):
    with Session(engine) as session:
        found = record(session, page, ALL, URL, STARTS)
    assert found.entries == ()
    assert found.counts == counts_of()


def test_asking_times_can_be_rounded_to_a_quarter(engine, page):
    number = make_question(engine)
    change(engine, number, asked_at=STARTS + timedelta(minutes=29, seconds=59))
    with Session(engine) as session:
        exact, rounded = (
            record(session, page, replace(ALL, rounded=rounded), URL, STARTS).entries[0]
            for rounded in (False, True)
        )
    assert exact.asked_at == STARTS + timedelta(minutes=29, seconds=59)
    assert rounded.asked_at == STARTS + timedelta(minutes=15)
    assert exact.phase == rounded.phase


def test_nothing_leads_back_to_a_person(engine, page):
    number = make_question(engine, author=ADA, voters=("bob",), name="")
    with Session(engine) as session:
        row, talk = session.get_one(Question, number), session.scalars(sa.select(Talk)).one()
        secrets = (row.author, row.key, talk.key)
        written = repr(record(session, page, ALL, URL, STARTS))
    assert all(secrets)
    assert not [secret for secret in secrets if secret in written]


def test_labels_are_those_of_the_desk(engine, page):
    change(engine, make_question(engine), labels="maps, bees")
    with Session(engine) as session:
        found = record(session, page, ALL, URL, STARTS).entries[0]
    assert found.labels == ("maps", "bees")

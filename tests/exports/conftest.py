"""Boards to be exported, and what they are compared with."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from companion.exports.dataset import Choice, TalkRecord, record
from companion.store.models import Kind, Question, Status
from tests.support.clock import STARTS
from tests.support.entries import ENTRY, counts_of
from tests.support.factories import make_question, note_merged
from tests.support.people import ADA
from tests.support.talks import read_programme, write_talk

PUBLIC = Choice()
URL = "https://qa.example.org/talks/talk"


@pytest.fixture
def page(make_settings, folder):
    """Return the usual talk's page."""
    write_talk(folder, extra="speaker: Grace Hopper\n")
    return read_programme(make_settings()).find("talk")


@pytest.fixture
def change(engine):
    """Return what changes a question's row as no rule would."""

    def change_row(number, **values):
        with Session(engine) as session, session.begin():
            row = session.get_one(Question, number)
            for name, value in values.items():
                setattr(row, name, value)

    return change_row


@pytest.fixture
def taken(engine, page):
    """Return what takes the record of a talk as it is now."""

    def take(choice=PUBLIC, at=page):
        with Session(engine) as session:
            return record(session, at, choice, URL, STARTS + timedelta(days=1))

    return take


@pytest.fixture
def board(engine, change):
    """Return a board with one of each kind, by name."""
    made = {
        "answered": make_question(
            engine,
            "How do bees find home?",
            author=ADA,
            name="Ada",
            votes=3,
            status=Status.ANSWERED,
        ),
        "open": make_question(engine, "Why do bees dance?", detail="In `hives`.", votes=2),
        "comment": make_question(engine, "There is a book on this.", kind=Kind.COMMENT, votes=1),
        "waiting": make_question(engine, "Is this still to be read?", status=Status.WAITING),
        "merged": make_question(engine, "What makes bees dance?", status=Status.MERGED),
        "declined": make_question(engine, "Is this off the topic?", status=Status.DECLINED),
        "withdrawn": make_question(engine, "Shall I take this back?", status=Status.WITHDRAWN),
    }
    change(
        made["answered"],
        status=Status.ANSWERED,
        answered_at=STARTS + timedelta(minutes=50),
        answer="By the **sun**.\n\nAnd by landmarks.",
        labels="senses, flight",
    )
    change(made["open"], askers=2)
    change(made["merged"], merged_into=made["open"])
    note_merged(engine, made["merged"], Status.OPEN)
    change(made["declined"], reason="off_topic")
    return made


@pytest.fixture(scope="session")
def plain_record():
    """Return a record of one question that no database has seen."""
    entry = replace(ENTRY, text="How do bees find home?")
    return TalkRecord(
        slug="talk",
        title="A talk about bees",
        speaker="Grace Hopper",
        starts=STARTS,
        ends=STARTS + timedelta(hours=1),
        zone="Europe/London",
        url=URL,
        recording="",
        exported_at=STARTS + timedelta(days=1),
        counts=counts_of(1, 1, 0, 0, 0, 0, 0, 0),
        entries=(entry,),
    )

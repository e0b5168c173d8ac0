"""What a report says of how people followed."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from companion.board.pulse_minutes import add
from companion.report.pulse import Peak, PulseFigures, pulse_figures
from companion.store.models import Role
from companion.store.pulse import PulseKind
from tests.support.clock import DURING
from tests.support.factories import make_talk, talk_row
from tests.support.pages import Browser
from tests.support.sign_in import signed_in

CLEAR, LOST, LOUDER, CLAP = PulseKind
LATER = DURING + timedelta(minutes=3)


@pytest.fixture
def keep(engine):
    """Return what keeps how many pressed what, beside what is kept already."""
    with Session(engine) as session, session.begin():
        make_talk(session)

    def keep(counts) -> None:
        with Session(engine) as session, session.begin():
            add(session, talk_row(engine), counts)

    return keep


def found(engine) -> PulseFigures | None:
    with Session(engine) as session:
        return pulse_figures(session, talk_row(engine))


def test_the_first_of_the_highest_minutes_is_named(engine, keep):
    keep({(DURING, LOST): 2, (LATER, LOST): 4, (DURING, CLEAR): 1})
    keep({(DURING, LOST): 2, (LATER, CLAP): 30, (LATER + timedelta(minutes=1), CLAP): 1})

    assert found(engine) == PulseFigures(Peak(DURING, 4), None, Peak(DURING, 1), 31)


def test_nobody_who_said_anything_is_nothing_to_say(engine, keep):
    assert found(engine) is None
    with Session(engine) as session:
        assert pulse_figures(session, None) is None


def test_the_report_says_when_for_those_who_run_the_talk(app, engine, keep):
    keep({(LATER, LOST): 5, (DURING, LOUDER): 1, (LATER, CLAP): 31})

    page = signed_in(app, Role.SPEAKER).get("/talks/talk/report").text

    for said in (
        "Most were lost at 12:23: 5 people.",
        "Most wanted it louder or slower at 12:20: 1 person.",
        "31 people clapped",
    ):
        assert said in page
    assert "found it clear" not in page
    assert Browser(app).get("/talks/talk/report").status_code == 403


def test_a_report_on_a_talk_where_nobody_was_asked_says_nothing_of_it(app):
    assert "How people followed" not in signed_in(app, Role.SPEAKER).get("/talks/talk/report").text

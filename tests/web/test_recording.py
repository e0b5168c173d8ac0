"""Saying when the recording starts, and what follows from it on every page."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Action, Kind, Question, Role, Status
from tests.support.clock import STARTS
from tests.support.factories import make_question, talk_row
from tests.support.pages import Browser, read_page
from tests.support.sign_in import signed_in
from tests.support.talks import read_programme, write_talk

pytestmark = pytest.mark.slow

REAL = Path(__file__).parents[3] / "shared" / "real-talks" / "lunchbytes-2021-07-05.md"
PAGE = "/talks/talk/recording"
KALTURA = (
    "https://cdnapisec.kaltura.com/p/1/sp/100/embedIframeJs/uiconf_id/3/partner_id/1?"
    "iframeembed=true&entry_id=1_abc&flashvars[streamerType]=auto&wid=1_x"
)
FROM = "flashvars[mediaProxy.mediaPlayFrom]"
BODY = f'<iframe src="{KALTURA}" width="400"></iframe>\n\nBees dance.\n'


@pytest.fixture
def app(make_app, folder):
    """Return the application with a talk that has a recording in Kaltura's older player."""
    write_talk(folder, body=BODY)
    return make_app()


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def answered_at(engine, minutes, text="", *, kind=Kind.QUESTION, **values):
    """Put a question on the board that was taken up so many minutes after the talk began."""
    number = make_question(engine, text, status=Status.ANSWERED, kind=kind)
    with Session(engine) as session, session.begin():
        row = session.get_one(Question, number)
        row.now_at = STARTS + timedelta(minutes=minutes)
        for name, value in values.items():
            setattr(row, name, value)
    return number


def recorded_from(engine):
    return talk_row(engine).recorded_from


def test_a_clock_time_gives_each_answered_question_its_second(grace, engine, ada):
    question = answered_at(engine, 43)
    open_one = make_question(engine)

    answer = grace.post(PAGE, {"by": "clock", "clock": "12:01:30"})
    page = grace.follow(answer)

    assert "Saved: the recording starts at 12:01:30." in page.text("main")
    assert recorded_from(engine) == datetime(2026, 3, 5, 12, 1, 30, tzinfo=UTC)
    board = ada.page("/talks/talk")
    [link] = board.element(f"question-{question}-status").iter("a")
    assert link.get("href") == f"{KALTURA}&{FROM}=2490"
    assert link.get("data-play") == f"{KALTURA}&{FROM}=2490&flashvars[autoPlay]=true"
    assert "Play the recording from 41:30" in board.text(f"question-{question}-status")
    assert list(board.element(f"question-{open_one}-status").iter("a")) == []


def test_a_question_s_place_gives_the_start(grace, engine):
    question = answered_at(engine, 43)

    grace.post(PAGE, {"by": "question", "question": question, "at": "41:20"})

    assert recorded_from(engine) == STARTS + timedelta(minutes=1, seconds=40)


def test_the_zone_is_the_talk_s_own(make_app, folder, engine):
    write_talk(folder, extra="timezone: Europe/Berlin\n", body=BODY)
    grace = signed_in(make_app(), Role.MODERATOR)
    answered_at(engine, -20)

    grace.post(PAGE, {"by": "clock", "clock": "12:01"})

    assert recorded_from(engine) == datetime(2026, 3, 5, 11, 1, tzinfo=UTC)


def test_past_midnight_it_is_the_talk_s_second_day(make_app, folder, engine):
    night = 'title: {title}\ndate: 2026-03-05\nend-date: 2026-03-06\nfrom: "23:30"\nto: "00:30"\n'
    write_talk(folder, front=night, body=BODY)
    grace = signed_in(make_app(), Role.MODERATOR)
    answered_at(engine, 12 * 60 + 15)

    for clock, day in (("23:40", 5), ("00:05", 6)):
        grace.post(PAGE, {"by": "clock", "clock": clock})
        hour, minute = map(int, clock.split(":"))
        assert recorded_from(engine) == datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_before_midnight_it_is_the_evening_before_a_talk(make_app, folder, engine):
    night = 'title: {title}\ndate: 2026-03-06\nfrom: "00:30"\nto: "01:30"\n'
    write_talk(folder, front=night, body=BODY)
    grace = signed_in(make_app(), Role.MODERATOR)

    grace.post(PAGE, {"by": "clock", "clock": "23:50"})

    assert recorded_from(engine) == datetime(2026, 3, 5, 23, 50, tzinfo=UTC)


def test_trying_shows_the_times_and_saves_nothing(grace, engine, ada):
    first = answered_at(engine, 40)
    answered_at(engine, 43)

    page = grace.page(f"{PAGE}?by=question&question={first}&at=38:20")

    assert "Not saved yet. The recording would start at 12:01:40" in page.text("main")
    assert f"{FROM}=2480" in page.links()[-1]
    assert recorded_from(engine) is None
    assert "Play the recording" not in ada.page("/talks/talk").text("board")


@pytest.mark.parametrize("typed", ["", "noon", "25:00", "12:61", "12", "12:00:99", "1201"])
def test_what_is_no_time_of_day_is_refused_and_kept(grace, engine, typed):
    answered_at(engine, 43)

    page = read_page(grace.post(PAGE, {"by": "clock", "clock": typed}), 422)

    assert "Type the time of day" in page.text("main")
    assert page.element("clock").get("value") == typed
    assert recorded_from(engine) is None
    assert grace.get(f"{PAGE}?by=clock&clock={typed}").status_code == 422


@pytest.mark.parametrize("typed", ["00:01", "08:59", "13:01"])
def test_a_recording_cannot_start_hours_before_or_after_the_talk(grace, engine, typed):
    answered_at(engine, 43)

    page = read_page(grace.post(PAGE, {"by": "clock", "clock": typed}), 422)

    assert f"cannot have started at {typed}" in page.text("main")
    assert recorded_from(engine) is None


@pytest.mark.parametrize("typed", ["", "41", "41:60", "1:60:00", "-1:00", "soon", "9:41:20"])
def test_what_no_player_shows_is_refused_and_kept(grace, engine, typed):
    question = answered_at(engine, 43)

    answer = grace.post(PAGE, {"by": "question", "question": question, "at": typed})

    assert read_page(answer, 422).element("at").get("value") == typed
    assert recorded_from(engine) is None


def test_a_question_without_a_time_can_give_none(grace, engine):
    answered_at(engine, 43)
    for number in (make_question(engine), 999, 0):
        answer = grace.post(PAGE, {"by": "question", "question": number, "at": "1:00"})
        assert "Choose a question that was taken up" in read_page(answer, 422).text("main")


def test_the_start_can_be_forgotten_and_the_log_says_who_did_what(grace, engine, ada):
    question = answered_at(engine, 43)
    grace.post(PAGE, {"by": "clock", "clock": "12:01"})

    page = grace.follow(grace.post(PAGE, {"do": "forget"}))

    assert "no question has a time now" in page.text("main")
    assert recorded_from(engine) is None
    assert ada.page("/talks/talk").text(f"question-{question}-status") == "Answered"
    log = grace.page("/talks/talk/moderate").text("desk")
    assert "Grace" in log
    assert "said when the recording starts" in log
    assert "forgot when the recording starts" in log


def test_it_can_be_undone_at_the_desk(grace, engine):
    answered_at(engine, 43)
    grace.post(PAGE, {"by": "clock", "clock": "12:01"})
    grace.post(PAGE, {"by": "clock", "clock": "12:02"})
    with Session(engine) as session:
        action = session.scalar(sa.select(sa.func.max(Action.id)))

    grace.post("/talks/talk/desk/undo", {"action_id": action})

    assert recorded_from(engine) == STARTS + timedelta(minutes=1)


def test_saving_twice_is_saving_once(grace, engine):
    answered_at(engine, 43)
    grace.post(PAGE, {"by": "clock", "clock": "12:01"})
    before = talk_row(engine).revision

    page = grace.follow(grace.post(PAGE, {"by": "clock", "clock": "12:01:00"}))

    assert "starts at 12:01:00 already" in page.text("main")
    assert talk_row(engine).revision == before


def test_what_was_answered_later_in_writing_is_counted_and_has_no_time(grace, engine):
    answered_at(engine, 43)
    late = STARTS + timedelta(days=2)
    answered_at(engine, 0, now_at=None, answered_at=late, answer="Like so.")

    assert "in writing after the talk: 1." in grace.page(PAGE).text("main")


def test_where_now_was_never_used_the_page_says_how_to(grace, engine):
    make_question(engine, status=Status.ANSWERED)

    page = grace.page(PAGE)

    assert "press “Answer now” at the desk" in page.text("main")
    assert [field.get("id") for field in page.elements("input")] == []


def test_a_host_that_knows_no_way_leaves_words(make_app, folder, engine, ada):
    write_talk(folder, extra="recording_url: https://us02web.zoom.us/rec/share/abc\n")
    app = make_app()
    question = answered_at(engine, 43)
    grace = signed_in(app, Role.MODERATOR)

    page = grace.follow(grace.post(PAGE, {"by": "clock", "clock": "12:01"}))

    assert "A link cannot open a recording on Zoom" in page.text("main")
    board = Browser(app).page("/talks/talk")
    assert board.text(f"question-{question}-status") == "Answered at 42:00 in the recording"


def test_chapters_begin_with_the_title_and_are_ten_seconds_apart(grace, engine):
    answered_at(engine, 40, "How do bees find <home>?")
    answered_at(engine, 40.1, "Is this too soon after the one before?")
    answered_at(engine, 40.5, "A remark, which is no chapter", kind=Kind.COMMENT)
    answered_at(engine, 75, "Why " + "so " * 60 + "long?")
    grace.post(PAGE, {"by": "clock", "clock": "12:00"})

    lines = grace.page(PAGE).element("chapters").text.splitlines()

    assert lines[:2] == ["00:00 A talk about bees", "40:00 How do bees find ‹home›?"]
    assert len(lines) == 3
    assert lines[2].startswith("1:15:00 Why so so")
    assert len(lines[2]) <= len("1:15:00 ") + 80
    assert lines[2].endswith("…")


def test_a_talk_without_a_recording_says_so(make_app, make_settings, folder, engine):
    write_talk(folder)
    app = make_app()
    question = answered_at(engine, 43)
    grace = signed_in(app, Role.MODERATOR)
    grace.post(PAGE, {"by": "clock", "clock": "12:01"})

    assert "no recording on the talk's page yet" in grace.page(PAGE).text("main")
    board = Browser(app).page("/talks/talk")
    assert board.text(f"question-{question}-status") == "Answered"

    write_talk(folder, body=BODY)
    app.extensions["boards"].programme = read_programme(make_settings())
    assert "42:00" in Browser(app).page("/talks/talk").text(f"question-{question}-status")


@pytest.mark.parametrize("role", [Role.SPEAKER, None])
def test_nobody_else_comes_here(app, engine, role):
    browser = signed_in(app, role) if role else Browser(app)
    make_question(engine)

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"by": "clock", "clock": "12:01"}).status_code == 403
    assert recorded_from(engine) is None


def test_the_player_may_be_framed_here_and_nothing_else(grace, engine):
    answered_at(engine, 43)

    policy = grace.get(PAGE).headers["Content-Security-Policy"]

    assert "frame-src https://cdnapisec.kaltura.com;" in policy


@pytest.mark.skipif(not REAL.is_file(), reason="the real pages are not here")
def test_a_real_page_and_its_export_open_the_player_at_the_second(make_app, folder, engine):
    shutil.copy(REAL, folder)
    app = make_app()
    question = make_question(engine, talk=REAL.stem, status=Status.ANSWERED)
    with Session(engine) as session, session.begin():
        taken_up = datetime(2021, 7, 5, 11, 42, 50, tzinfo=UTC)
        session.get_one(Question, question).now_at = taken_up
    grace = signed_in(app, Role.MODERATOR, REAL.stem)

    grace.post(f"/talks/{REAL.stem}/recording", {"by": "clock", "clock": "12:01:30"})

    board = Browser(app).page(f"/talks/{REAL.stem}")
    [shown] = board.element(f"question-{question}-status").iter("a")
    with grace.get(f"/talks/{REAL.stem}/export/json") as exported:
        [row] = exported.get_json()["questions"]
    assert row["offset"] == 2480
    assert row["link"] == shown.get("href")
    assert "&entry_id=1_1q0mq7do&" in row["link"]
    assert row["link"].endswith("&wid=1_0hetyva1&flashvars[mediaProxy.mediaPlayFrom]=2480")

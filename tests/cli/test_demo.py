import os
from datetime import UTC, datetime, timedelta

import pytest

from companion.cli import audience, demo
from companion.cli.questions import QUESTIONS, SEEDED, SLUG
from companion.store.models import Question
from companion.talks import Phase
from tests.support.factories import count_rows
from tests.support.live import LiveServer, eventually
from tests.support.pages import Browser
from tests.support.talks import read_programme


@pytest.fixture
def stage(monkeypatch, tmp_path):
    """Return what sets a stage up, below the test's own folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return demo.set_up


@pytest.mark.parametrize("minutes", [0, 10, 45, 60 * 24])
def test_the_sample_talk_starts_when_it_should(stage, make_settings, minutes):
    settings = make_settings(talks=str(stage(minutes) / "talks"))

    programme = read_programme(settings)

    assert [str(problem) for problem in programme.problems()] == []
    [page] = programme.pages()
    assert page.slug == SLUG
    late = page.starts - datetime.now(UTC) - timedelta(minutes=minutes)
    assert timedelta(minutes=-2) < late <= timedelta(0)
    assert page.planned.ends - page.starts == timedelta(hours=1)


def test_the_seeded_board_is_one_that_a_visitor_sees(stage, make_app, engine, clock):
    clock.now = datetime.now(UTC)
    app = make_app(talks=str(stage(10) / "talks"))

    demo.seed(app)

    page = Browser(app, known=False).page(f"/talks/{SLUG}")
    assert len(page.questions()) == count_rows(engine, Question) == SEEDED
    assert page.element("stage").get("data-phase") == Phase.DOORS


def test_what_the_audience_asks_could_be_asked_by_anyone():
    from companion.board.input import read_draft

    for text, detail, name in QUESTIONS:
        draft = read_draft({"text": text, "detail": detail, "name": name})
        assert (draft.text, draft.detail, draft.name) == (text, detail, name)
    assert len({text for text, *_ in QUESTIONS}) == len(QUESTIONS) > SEEDED


def test_the_audience_finds_questions_in_a_page_as_it_is(stage, make_app, clock):
    clock.now = datetime.now(UTC)
    app = make_app(talks=str(stage(10) / "talks"))
    demo.seed(app)

    html = Browser(app).get(f"/talks/{SLUG}").text

    assert sorted(audience._questions_in(html)) == list(range(1, SEEDED + 1))


@pytest.mark.slow
def test_the_audience_finds_its_way_below_a_path(stage, tmp_path):
    server = LiveServer(stage(10) / "talks", COMPANION_PATH="/qa")
    ada = audience.Person(server.url)

    ada.ask("How do bees find home?", "", "Ada")

    assert eventually(lambda: server.query("SELECT text, name FROM question"))
    ada._socket.disconnect()
    server.stop()


def test_what_is_set_for_another_server_is_not_for_it(monkeypatch, stage, tmp_path):
    (tmp_path / "companion.env").write_text("COMPANION_ORIGINS=https://qa.example.org\n")
    theirs = {"COMPANION_DATA_FOLDER": str(tmp_path), "COMPANION_WORKERS": "4"}
    theirs |= {"COMPANION_DATABASE_URL_FILE": "/no/such/file", "COMPANION_LOG": "json"}
    monkeypatch.setattr(os, "environ", {"PATH": "/bin"} | theirs)
    folder = stage(10)

    settings = demo.own_settings(folder, "8001")

    assert (settings.site, settings.workers, settings.log) == ("http://127.0.0.1:8001", 1, "text")
    assert settings.data_folder == folder
    assert settings.database_url == f"sqlite:///{folder}/companion.sqlite3"
    assert os.environ["PATH"] == "/bin"


def test_nobody_comes_when_nobody_is_asked_for(make_settings):
    demo.start_audience(make_settings(), 0, open_browser=False)

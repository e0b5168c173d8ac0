"""Once a talk is over, whatever was Now is answered everywhere, whether a server ran or not."""

import json

import pytest

from companion.cli import main
from companion.store.models import Role, Status
from tests.support.factories import make_question, question_row
from tests.support.pages import text_of
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow

TEXT = "How do bees find home in the rain?"
VIEWS = ("", "/board", "/present", "/present/screen", "/moderate", "/desk", "/speaker", "/runsheet")


@pytest.fixture
def grace(app):
    """Return an organiser's browser."""
    return signed_in(app, Role.ORGANISER, name="Grace")


@pytest.fixture
def left(grace, engine, clock):
    """Return what was Now when the talk ended, without anybody having pressed "Answered"."""
    number = make_question(engine, text=TEXT)
    grace.post("/talks/talk/desk/questions", {"ids": number, "do": "now"})
    clock.set_to(75)
    return number


@pytest.mark.parametrize("first", VIEWS)
def test_whoever_looks_first_finds_it_answered(grace, engine, left, first):
    answer = grace.get(f"/talks/talk{first}")

    assert "Being answered now" not in answer.text
    assert question_row(engine, left).status is Status.ANSWERED


@pytest.mark.parametrize("format", ["json", "csv", "md", "html"])
def test_every_file_has_it_answered(grace, engine, left, format):
    grace.get(f"/talks/talk/export/{format}").close()

    assert question_row(engine, left).status is Status.ANSWERED


def test_every_view_says_the_same(grace, left):
    page, screen = grace.page("/talks/talk"), grace.page("/talks/talk/present")
    desk, sheet = grace.page("/talks/talk/moderate"), grace.page("/talks/talk/runsheet")
    with grace.get("/talks/talk/export/json") as file:
        record = json.loads(file.data)

    assert page.element(f"question-{left}").get("data-status") == "answered"
    assert "1 answered" in text_of(page.classed("talk__summary")[0])
    assert "Thank you" in text_of(screen.element("screen"))
    assert "Nothing is being answered" in desk.text("now")
    assert TEXT not in text_of(sheet.element("main"))
    assert [(q["status"], q["answered_at"]) for q in record["questions"]] == [
        ("answered", "2026-03-05T13:00:00+00:00")
    ]


def test_the_command_line_finds_it_answered_with_no_server(
    grace, left, folder, database_url, monkeypatch, capfd
):
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", database_url)
    with pytest.raises(SystemExit) as left_by:
        main(["export", "talk", "--format", "json"])

    assert left_by.value.code == 0
    assert json.loads(capfd.readouterr().out)["counts"]["answered"] == 1


def test_what_there_was_no_time_for_is_not_declined(grace, ada, engine, clock):
    open_one, waiting, unkind = (make_question(engine) for _ in range(3))
    grace.post("/talks/talk/desk/questions", {"ids": [open_one, waiting], "do": "archive"})
    grace.post("/talks/talk/desk/questions", {"ids": unkind, "do": "decline", "reason": "unkind"})
    clock.set_to(75)

    page, report = ada.page("/talks/talk"), grace.page("/talks/talk/report")
    desk = grace.page("/talks/talk/moderate?tab=archived")
    with grace.get("/talks/talk/export/json?declined=1") as file:
        record = json.loads(file.data)
    with grace.get("/talks/talk/export/md?declined=1") as file:
        markdown = file.data.decode()

    assert text_of(page.classed("talk__summary")[0]) == "3 asked · 2 not reached · 1 declined"
    assert {"Not reached", "Declined"} <= {text_of(name) for name in report.classed("tiles__name")}
    assert (record["counts"]["archived"], record["counts"]["declined"]) == (2, 1)
    assert [row["status"] for row in record["questions"]] == ["archived", "archived", "declined"]
    assert "2 not reached · 1 declined" in markdown
    assert "## Not reached" in markdown
    assert "Not reached 2" in desk.text("desk-tabs")
    assert desk.text("desk-cards").count("not reached by Grace") == 2


def test_who_asked_what_was_not_reached_is_told_so(grace, ada):
    ada.post("/talks/talk/questions", {"text": TEXT, "kind": "question", "key": "k" * 36})
    grace.post("/talks/talk/desk/questions", {"ids": 1, "do": "archive"})

    assert "Not reached: there was no time for it." in ada.page("/talks/talk").text("mine-1")

"""The report's page: what it says, and who may see it."""

import pytest

from companion.report import PLOTS
from companion.store.models import Kind, Role, Status
from tests.support.factories import make_question
from tests.support.pages import Browser, text_of
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow
REPORT = "/talks/talk/report"


@pytest.fixture
def speaker(app):
    return signed_in(app, Role.SPEAKER)


def test_a_report_of_nothing_says_so(speaker):
    page = speaker.page(REPORT)

    assert page.h1 == "A talk about bees"
    assert page.html.count("<p>None.</p>") == 2
    assert "None were counted." in page.html
    assert "No question is open." in page.html
    assert "Here at once" not in page.html
    assert list(page.elements("svg")) == []


def test_each_plot_has_a_table_that_says_the_same(speaker, engine):
    make_question(engine, votes=3)
    make_question(engine)

    page = speaker.page(REPORT)

    assert [plot.get("id") for plot in page.classed("plot")] == ["plot-questions", "plot-votes"]
    tables = page.classed("report__table")
    cells = [[cell.text for cell in table.iter("td")] for table in tables]
    assert [[cell for cell in column if cell != "0"] for column in cells] == [["2"], ["3"]]
    assert all(table.find(".//caption").text for table in tables)


def test_the_most_wanted_lead_to_the_board(speaker, engine):
    number = make_question(engine, "Is <b>this</b> on?", votes=1)
    make_question(engine, "Never to be seen", status=Status.WAITING)
    make_question(engine, "Not this either", status=Status.DECLINED)

    page = speaker.page(REPORT)

    [link] = page.classed("wanted__text")
    assert (link.text, link.get("href")) == (
        "Is <b>this</b> on?",
        f"/talks/talk#question-{number}",
    )
    assert "Never to be seen" not in page.html
    assert "Not this either" not in page.html


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_is_a_file_too(speaker, plot):
    answer = speaker.get(f"{REPORT}/{plot}.svg")

    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.text.startswith("<svg ")


@pytest.mark.parametrize("path", [REPORT, f"{REPORT}/votes.svg"])
def test_a_report_is_read_where_it_keeps_nobody_waiting(app, speaker, engine, path):
    make_question(engine, votes=3)
    asked = []

    def aside(work):
        with counted_queries() as queries:
            work()
        asked.extend(query for query in queries if "vote.voted_at" in query)

    app.extensions["executor"] = aside
    with counted_queries() as all_queries:
        assert speaker.get(path).status_code == 200

    assert asked == [query for query in all_queries if "vote.voted_at" in query]
    assert len(asked) == 1


def test_there_is_no_other_plot(speaker):
    assert speaker.get(f"{REPORT}/secrets.svg").status_code == 404


def test_a_report_is_for_those_who_run_the_talk(app, engine):
    make_question(engine)

    for role in (Role.SPEAKER, Role.MODERATOR, Role.ORGANISER):
        assert signed_in(app, role).get(REPORT).status_code == 200
    for browser in (Browser(app), Browser(app, known=False)):
        for path in (REPORT, f"{REPORT}/votes.svg", f"{REPORT}/secrets.svg"):
            assert browser.get(path).status_code == 403


@pytest.mark.parametrize("asked", [1, 3])
def test_a_report_takes_the_same_queries_however_much_was_asked(speaker, engine, asked):
    for _ in range(asked):
        make_question(engine, votes=asked)
    speaker.page(REPORT)

    with counted_queries() as queries:
        speaker.page(REPORT)

    assert len(queries) == 14


def test_everybody_reads_what_became_of_the_questions_once_the_talk_is_over(app, engine, clock):
    for status in ("answered", "answered", "open", "merged", "declined", "waiting", "withdrawn"):
        make_question(engine, status=Status(status))
    make_question(engine, kind=Kind.COMMENT)
    stranger = Browser(app, known=False)

    assert stranger.page("/talks/talk").classed("talk__summary") == []
    clock.set_to(60)
    [line] = stranger.page("/talks/talk").classed("talk__summary")

    assert text_of(line) == "6 asked · 2 answered · 1 merged · 1 declined"


def test_where_nothing_was_asked_there_is_nothing_to_read(app, clock):
    clock.set_to(60)

    assert Browser(app).page("/talks/talk").classed("talk__summary") == []

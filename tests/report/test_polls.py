"""The report shows polls: a chart for each, its question beside what was answered, in sentences."""

import pytest

from companion.store.models import Role
from companion.store.polls import PollState, Reveal
from tests.support.factories import make_question
from tests.support.pages import text_of
from tests.support.poll_rows import ASKED, make_poll
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow
REPORT = "/talks/talk/report"
HOSTILE = ("<script>alert(1)</script>", "מה שלום הדבורים?", "{{ 7 * 7 }}", "🐝" * 80)


@pytest.fixture
def speaker(app):
    return signed_in(app, Role.SPEAKER)


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR)


def results(page):
    return [text_of(result) for result in page.classed("report__result")]


def asked(page):
    return [text_of(question) for question in page.classed("report__asks")]


def test_each_answer_is_a_sentence_beside_its_bar(speaker, engine):
    number = make_poll(engine, {"Slurm": 12, "PBS": 29, "none": 0}, right="PBS")

    page = speaker.page(REPORT)

    assert asked(page) == [ASKED]
    assert results(page) == ["Slurm: 12 of 41, 29 %", "PBS: 29 of 41, 71 %", "none: 0 of 41, 0 %"]
    figure = page.element(f"poll-{number}")
    assert figure.get("aria-labelledby") == f"poll-{number}-text"
    assert "41 people have answered" in text_of(figure)
    bars = page.classed("report__bar")
    assert [bar[0].get("width") for bar in bars] == ["29.3", "70.7", "0.0"]
    assert {bar.get("aria-hidden") for bar in bars} == {"true"}


def test_of_few_people_there_is_no_share(speaker, engine):
    make_poll(engine, {"Yes": 3, "No": 1})

    assert results(speaker.page(REPORT)) == ["Yes: 3 of 4", "No: 1 of 4"]


@pytest.mark.parametrize("is_shown", [False, True])
def test_what_is_right_is_marked_where_it_was_shown(speaker, grace, engine, is_shown):
    make_poll(engine, {"C": 1, "Rust": 2}, right="Rust", is_right_shown=is_shown)

    said = ["C: 1 of 3", "Rust: 2 of 3 right" if is_shown else "Rust: 2 of 3"]
    for browser in (speaker, grace):
        assert results(browser.page(REPORT)) == said


def test_what_nobody_was_shown_is_the_moderators(speaker, grace, engine):
    make_poll(engine, {"Yes": 1, "No": 0}, "Is it open?", state=PollState.OPEN)
    make_poll(engine, {"Yes": 1, "No": 0}, "Is it put away?", state=PollState.DRAFT)
    make_poll(engine, {"Yes": 1, "No": 0}, "Never opened?", state=PollState.DRAFT, opened_at=None)

    assert not speaker.page(REPORT).has("polls-title")
    page = grace.page(REPORT)
    assert asked(page) == ["Is it open?", "Is it put away?"]
    assert "still open, results not shown yet" in page.html
    assert "put away" in page.html
    assert "Never opened?" not in page.html


def test_results_that_are_shown_live_are_the_speakers_too(speaker, engine):
    make_poll(engine, {"Yes": 1, "No": 0}, state=PollState.OPEN, reveal=Reveal.LIVE)

    page = speaker.page(REPORT)

    assert results(page) == ["Yes: 1 of 1", "No: 0 of 1"]
    assert "still open" in page.html
    assert "not shown yet" not in page.html


@pytest.mark.parametrize("text", HOSTILE)
def test_text_does_nothing(speaker, engine, text):
    make_poll(engine, {text: 1, "No": 0}, text)

    page = speaker.page(REPORT)

    assert page.errors == []
    assert asked(page) == [text]
    assert results(page)[0] == f"{text}: 1 of 1"


def test_a_talk_without_polls_does_not_speak_of_them(speaker, engine):
    make_question(engine)

    assert not speaker.page(REPORT).has("polls-title")


@pytest.mark.parametrize("count", [1, 3])
def test_polls_take_one_query_however_many(speaker, engine, count):
    for number in range(count):
        make_poll(engine, {"Yes": number, "No": 1}, f"Is it number {number}?")
    speaker.page(REPORT)

    with counted_queries() as queries:
        speaker.page(REPORT)

    assert len([query for query in queries if "ballot" in query]) == 1
    assert len(queries) == 15

"""What everybody may find of what was asked on any talk, and what comes after a talk."""

import pytest

from companion.board import rate_limits
from companion.store.models import Status
from tests.support.factories import make_question
from tests.support.pages import Browser, text_of
from tests.support.queries import counted_queries
from tests.support.talks import write_talk

LATER = 'title: {title}\ndate: 2026-04-02\nfrom: "12:00"\nto: "13:00"\n'


def found(page):
    return [text_of(hit) for hit in page.classed("hit__text")]


def test_open_and_answered_questions_are_found_and_lead_to_their_boards(stranger, engine):
    number = make_question(engine, "How do bees find home?", votes=2)
    make_question(engine, "Do bees sleep?", status=Status.ANSWERED)
    make_question(engine, "Who are you?")

    page = stranger.page("/questions?find=BEES")

    assert set(found(page)) == {"How do bees find home?", "Do bees sleep?", "Who are you?"}
    assert set(found(stranger.page("/questions?find=bees+home"))) == {"How do bees find home?"}
    assert f"/talks/talk#question-{number}" in page.links()


@pytest.mark.parametrize(
    "status", [Status.WAITING, Status.DECLINED, Status.WITHDRAWN, Status.MERGED]
)
def test_what_no_board_shows_is_not_found(stranger, engine, status):
    make_question(engine, "Is this a secret?", status=status)

    page = stranger.page("/questions?find=secret")

    assert found(page) == []
    assert "Nothing was found." in text_of(page.element("main"))


def test_nothing_of_a_talk_that_is_not_listed_is_found(make_app, folder, engine):
    make_question(engine, "Is this a secret?")
    write_talk(folder, extra="published: false\n")

    assert found(Browser(make_app(), known=False).page("/questions?find=secret")) == []


def test_whoever_looks_for_nothing_costs_nothing(stranger, engine):
    make_question(engine)

    with counted_queries() as queries:
        page = stranger.page("/questions")

    assert (found(page), queries) == ([], [])


def test_who_searches_too_often_is_told_when_to_go_on(make_app, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "find", ((2, 60.0),))
    bob = Browser(make_app(), known=False)
    for _ in range(2):
        bob.page("/questions?find=bees")

    answer = bob.get("/questions?find=honey")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert 'value="honey"' in answer.text
    bob.page("/")


def test_the_programme_leads_to_the_questions_with_the_same_words(stranger):
    assert "/questions?find=bees+%26+wax" in stranger.page("/?find=bees+%26+wax").links()


def test_a_talk_names_the_one_that_comes_next(make_app, folder, clock):
    write_talk(folder, "later", title="About <wax>", front=LATER)
    write_talk(folder, "off", front=LATER.replace("04-02", "03-20"), extra="status: cancelled\n")
    bob = Browser(make_app(), known=False)

    page = bob.page("/talks/talk")

    assert "Next: About <wax>, Thursday 2 April 2026, 12:00 London" in text_of(page.element("main"))
    assert {"/talks/later", "/talks/later.ics"} <= set(page.links())
    assert "Next:" not in text_of(bob.page("/talks/later").element("main"))

    clock.set_to(60 * 24 * 40)
    assert "Next:" not in text_of(bob.page("/talks/talk").element("main"))


def test_a_page_that_is_kept_hears_of_another_next_talk(app, folder, bob):
    assert "Next:" not in bob.get("/talks/talk").text

    write_talk(folder, "later", title="About wax", front=LATER)
    app.extensions["boards"].programme.refresh()

    assert "Next:" in bob.get("/talks/talk").text

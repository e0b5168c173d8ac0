"""A board of more than a page: what a reader sees of it, and what happens beyond."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.factories import make_questions
from tests.support.live import Attendee

ASKED, NEW = "Is anybody there who keeps bees?", "Does anybody here keep wasps?"


@pytest.fixture
def talk(begin):
    return begin(ASKED, starts_in=-5)["slug"]


@pytest.fixture
def made(talk, server):
    """Put 119 more questions on the talk's board, before its own: with 119 votes and fewer."""
    return make_questions(server.engine, 119, talk=talk)


def shown(page: Page) -> list[int]:
    cards = page.locator("#questions > .question:not([data-held])")
    return [int(id) for id in cards.evaluate_all("all => all.map((card) => card.dataset.id)")]


def has_cards(page: Page, count: int) -> None:
    expect(page.locator("#questions > .question:not([data-held])")).to_have_count(count)


def left(page: Page, count: int) -> None:
    expect(page.locator("#more-left")).to_have_text(str(count), timeout=8_000)


def refetched(page: Page) -> None:
    """Have the page fetch its board as after a sleep, and wait until it has."""
    with page.expect_response(lambda answer: "/board?" in answer.url):
        page.evaluate("document.dispatchEvent(new Event('companion:wake'))")


def test_more_comes_in_place_and_stays_in_either_order(talk, made, arrive, phone):
    page = arrive(talk, **phone).is_live().page
    assert shown(page) == made[:50]

    page.get_by_role("link", name="Show more").click()
    has_cards(page, 100)
    assert shown(page) == made[:100]
    left(page, 20)
    refetched(page)
    assert shown(page) == made[:100]

    page.locator(".tools__order", has_text="Recent").click()
    left(page, 70)
    assert shown(page) == made[:-51:-1]
    page.locator("#find").fill("number 118")
    has_cards(page, 1)
    page.get_by_role("link", name="Show all").click()
    left(page, 70)


def test_what_happens_beyond_is_counted_and_what_belongs_here_comes(talk, made, arrive, server):
    reader = arrive(talk).is_live()
    page, ada = reader.page, Attendee(server, talk)
    beyond = made[50]  # one vote behind the last of the page

    new = ada.ask(NEW)["id"]
    left(page, 71)
    assert new not in shown(page)
    for voter in (Attendee(server, talk), Attendee(server, talk)):
        assert voter.vote(beyond)["ok"]
        voter.leave()
    expect(page.locator(f"#question-{beyond}")).to_be_attached(timeout=8_000)
    left(page, 71)
    assert made[49] not in shown(page)
    ada.post(f"questions/{new}/withdraw")
    left(page, 70)

    reader.ask("And who here is afraid of bees?")
    expect(page.locator("#questions > [data-own]")).to_be_visible()
    expect(page.locator("#mine")).to_contain_text("And who here is afraid of bees?")
    left(page, 70)
    ada.leave()


def test_a_link_leads_to_a_question_beyond_the_page(talk, made, arrive, server):
    page = arrive(talk).is_live().page
    last, other = made[-1], made[-2]

    page.evaluate(f"location.hash = '#question-{last}'")
    expect(page.locator(f"#question-{last}")).to_be_in_viewport()
    assert shown(page) == [*made[:50], last]
    page.locator(f"#question-{last} .vote__button").click()
    expect(page.locator(f"#question-{last} .vote__button")).to_have_attribute(
        "aria-pressed", "true"
    )
    refetched(page)
    assert last in shown(page)
    page.goto(f"{server.url}/talks/{talk}#question-{other}")
    page.reload()
    expect(page.locator(f"#question-{other}")).to_be_in_viewport()


def test_what_is_answered_now_comes_from_beyond_the_page(talk, made, arrive, enter, server):
    page = arrive(talk).is_live().page
    desk = enter(server.links(talk)["moderator"])
    text = "How many bees does it take, number 118?"

    desk.goto(f"{server.url}/talks/{talk}/moderate?tab=open&find=118")
    desk.get_by_role("button", name="Answer now").first.click()

    expect(page.locator("#now-strip")).to_have_text(f"Now: {text}", timeout=8_000)
    assert made[-1] in shown(page)
    left(page, 70)

"""The head of each page: it leads those signed in as organisers to their pages, and nobody else."""

import pytest

from companion.store.models import Role
from tests.support.pages import Browser, Page, read_page
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in

WITH_A_HEAD = (
    "/",
    "/talks/talk",
    "/talks/talk/moderate",
    "/talks/talk/report",
    "/enter",
    "/nowhere",
)


def heads(page: Page) -> list[str]:
    [masthead] = page.classed("masthead")
    return [link.get("href") for link in masthead.iter("a") if link.get("href") == "/organise"]


@pytest.mark.parametrize("path", WITH_A_HEAD)
def test_every_page_leads_an_organiser_to_theirs(app, path):
    page = read_page(signed_in(app, Role.ORGANISER).get(path), 404 if path == "/nowhere" else 200)

    assert heads(page) == ["/organise"]


@pytest.mark.parametrize("first", ["organiser", "stranger"])
def test_what_is_kept_of_a_talks_page_shows_it_to_nobody_else(app, ada, first):
    olga, grace = signed_in(app, Role.ORGANISER), signed_in(app, Role.MODERATOR)
    strangers = [ada, grace, Browser(app, known=False)]
    people = [olga, *strangers] if first == "organiser" else [*strangers, olga]

    for person in people + people:
        assert bool(heads(person.page("/talks/talk"))) is (person is olga)


def test_who_signs_out_is_led_there_no_more(app):
    olga = signed_in(app, Role.ORGANISER)
    olga.page("/talks/talk")

    olga.post("/leave")

    assert heads(olga.page("/talks/talk")) == []


def test_it_costs_those_who_only_attend_no_query(app, ada):
    ada.page("/talks/talk")

    with counted_queries() as asked:
        ada.page("/talks/talk")

    assert [query for query in asked if "role_grant" in query] == []

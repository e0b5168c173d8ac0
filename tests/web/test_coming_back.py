"""Whoever had to sign in first comes to the page they wanted, and to no other site's."""

import pytest

from companion.store.models import Role
from companion.web.coming_back import PAGES
from tests.support.organisers import (
    PASSWORD,
    SIGN_IN,
    add_passkey,
    asked_of,
    sign_in,
    with_password,
)
from tests.support.pages import Browser
from tests.support.routes import VALUES
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow
DESK = "/talks/talk/moderate"


def address_of(app, endpoint: str) -> str:
    rule = next(app.url_map.iter_rules(endpoint))
    urls = app.url_map.bind("localhost")
    return urls.build(endpoint, {name: VALUES[name] for name in rule.arguments})


def status_of(browser, address: str) -> int:
    with browser.get(address) as answer:
        return answer.status_code


def is_whole(browser, address: str) -> bool:
    """Whether an address has a page, or leads to one: not a part of one, and not a file."""
    with browser.get(address) as answer:
        return answer.status_code == 302 or answer.data.startswith(b"<!doctype html>")


def way_in(browser, address: str):
    """Return the form that a page leads to which shows nothing without signing in."""
    page = browser.page(address, status=403)
    [link] = [one for one in page.links() if one.startswith(SIGN_IN)]
    return browser.page(link).form_to(SIGN_IN)


def test_all_whole_pages_that_a_stranger_is_refused_are_come_back_to(app):
    stranger, olga = Browser(app), signed_in(app, Role.ORGANISER)

    refused = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and status_of(stranger, address_of(app, rule.endpoint)) == 403
    ]
    whole = {one for one in refused if is_whole(olga, address_of(app, one))}

    assert whole == PAGES


@pytest.mark.parametrize("endpoint", sorted(PAGES))
def test_every_page_that_needs_a_role_is_come_back_to(app, endpoint):
    with_password(app)
    browser, address = Browser(app), address_of(app, endpoint)

    answer = browser.submit(way_in(browser, address), name="Olga", password=PASSWORD)

    assert answer.location == address
    with browser.get(address) as found:
        assert found.status_code in (200, 302)


def test_what_was_asked_with_comes_along_but_for_old_words(app):
    with_password(app)
    browser = Browser(app)

    form = way_in(browser, f"{DESK}?tab=answered&find=b%26es+%E2%9C%93&flash=old")

    assert form.fields["back"] == f"{DESK}?tab=answered&find=b%26es+%E2%9C%93"


def test_a_wrong_password_does_not_lose_the_way(app):
    with_password(app)
    browser = Browser(app)
    form = way_in(browser, DESK)

    again = browser.submit(form, name="Olga", password="no such words at all")

    assert again.status_code == 422
    assert f'name="back" value="{DESK}"' in again.text


def test_a_passkey_leads_back_as_well(app):
    olga = with_password(app)
    key = add_passkey(olga)
    browser = Browser(app)

    sent = {"answer": key.use(asked_of(browser)), "back": DESK}

    assert browser.post(f"{SIGN_IN}/passkey", sent).location == DESK


def test_below_a_path_it_is_a_page_below_that(make_app):
    app = make_app(origins="https://example.org", path="/qa")
    client = app.test_client()
    where = {"base_url": "https://example.org", "environ_overrides": {"REMOTE_ADDR": "10.0.0.1"}}

    inside = client.get("/qa/organise/sign-in?back=/qa/talks/talk/moderate", **where).text
    outside = client.get("/qa/organise/sign-in?back=/talks/talk/moderate", **where).text

    assert 'name="back" value="/qa/talks/talk/moderate"' in inside
    assert 'value="/talks/talk/moderate"' not in outside


HOSTILE = (
    "//evil.example.org",
    "//evil.example.org/talks/talk/moderate",
    "///evil.example.org/talks/talk/moderate",
    "/\\evil.example.org/talks/talk/moderate",
    "\\\\evil.example.org",
    "https://evil.example.org/talks/talk/moderate",
    "https:talks/talk/moderate",
    "http://localhost:8000/talks/talk/moderate",
    "javascript:alert(1)//talks/talk/moderate",
    "data:text/html,hello",
    " //evil.example.org",
    "\t//evil.example.org",
    "/\t/evil.example.org/talks/talk/moderate",
    "/\r\nSet-Cookie: a=b",
    "/talks/talk/moderate\r\nLocation: //evil.example.org",
    "/talks/../..//evil.example.org",
    "/.//evil.example.org",
    "/%2F/evil.example.org",
    "/%5Cevil.example.org",
    "@evil.example.org",
    "evil.example.org",
    "/enter",
    "/leave",
    "/organise/sign-in",
    "/talks/talk",
    "/talks/talk/desk",
    "/talks/talk/export/csv",
    "/talks/talk/publish/page",
    "/nothing/here",
    "/" + "a" * 10_000,
    "/talks/talk/moderate?" + "a" * 10_000,
    "\0",
    "",
)


@pytest.mark.parametrize("back", HOSTILE, ids=range(len(HOSTILE)))
def test_nobody_is_led_anywhere_else(app, back):
    with_password(app)
    browser = Browser(app)

    page = browser.page(SIGN_IN, query_string={"back": back})
    answer = browser.post(SIGN_IN, {"name": "Olga", "password": PASSWORD, "back": back})

    assert "back" not in page.form_to(SIGN_IN).fields
    assert (answer.status_code, answer.location) == (303, "/organise")


@pytest.mark.parametrize(
    "slug", ["%5C%5Cevil.example.org", "evil.example.org%00", "%0D%0ALocation:%20x", "%E2%80%AEx"]
)
def test_an_odd_name_of_a_talk_is_written_as_an_address(app, slug):
    with_password(app)
    browser = Browser(app)

    answer = browser.post(
        SIGN_IN, {"name": "Olga", "password": PASSWORD, "back": f"/organise/{slug}"}
    )

    assert answer.location.startswith("/organise")
    assert not set(answer.location) & set("\\\r\n\0")


def test_what_is_no_page_offers_no_way_back(app):
    browser = Browser(app)

    for answer in (
        browser.post(f"{DESK.rpartition('/')[0]}/desk/next"),
        browser.get("/talks/talk/desk"),
    ):
        assert answer.status_code == 403
        assert "back=" not in answer.text


def test_who_comes_of_their_own_accord_is_led_to_all_talks(app):
    with_password(app)

    assert sign_in(Browser(app)).location == "/organise"

import pytest

from tests.support.pages import Browser
from tests.support.talks import write_talk

EXTRA = "permalink: /events/bees/\nredirect_from:\n  - /old/bees.html\n  - /old/with%20space\n"


@pytest.fixture
def browser(make_app, folder) -> Browser:
    write_talk(folder, extra=EXTRA)
    return Browser(make_app())


@pytest.mark.parametrize(
    "old",
    [
        "/events/bees/",
        "/events/bees",
        "/old/bees.html",
        "/old/bees.html?utm=1",
        "/old/with%20space",
    ],
)
def test_an_old_address_leads_to_the_talk_for_good(browser, old):
    answer = browser.get(old)

    assert (answer.status_code, answer.location) == (301, "/talks/talk")


@pytest.mark.parametrize(
    "other",
    [
        "/events",
        "/events/wasps",
        "/old/bees.html/more",
        "/OLD/bees.html",
        "/.env",
        "/wp-login.php",
        "/static/no-such-file.css",
        "/" + "x/" * 500,
        "/%ff",
        "/favicon.ico",
    ],
)
def test_any_other_address_is_a_page_that_offers_the_programme(browser, other):
    assert "/" in browser.page(other, 404).links()


@pytest.mark.parametrize("other", ["/\\evil.example", "/%2f%2fevil.example"])
def test_no_address_leads_to_another_site(browser, other):
    answer = browser.client.get(other, base_url="http://localhost:8000")

    assert answer.status_code in (301, 308, 404)
    assert answer.headers.get("Location", "/").removeprefix("http://localhost:8000")[:2] != "//"


@pytest.mark.parametrize(
    "asked", ["endpoint=x", "_method=POST", "_external=1", "slug=b", "a=1&a=2", "find=%C3%BC%0d%0a"]
)
def test_a_name_much_like_a_talk_s_keeps_what_is_asked_with(browser, asked):
    answer = browser.get(f"/talks/Talk?{asked}")

    assert (answer.status_code, answer.location) == (308, f"/talks/talk?{asked}")


def test_a_talk_that_is_no_longer_published_leads_nowhere(make_app, folder):
    write_talk(folder, extra=EXTRA + "published: false\n")

    Browser(make_app()).page("/old/bees.html", 404)

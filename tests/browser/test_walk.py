"""From a folder of pages to a published talk, as the operators' way says, behind nginx with TLS."""

import re
import shutil

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import PHONE, ask, end_talk, note_errors, violations
from tests.support.live import LiveServer, free_port, write_talk
from tests.support.nginx import NGINX, Nginx
from tests.support.organisers import PASSWORD, SIGN_IN

TALK = "compilers"
BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
NARROW = PHONE | {"viewport": {"width": 360, "height": 740}}


class BehindTls(LiveServer):
    """A series reached by https; it brings its own proxy, whatever others have."""


@pytest.fixture
def server(tmp_path):
    if not (NGINX and shutil.which("openssl")):
        pytest.skip("there is no nginx here")
    folder, place, port = tmp_path / "talks", tmp_path / "nginx", free_port()
    for each in (folder, place):
        each.mkdir()
    write_talk(folder, TALK, starts_in=-5)
    origin = f"https://127.0.0.1:{port}"
    running = BehindTls(folder, COMPANION_ORIGINS=origin, COMPANION_PROXIES="1")
    proxy = Nginx(place, running.port, port=port)
    running.origin = origin
    yield running
    running.stop()
    proxy.stop()
    assert "Traceback" not in running.log()


@pytest.fixture
def come(chromium: Browser):
    """Return what opens an address in a phone of somebody's own; no console may show an error."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(address: str) -> Page:
        context = chromium.new_context(**NARROW, reduced_motion="reduce")
        opened.append(context)
        page = context.new_page()
        note_errors(page, complaints.append, ())
        page.goto(address)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate(FITS)


def sign_in(page: Page, server: LiveServer) -> None:
    """Come by the server's own link, choose a name and a password, and use them."""
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Your account").click()
    page.get_by_label("Your name").fill("Olga")
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Keep this password").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{server.url}{SIGN_IN}")
    page.get_by_label("Your name").fill("Olga")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Organise", exact=True)).to_be_visible()


def card(page: Page, text: str):
    return page.locator(".desk-card, #questions > li").filter(has_text=text).first


def test_a_folder_of_pages_becomes_a_talk_that_was_held_and_published(server, come):
    link = re.search(r"http\S+/enter#\S+", server.log())
    olga = come(link[0])
    sign_in(olga, server)
    looks_right(olga)

    olga.locator(f"a[href='/talks/{TALK}/organise']").first.click()
    approval = olga.locator("#settings [name=approve_first]")
    approval.click()
    expect(approval).to_have_attribute("aria-checked", "true")
    looks_right(olga)
    links = {view: olga.locator(f"#url-{view}").input_value() for view in ("attendee", "moderator")}

    desk = come(links["moderator"])
    desk.get_by_label("Your name").fill("Grace")
    desk.get_by_role("button", name="Sign in").click()
    ada, bob = come(links["attendee"]), come(links["attendee"])
    for page in (ada, bob):
        expect(page.locator("body[data-live=on]")).to_be_attached(timeout=15_000)
    ask(ada, BUGS)
    ask(ada, NAMES)
    for text in (BUGS, NAMES):
        card(desk, text).get_by_role("button", name="Approve", exact=True).click()
        expect(card(bob, text)).to_be_visible()
    card(bob, BUGS).locator(".vote__button").click()
    expect(card(ada, BUGS).locator(".vote__count")).to_have_text("1")
    desk.locator("#desk-tabs").get_by_role("link", name="Open").click()
    card(desk, BUGS).locator("[value=now]").click()
    expect(ada.locator("#now-strip")).to_contain_text(BUGS)
    expect(desk.locator(".button--go")).to_contain_text("Answered")  # it has heard of it too
    desk.locator(".button--go").click()
    expect(card(ada, BUGS).locator("[data-status=answered]")).to_be_attached()
    looks_right(desk)
    desk.locator("#run > summary").click()
    end_talk(desk)
    expect(ada.locator("#board-state")).to_contain_text("Closed")

    olga.goto(f"{server.url}/talks/{TALK}/export")
    with olga.expect_download() as download:
        olga.locator(".export__button").first.click()
    assert BUGS in download.value.path().read_text()
    olga.goto(f"{server.url}/talks/{TALK}/publish")
    looks_right(olga)
    olga.get_by_role("button", name="Publish", exact=True).click()
    expect(olga.locator("main")).to_contain_text("Published")
    assert BUGS in (server.folder / f"{TALK}.md").read_text()

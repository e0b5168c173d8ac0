"""An organiser's account in a real browser, whose authenticator is Chromium's own virtual one."""

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.support import behind
from tests.support.browser import PHONE, note_errors, serve, violations
from tests.support.organisers import ACCOUNT, PASSWORD, SIGN_IN

pytestmark = pytest.mark.skipif(
    bool(behind.PROXY), reason="passkeys want a name, and the proxy of the tests has a number"
)
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("talks")) as running:
        yield running


@pytest.fixture
def site(server) -> str:
    """Return the server's address by name: no browser has passkeys for a number."""
    return str(server.url.replace("127.0.0.1", "localhost"))


@pytest.fixture
def page(chromium, site):
    """Return a page of somebody who comes by the server's own link, with a device for passkeys."""
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    failures: list[str] = []
    note_errors(page, failures.append, ("status of 422",))
    yield page
    context.close()
    assert failures == []


def with_device(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def looks_right(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], scheme
    page.emulate_media(color_scheme="light")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(FITS), width


def test_an_organiser_makes_a_passkey_and_signs_in_with_it(page, server, site):
    link = re.search(r"/enter#\S+", server.log())
    page.goto(f"{site}{link[0]}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Your account").click()
    looks_right(page)
    page.get_by_label("Your name").fill("Olga")
    page.get_by_role("button", name="Make an account").click()
    with_device(page)

    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Your passkey is kept.")).to_be_visible()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("There is a passkey for you on this device already.")).to_be_visible()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Keep this password").click()
    expect(page.get_by_text("Your password is kept.")).to_be_visible()
    page.get_by_label("Somebody else’s name").fill("Ivan")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Sign out").click()

    page.goto(f"{site}{SIGN_IN}")
    looks_right(page)
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("heading", name="Organise", exact=True)).to_be_visible()
    page.goto(f"{site}{ACCOUNT}")
    expect(page.get_by_text("last used")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}{SIGN_IN}")
    page.get_by_label("Your name").fill("Olga")
    page.get_by_label("Your password").fill("seven herons wade at dusk")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("do not go together")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Organise", exact=True)).to_be_visible()

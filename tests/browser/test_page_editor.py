"""Organisers at a talk's page: it looks right while they type, on any screen, by keyboard alone."""

import os
import re
import time

import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, serve, violations

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PAGE = "---\ntitle: Bees\ndate: 2027-03-05\n---\n\nThey dance.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of talks that is served."""
    return tmp_path_factory.mktemp("talks")


@pytest.fixture(scope="module")
def server(folder):
    """Serve one talk, which these tests may change."""
    (folder / "bees.md").write_text(PAGE)
    with serve(folder) as running:
        yield running


@pytest.fixture(scope="module")
def olga(chromium, server):
    """Return what opens an organiser's page on a phone; they are signed in once."""
    link = re.search(r"http\S+/enter#\S+", server.log())
    assert link
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.goto(link[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Organise")).to_be_visible()
    yield page
    context.close()


def test_a_page_is_edited_with_its_look_beside_it(olga, server):
    olga.goto(f"{server.url}/talks/bees/organise/edit")
    text = olga.get_by_label("The page’s text")

    text.fill(PAGE.replace("They dance.", "They *hum*.").replace("date:", "day: soon\ndate:"))

    preview = olga.locator("#preview")
    expect(preview.locator("em")).to_have_text("hum")
    preview.get_by_role("link", name="Line 3").press("Enter")
    expect(text).to_be_focused()
    assert text.evaluate("e => e.value.slice(e.selectionStart, e.selectionEnd)") == "day: soon"
    assert violations(olga) == []
    assert olga.evaluate(FITS)
    text.fill(PAGE.replace("They dance.", "They hum."))
    olga.get_by_role("button", name="Save").press("Enter")
    expect(olga.get_by_role("status").first).to_contain_text("Saved.")
    olga.goto(f"{server.url}/talks/bees/organise/versions")
    olga.locator(".versions a").last.click()
    assert violations(olga) == []
    assert olga.evaluate(FITS)


def test_a_new_talk_is_on_the_programme_within_seconds(olga, server):
    olga.goto(f"{server.url}/organise/pages")
    assert violations(olga) == []
    olga.get_by_role("link", name="New talk").click()
    olga.get_by_label("Title").fill("Wasps & hornets")
    olga.get_by_label("Title").press("Tab")
    expect(olga.get_by_label("Address")).to_have_value("wasps-hornets")
    olga.get_by_label("Day").fill("2027-04-05")
    expect(olga.locator("#preview")).to_contain_text("Monday 5 April 2027")
    assert violations(olga) == []
    assert olga.evaluate(FITS)

    olga.get_by_role("button", name="Add the talk").click()

    expect(olga.get_by_role("status").first).to_contain_text("The talk is written.")
    expect(olga.locator("h1")).to_have_text("Edit the page")
    expect_page(olga, f"{server.url}/talks/wasps-hornets", "Wasps & hornets")


def expect_page(page, url: str, title: str) -> None:
    """Wait until the server has seen the new file."""
    for _ in range(100):
        if page.goto(url).ok:
            break
        page.wait_for_timeout(100)
    expect(page.locator("h1")).to_have_text(title)


def test_what_is_typed_and_not_saved_is_kept_and_offered_back(olga, server):
    address = f"{server.url}/talks/bees/organise/edit"
    olga.goto(address)
    text, kept = olga.get_by_label("The page’s text"), olga.locator("#kept")
    typed = text.input_value() + "\nTheir queen hums.\n"
    signed_in = olga.context.cookies()
    olga.context.clear_cookies()

    text.fill(typed)

    expect(olga.locator("#preview")).to_contain_text("sign in in another tab")
    assert olga.url == address
    asked = []
    olga.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    olga.context.add_cookies(signed_in)
    olga.goto(address)
    assert asked == ["beforeunload"]
    expect(kept).to_be_visible()
    assert violations(olga) == []
    kept.get_by_role("button", name="Put it into the form").press("Enter")
    expect(text).to_have_value(typed)
    expect(olga.locator("#preview")).to_contain_text("Their queen hums.")
    olga.get_by_role("button", name="Save").press("Enter")
    expect(olga.get_by_role("status").first).to_contain_text("Saved.")
    olga.goto(address)
    expect(text).to_have_value(typed)
    expect(kept).to_be_hidden()


def test_the_server_by_itself_lets_go_what_was_sent_an_hour_ago(folder, server):
    sent = folder / ".companion" / "uploads" / ("0" * 32)
    sent.parent.mkdir(parents=True, exist_ok=True)
    sent.touch()
    os.utime(sent, (time.time() - 3700,) * 2)

    for _ in range(100):
        if not sent.exists():
            break
        time.sleep(0.1)

    assert not sent.exists()

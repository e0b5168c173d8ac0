"""Taking questions away: files by one click, a run sheet on one page, and a page to keep."""

import io

import pypdf
import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, violations

BUGS = "How do compilers find their own bugs?"
TOAST = (
    '<hx-partial hx-target="#toasts" hx-swap="innerHTML">'
    '<toast-note role="alert">{}</toast-note></hx-partial>'
)
LONG = "Is it true that a compiler written in its own language can hide what nobody reads?"


@pytest.fixture
def grace(server, begin, enter):
    """A moderator's page, and the address of a talk with two questions."""
    talk = begin(BUGS, LONG)
    page = enter(talk["moderator"])
    page.talk = f"{server.url}/talks/{talk['slug']}"
    return page


def test_a_file_comes_by_one_click_and_the_button_says_that_it_is_made(grace):
    grace.goto(f"{grace.talk}/export")
    held = []
    grace.route("**/export/csv**", lambda route: held.append(route))
    grace.get_by_text("Without comments").first.click()
    button = grace.locator(".export__button").first

    button.click()
    expect(button).to_have_text("Making the file…")
    with grace.expect_download() as download:
        held[0].continue_()

    assert download.value.suggested_filename.endswith("-questions-v1.csv")
    assert held[0].request.url.endswith("?comments=0")
    assert BUGS in download.value.path().read_text()
    expect(button).to_have_text("CSV")
    expect(grace.locator("#toasts")).to_have_text("")


def test_why_there_is_no_file_is_said_where_one_looks(grace):
    grace.goto(f"{grace.talk}/export")
    words = TOAST.format("Making the file takes too long just now.")
    grace.route("**/export/json", lambda route: route.fulfill(status=503, body=words))

    grace.get_by_role("button", name="JSON").click()

    expect(grace.get_by_role("alert")).to_have_text("Making the file takes too long just now.")
    expect(grace.get_by_role("button", name="JSON")).to_be_enabled()


def test_without_a_connection_that_is_said_and_nothing_asked_again(grace):
    grace.clock.install()
    grace.goto(f"{grace.talk}/export")
    asked = []
    grace.on("request", lambda request: asked.append(request.url))
    grace.context.set_offline(True)

    grace.get_by_role("button", name="JSON").click()
    expect(grace.locator("#toasts")).to_contain_text("There is no connection.")
    grace.context.set_offline(False)
    grace.clock.fast_forward(20_000)

    expect(grace.get_by_role("button", name="JSON")).to_be_enabled()
    assert len([url for url in asked if "/export/json" in url]) == 1


def test_without_scripts_a_file_comes_all_the_same(grace, chromium):
    state = grace.context.storage_state()
    page = chromium.new_context(java_script_enabled=False, storage_state=state).new_page()
    page.goto(f"{grace.talk}/export")

    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown").first.click()

    assert f"### {BUGS}" in download.value.path().read_text()
    page.context.close()


def test_axe_finds_nothing_and_nothing_is_too_wide(grace, chromium):
    state = grace.context.storage_state()
    for size in ({}, PHONE, {"viewport": {"width": 320, "height": 640}}):
        context = chromium.new_context(storage_state=state, **size)
        page = context.new_page()
        for path in ("export", "runsheet", "moderate"):
            page.goto(f"{grace.talk}/{path}")
            if path == "moderate":
                page.get_by_text("Prepare, publish, sign out").click()
            assert violations(page) == [], (path, size)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        context.close()


def test_the_desk_s_menu_closes_as_menus_do(grace):
    grace.goto(f"{grace.talk}/moderate")
    menu = grace.locator("#after")
    menu.get_by_text("Prepare, publish, sign out").click()
    menu.get_by_role("link", name="Run sheet to print").focus()

    grace.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()

    menu.locator("summary").click()
    expect(menu.get_by_role("link", name="Report")).to_be_visible()
    grace.get_by_role("heading", level=1).click()
    expect(menu.get_by_role("link", name="Report")).to_be_visible()  # nothing slides under a tap


def test_the_page_to_keep_is_accessible_and_fetches_nothing(grace, chromium, tmp_path):
    path = tmp_path / "questions.html"
    path.write_bytes(grace.request.get(f"{grace.talk}/export/html").body())
    page = chromium.new_context().new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(path.as_uri())

    expect(page.get_by_role("heading", name=BUGS)).to_be_visible()
    # The checks run as a script, which the page's own policy would stop.
    page.goto("about:blank")
    html = path.read_text().replace("http-equiv", "data-was")
    page.set_content(html)
    assert violations(page) == []
    assert asked == [path.as_uri()]
    page.context.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_run_sheet_is_one_page_of_paper(server, begin, enter, paper):
    talk = begin(*(f"{LONG[:70]} {number}?" for number in range(14)))
    page = enter(talk["moderator"])

    page.goto(f"{server.url}/talks/{talk['slug']}/runsheet")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper)))

    assert len(printed.pages) == 1
    said = printed.pages[0].extract_text()
    assert ("11?" in said, "12?" in said, "And 2 more on the board." in said) == (True, False, True)


def test_a_question_is_copied_from_its_card_on_the_desk(grace):
    grace.context.grant_permissions(["clipboard-read", "clipboard-write"])
    grace.goto(f"{grace.talk}/moderate?tab=open")
    grace.get_by_role("link", name=f"More for “{LONG[:40]}").click()

    grace.get_by_role("button", name="Copy for Meet chat").click()

    expect(grace.locator("#toasts")).to_have_text("Copied.")
    assert grace.evaluate("navigator.clipboard.readText()") == f"{LONG} (0 votes)"


def test_where_a_page_must_not_copy_nothing_offers_to(grace):
    grace.add_init_script("delete Navigator.prototype.clipboard")
    for path in ("runsheet", "moderate?tab=open"):
        grace.goto(f"{grace.talk}/{path}")
        if path != "runsheet":
            grace.get_by_role("link", name=f"More for “{LONG[:40]}").click()
        expect(grace.locator("copy-button button").first).to_be_hidden()


def test_a_question_is_copied_for_the_chat_with_its_votes(grace):
    grace.context.grant_permissions(["clipboard-read", "clipboard-write"])
    grace.goto(f"{grace.talk}/runsheet")

    grace.get_by_role("button", name=f"Copy for Meet chat “{BUGS}”").click()

    expect(grace.locator("#toasts")).to_have_text("Copied.")
    assert grace.evaluate("navigator.clipboard.readText()") == f"{BUGS} (0 votes)"

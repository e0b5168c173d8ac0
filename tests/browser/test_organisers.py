"""What organisers do with many talks, on a phone and on a desktop, light and dark."""

import io
import re

import pypdf
import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, organiser_state, serve, violations

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SHEET = f"question,author,votes\nHow do bees keep warm?,Ida,1\nshort,,\n{'W' * 299}?,Ada,2\n"
ASKED = "Which of these stays open?"
VIEWS = ("report", "publish", "export", "import", "recording", "runsheet", "organise", "poster")
UNFOLD = """() => document.querySelectorAll("main details")
  .forEach((one) => Object.assign(one, { name: "", open: true }))"""
# A link in a sentence is as high as its line; one that stands alone is for a finger.
LOW = """() => [...document.querySelectorAll("main a, main summary, main button, header a")]
  .filter((one) => one.checkVisibility() && !one.closest("p.lede, p:not([class]), .preview"))
  .filter((one) => one.getBoundingClientRect().height < 24)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve these talks alone, for an organiser sees all that there are."""
    with serve(tmp_path_factory.mktemp("talks")) as running:
        yield running


@pytest.fixture(scope="module")
def signed_in(chromium, server):
    return organiser_state(chromium, server)


@pytest.fixture
def olga(chromium, server, signed_in):
    """Return what opens an organiser's page."""
    contexts = []

    def open_page(path, **profile):
        contexts.append(chromium.new_context(storage_state=signed_in, **profile))
        page = contexts[-1].new_page()
        page.goto(f"{server.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", [PHONE, {}], ids=["phone", "desktop"])
def test_axe_finds_nothing_and_nothing_is_cut_off(begin, olga, server, size):
    slug = begin(ASKED)["slug"]
    page = olga("/organise", **size)

    views = (f"/talks/{slug}/{view}" for view in ("publish", "organise", "poster"))
    for path in ("/organise", "/organise/questions", "/organise/integrations", *views):
        page.goto(f"{server.url}{path}")
        page.evaluate(UNFOLD)
        assert violations(page) == [], path
        assert page.evaluate(FITS), path


def test_longer_words_fit_on_a_small_phone(begin, olga, server):
    slug = begin(ASKED)["slug"]
    page = olga("/organise", viewport={"width": 320, "height": 640}, locale="de")
    views = (f"/talks/{slug}", *(f"/talks/{slug}/{view}" for view in (*VIEWS, "wall", "moderate")))

    wide = []
    for path in ("/organise", "/organise/pages", "/organise/account", *views):
        page.goto(f"{server.url}{path}")
        wide += [] if page.evaluate(FITS) else [path]

    assert wide == []
    button = page.locator(".now__go button").bounding_box()
    assert button["x"] + button["width"] <= 320 - 16


def test_every_link_is_high_enough_for_a_finger(begin, olga, server):
    slug = begin(ASKED)["slug"]
    page = olga("/organise", **PHONE)
    talk = f"/talks/{slug}"

    low = {}
    for path in ("/organise", "/", *(f"{talk}/{view}" for view in VIEWS)):
        page.goto(f"{server.url}{path}")
        low[path] = page.evaluate(LOW)
    assert {path: found for path, found in low.items() if found} == {}


def test_axe_finds_nothing_in_what_would_be_brought_in(begin, olga):
    slug = begin()["slug"]
    page = olga(f"/talks/{slug}/import", **PHONE)
    page.get_by_label("Paste the questions").fill(SHEET)
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_text("2 of 3 can be added")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(FITS)


def test_an_open_question_is_found_by_its_talk_on_a_phone(begin, olga):
    slug = begin(ASKED)["slug"]
    page = olga("/organise", **PHONE)
    page.get_by_label("Find in the questions").fill("found by its talk open")
    page.get_by_label("Unanswered only").check()
    page.get_by_role("button", name="Find").click()

    page.get_by_role("link", name=ASKED).click()

    expect(page).to_have_url(re.compile(rf"/talks/{slug}#question-\d+$"))
    expect(page.get_by_text(ASKED)).to_be_visible()


def test_a_link_is_copied_and_another_one_made_by_keyboard(begin, olga):
    slug = begin(ASKED)["slug"]
    page = olga(f"/talks/{slug}/organise", permissions=["clipboard-read", "clipboard-write"])
    speakers = page.locator("#link-speaker")
    old = speakers.get_by_role("textbox", name="Link: Speaker").input_value()

    speakers.get_by_role("button", name="Copy the link").press("Enter")
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == old
    speakers.get_by_text("New link…").press("Enter")
    speakers.get_by_role("button", name="Make a new link").press("Enter")

    expect(page.get_by_text("There is a new link: the speaker’s.")).to_be_in_viewport()
    new = speakers.get_by_role("textbox", name="Link: Speaker").input_value()
    assert new != old
    assert new.partition("#")[0] == old.partition("#")[0]


def test_a_poster_is_printed_on_one_sheet(begin, olga):
    slug = begin(ASKED)["slug"]
    page = olga(f"/talks/{slug}/poster")

    [sheet] = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, format="A4"))).pages

    text = " ".join(sheet.extract_text().split())
    assert "Ask your questions and vote" in text
    assert "Take it as a PDF" not in text
    assert "/j/" in text


def test_those_who_rehearse_are_told_when_it_is_over(begin, olga, chromium, server):
    slug = begin(ASKED)["slug"]
    page = olga(f"/talks/{slug}/organise", **PHONE)
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_role("heading", name="This rehearsal")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(FITS)
    own = page.url.removesuffix("/organise")
    views = [chromium.new_page(), chromium.new_page()]
    for view, path in zip(views, ("", "/present"), strict=True):
        view.goto(f"{own}{path}")
        expect(view.get_by_text("What surprised you most?")).to_be_visible()
        expect(view.locator("body")).to_have_attribute("data-live", "on")
        assert violations(view) == []

    page.get_by_role("button", name="End the rehearsal").click()

    expect(page.get_by_text("Nothing of it is left.")).to_be_visible()
    for view in views:
        expect(view.get_by_text("This rehearsal is over")).to_be_visible()
        view.close()

"""What organisers do with many talks, on a phone and on a desktop, light and dark."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, serve, violations

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SHEET = f"question,author,votes\nHow do bees keep warm?,Ida,1\nshort,,\n{'W' * 299}?,Ada,2\n"
ASKED = "Which of these stays open?"
VIEWS = ("report", "publish", "export", "import", "recording", "runsheet")
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
    """Sign an organiser in, once, as the link allows; return what keeps a browser signed in."""
    link = re.search(r"http\S+/enter#\S+", server.log())
    assert link
    context = chromium.new_context()
    page = context.new_page()
    page.goto(link[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Organise")).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


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

    for path in ("/organise", "/organise/questions", f"/talks/{slug}/publish"):
        page.goto(f"{server.url}{path}")
        assert violations(page) == [], path
        assert page.evaluate(FITS), path


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

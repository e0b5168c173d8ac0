"""Each language, on a small phone: whole, accessible and live; and one written from the right."""

import pytest
from playwright.sync_api import expect

from companion.translations import FOLDER, offered
from tests.support.browser import PHONE, note_errors, organiser_state, serve, violations
from tests.support.live import Attendee, write_talk
from tests.support.marked_language import LANGUAGE, RIGHT_TO_LEFT, write_marked

TALKS_OWN = ("organise", "organise/edit", "organise/versions", "wall", "publish", "report")
TALKS_OWN += ("export", "import", "recording", "runsheet", "poster")
ORGANISERS = ("/organise", "/organise/account", "/organise/integrations", "/organise/pages")
ORGANISERS += ("/organise/pages/new", "/organise/questions?find=herons")
ORGANISERS += tuple(f"/talks/herons/{each}" for each in TALKS_OWN)
LANGUAGES = [tag for tag in offered([FOLDER]) if tag != "en"]
NARROW = PHONE | {"viewport": {"width": 360, "height": 740}}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
TALK = "herons"
FIRST, SECOND = "How do herons find their way home?", "Where do herons sleep in winter?"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve a talk in languages of ours, in one with marks, and in one from right to left."""
    translations = tmp_path_factory.mktemp("translations")
    for language in (LANGUAGE, RIGHT_TO_LEFT):
        write_marked(translations, language)
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, TALK, starts_in=-30)
    with serve(folder, COMPANION_TRANSLATIONS=str(translations)) as running:
        yield running


@pytest.fixture(scope="module")
def asked(server):
    """A board with a question, so that every part of a card is there."""
    ada = Attendee(server, TALK)
    assert ada.ask(FIRST)["ok"]
    ada.leave()
    return server.links(TALK)


@pytest.fixture(scope="module")
def organiser(chromium, server):
    return organiser_state(chromium, server)


@pytest.fixture
def open_page(chromium):
    """Return what opens an address in a language, on a small phone; no script may fail."""
    complaints, opened = [], []

    def come(address, language, state=None):
        profile = {"locale": language, "reduced_motion": "reduce", "storage_state": state}
        context = chromium.new_context(**NARROW, **profile)
        opened.append(context)
        page = context.new_page()
        note_errors(page, complaints.append, ("404",))  # of a page that is not there
        page.goto(address)
        return page

    yield come
    for context in opened:
        context.close()
    assert complaints == []


def is_whole(page, language):
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.evaluate(FITS), page.url
    assert violations(page) == [], page.url


@pytest.mark.parametrize("language", [*LANGUAGES, LANGUAGE, RIGHT_TO_LEFT])
def test_every_view_is_whole(server, asked, open_page, language):
    page = open_page(f"{server.url}/", language)
    is_whole(page, language)
    for path in (f"/talks/{TALK}", "/join", "/questions?find=herons", "/nowhere"):
        page.goto(server.url + path)
        is_whole(page, language)
    for role in ("speaker", "moderator"):
        page = open_page(asked[role], language)
        page.locator("#enter [name=name]").fill("RT")
        page.locator("#enter [type=submit]").click()
        page.wait_for_url(f"**/{TALK}/**")
        is_whole(page, language)
    is_whole(open_page(asked["present"], language), language)


@pytest.mark.parametrize("language", [*LANGUAGES, RIGHT_TO_LEFT])
def test_every_page_of_organisers_is_whole(server, organiser, open_page, language):
    page = open_page(f"{server.url}/organise", language, organiser)
    for path in ORGANISERS:
        page.goto(server.url + path)
        is_whole(page, language)


def test_two_who_read_different_languages_hear_of_each_other_at_once(server, asked, open_page):
    ada = open_page(f"{server.url}/talks/{TALK}", "en-GB")
    bob = open_page(f"{server.url}/talks/{TALK}", LANGUAGE)
    for page in (ada, bob):
        expect(page.locator("body[data-live=on]")).to_be_attached()

    bob.locator("#ask-text").fill(SECOND)
    bob.locator(".ask__send").click()

    expect(bob.locator(".ask__saved")).to_have_text("⟦Sent. It is on the board.⟧")
    theirs, own = (page.locator("#questions > li", has_text=SECOND) for page in (ada, bob))
    expect(theirs.locator(".question__name")).to_have_text("Anonymous")
    expect(own.locator(".question__name")).to_have_text("⟦Anonymous⟧")
    bob.locator(".languages__one[value=en]").click()
    expect(bob.locator("html")).to_have_attribute("lang", "en")
    expect(bob.locator("#questions > li", has_text=SECOND)).not_to_contain_text("⟦")


def test_the_wall_opens_at_its_first_note_also_from_right_to_left(server, asked, open_page):
    page = open_page(asked["moderator"], RIGHT_TO_LEFT)
    page.locator("#enter [name=name]").fill("Grace")
    page.locator("#enter [type=submit]").click()
    page.wait_for_url(f"**/{TALK}/**")
    page.goto(f"{server.url}/talks/{TALK}/wall")
    note, scroll = page.locator(".note", has_text=FIRST), page.locator("#wall-scroll")
    for x in ("3000", "24"):
        page.context.request.post(
            f"{page.url}/notes/{note.get_attribute('data-id')}",
            form={"x": x, "y": "24"},
            headers={"HX-Request": "true", "Origin": server.url},
        )
        expect(note).to_have_attribute("data-x", x)

    page.locator("#wall-shows [value=map]").click()

    box, frame = note.bounding_box(), scroll.bounding_box()
    assert frame["x"] <= box["x"] <= box["x"] + box["width"] <= frame["x"] + frame["width"]
    assert note.evaluate("note => getComputedStyle(note).direction") == "rtl"
    assert page.evaluate(FITS)

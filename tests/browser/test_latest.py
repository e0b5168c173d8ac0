"""The desk, the speaker view and the big screen show what holds now, whatever has changed."""

import re
import sqlite3

import pytest
from playwright.sync_api import expect

from tests.support.browser import come_in
from tests.support.live import Attendee, write_talk

pytestmark = pytest.mark.browser
BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
SECONDS = 12
PATIENCE = SECONDS * 1_500
ENDS_IN = "UPDATE talk SET ended_at = datetime('now', ?) WHERE slug = ?"
HURRY = """
const patient = AbortSignal.timeout.bind(AbortSignal);
AbortSignal.timeout = (wait) => patient(wait / 10);
"""


@pytest.fixture
def running(server, request):
    """Return a talk that is on, with one question, and its links."""
    slug = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    write_talk(server.folder, slug, starts_in=-30)
    server.wait_for(f"/talks/{slug}")
    assert Attendee(server, slug).ask(BUGS)["ok"]
    return slug, server.links(slug)


@pytest.fixture
def enter(chromium):
    """Let people come in by links; they leave at the end."""
    pages = []

    def come(link):
        pages.append(come_in(chromium, link))
        return pages[-1]

    yield come
    for page in pages:
        page.context.close()


def let_end(server, talk):
    """Have a talk end in some seconds, by its clock alone: nobody is told of anything."""
    with sqlite3.connect(server.database, timeout=5) as connection:
        done = connection.execute(ENDS_IN, (f"+{SECONDS} seconds", talk))
        assert done.rowcount == 1
    connection.close()


def test_the_end_comes_to_every_view_by_the_clock_alone(server, chromium, enter, running):
    talk, links = running
    let_end(server, talk)
    desk, speaker = enter(links["moderator"]), enter(links["speaker"])
    screen = chromium.new_page()
    screen.goto(links["present"])
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    expect(speaker.locator("#stage")).not_to_have_attribute("data-phase", "over")
    expect(speaker.get_by_text("1 question waits.")).to_be_visible()
    expect(desk.get_by_role("button", name="End now")).to_be_visible()
    expect(screen.get_by_text("Ask now").first).to_be_visible()

    expect(speaker.locator(".unanswered__list")).to_contain_text(BUGS, timeout=PATIENCE)
    expect(desk.get_by_role("button", name="Back to the schedule")).to_be_visible()
    expect(screen.get_by_text("Thank you")).to_be_visible()
    screen.close()


def test_a_frozen_screen_shows_what_holds_once_it_is_let_go(server, chromium, running):
    talk, links = running
    let_end(server, talk)
    screen = chromium.new_page()
    screen.goto(links["present"])
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    screen.keyboard.press("z")

    expect(screen.locator("#stage")).to_have_attribute("data-phase", "over", timeout=PATIENCE)
    screen.wait_for_timeout(1_500)
    expect(screen.get_by_text("Thank you")).to_have_count(0)
    screen.keyboard.press("z")

    expect(screen.get_by_text("Thank you")).to_be_visible()
    screen.close()


def test_an_answer_that_never_comes_stops_nothing(server, enter, running):
    talk, links = running
    desk = enter(links["moderator"])
    desk.add_init_script(HURRY)
    desk.goto(f"{server.url}/talks/{talk}/moderate?tab=open")
    expect(desk.locator("body[data-live=on]")).to_be_attached()
    hung = []
    desk.route(re.compile("/desk[?]"), lambda route: hung.append(route))
    ada = Attendee(server, talk)
    ada.ask(NAMES)
    expect(desk.locator("#link")).to_be_visible(timeout=10_000)
    assert hung

    desk.unroute_all()

    expect(desk.locator(".desk-card")).to_have_count(2, timeout=15_000)
    expect(desk.locator("#link")).to_be_hidden()
    ada.leave()

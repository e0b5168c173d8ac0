"""Every view, on a phone and on a desktop, light and dark: complete, accessible and light."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.support.live import Attendee, eventually, write_talk

PAGE_WEIGHT = 100 * 1024
VIEWS = ("/", "/talks/upcoming", "/talks/doors", "/talks/busy", "/talks/over", "/nowhere")
VIEWS += ("/?find=talk", "/speakers/grace-hopper", "/questions?find=question")
VIDEO = "recording_url: https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.fixture(scope="session")
def busy(server, chromium):
    """A programme with talks in every phase, one of them with questions of every kind."""
    write_talk(server.folder, "doors", starts_in=8)
    write_talk(server.folder, "busy", starts_in=-50, more="pulse: true")
    write_talk(server.folder, "over", starts_in=-90, more=VIDEO)
    server.wait_for("/talks/busy")
    ada = Writer(server, "busy")
    ada.ask("Is this a plain question, asked by nobody in particular?")
    ada.ask("A comment, with a name and some code", kind="comment", name="Ada", detail="`x = 1`")
    for number in range(4):
        ada.ask(f"Question number {number}, to make the list longer?")
    return server


class Writer:
    """Puts questions on a board without a browser."""

    def __init__(self, server, talk):
        self.attendee = Attendee(server, talk)

    def ask(self, text, **fields):
        answer = self.attendee.ask(text, **fields)
        assert answer["ok"], answer


@pytest.mark.parametrize("path", VIEWS)
def test_axe_finds_nothing(arrive, busy, phone, path):
    for size in (phone, {}):
        ada = arrive("busy", **size)
        ada.page.goto(busy.url + path)
        ada.page.wait_for_load_state("networkidle")
        assert ada.violations() == []
        ada.complaints.clear() if path == "/nowhere" else None


def test_axe_finds_nothing_in_a_form_with_a_problem(arrive, busy, phone):
    ada = arrive("busy", **phone).is_live()
    ada.ask("Why?")
    expect(ada.page.locator("#ask-problem")).to_be_visible()
    ada.ask("Is this one of my own questions?")
    ada.sees("Is this one of my own questions?")
    ada.card("Is this one").get_by_text("Edit", exact=True).click()
    expect(ada.page.locator(".edit")).to_be_visible()

    assert ada.violations() == []


@pytest.mark.parametrize("path", VIEWS)
def test_nothing_is_wider_than_a_small_phone(arrive, busy, path):
    ada = arrive("busy", viewport={"width": 320, "height": 640}, is_mobile=True)
    ada.page.goto(busy.url + path)

    assert ada.page.evaluate("document.documentElement.scrollWidth") <= 320
    ada.complaints.clear() if path == "/nowhere" else None


def test_a_talk_page_is_light_on_the_wire(arrive, busy):
    ada = arrive("over")
    wire = ada.page.context.new_cdp_session(ada.page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    ada.page.goto(f"{busy.url}/talks/busy")
    ada.is_live()

    assert len(sizes) > 5
    assert sum(sizes) <= PAGE_WEIGHT


def test_a_player_loads_from_elsewhere_only_after_a_click(arrive, busy):
    ada = arrive("over")
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.page.reload()
    ada.page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((busy.url, "data:"))] == []
    expect(ada.page.get_by_role("button", name="youtube-nocookie.com")).to_be_visible()

    ada.page.get_by_role("button", name="youtube-nocookie.com").click()

    frame = ada.page.locator("iframe")
    expect(frame).to_have_attribute("src", re.compile("^https://www.youtube-nocookie.com/embed/"))
    expect(frame).to_have_attribute("title", re.compile("."))
    ada.complaints.clear()


@pytest.mark.parametrize("wrong_by", [timedelta(days=-1), timedelta(minutes=7)])
def test_the_countdown_goes_by_the_servers_clock(arrive, busy, wrong_by):
    ada = arrive("upcoming")
    ada.page.clock.install(time=datetime.now(UTC) + wrong_by)
    ada.page.reload()
    ada.is_live()
    assert eventually(lambda: abs(_left(ada) - _shown(ada)) <= 40), (_left(ada), _shown(ada))


def _shown(person):
    shown = person.page.locator("count-down").inner_text()
    hours, minutes = (int(found) for found in re.findall(r"\d+", shown)[:2])
    return hours * 3600 + minutes * 60 + 30


def _left(person):
    starts = int(person.page.locator("#stage").get_attribute("data-starts") or 0) / 1000
    return starts - datetime.now(UTC).timestamp()


def test_the_talk_begins_without_a_reload(arrive, busy):
    ada = arrive("upcoming")
    ada.page.clock.install()
    ada.page.reload()
    ada.is_live()
    stage = ada.page.locator("#stage")
    expect(stage).to_have_attribute("data-phase", "upcoming")
    expect(ada.page.get_by_text("Joining opens at")).to_be_visible()
    ada.page.evaluate("window.isTheSamePage = true")
    # The server, whose time has not jumped, would set this clock right again.
    ada.page.route(re.compile("/board"), lambda route: route.fulfill(status=204))

    ada.page.clock.fast_forward(
        stage.evaluate("stage => stage.dataset.doors - Date.now() + 60_000")
    )

    expect(stage).to_have_attribute("data-phase", "doors")
    expect(ada.page.get_by_text("Doors are open")).to_be_visible()
    expect(ada.page.get_by_role("link", name="Join on Google Meet")).to_be_visible()
    assert ada.page.evaluate("window.isTheSamePage")


def test_the_readers_own_time_is_shown_where_it_differs(arrive, busy):
    far = arrive("upcoming", timezone_id="Asia/Kolkata")
    near = arrive("upcoming", timezone_id="UTC")

    expect(far.page.get_by_text("your time")).to_be_visible()
    expect(near.page.get_by_text("your time")).to_be_hidden()


def test_paper_has_the_questions_but_not_the_form(arrive, busy):
    ada = arrive("busy")
    ada.page.emulate_media(media="print")

    expect(ada.page.get_by_text("Is this a plain question")).to_be_visible()
    expect(ada.page.locator("#ask-form")).to_be_hidden()


def test_code_in_a_detail_is_shown_and_nothing_in_it_runs(arrive, busy):
    hostile = "<img src=x onerror=alert(1)> `<b>` [x](javascript:alert(1)) https://example.org/a"
    Writer(busy, "doors").ask("<script>alert(1)</script> is this a question?", detail=hostile)
    ada = arrive("doors")
    ada.page.on("dialog", lambda dialog: ada.complaints.append(dialog.message))
    ada.card("is this a question?").get_by_text("Detail").click()

    expect(ada.card("<script>alert(1)</script>")).to_be_visible()
    expect(ada.page.locator("#questions code")).to_have_text("<b>")
    expect(ada.page.locator("#questions .prose a")).to_have_count(1)
    assert ada.page.locator("#questions img, #questions script").count() == 0

"""The desk, the speaker view and the big screen show what holds now, whatever has changed."""

import re
import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.support.live import Attendee, eventually

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
SECONDS = 12
PATIENCE = SECONDS * 1_500
CHANGES_IN = "UPDATE talk SET {} = :moment WHERE slug = :talk"
HURRY = "htmx.config.defaultTimeout /= 10"


def let_end(server, talk, what="ended_at", seconds=SECONDS):
    """Have something end in some seconds, by the clock alone: nobody is told of anything."""
    moment = f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"
    assert server.write(CHANGES_IN.format(what), moment=moment, talk=talk) == 1


def test_the_end_comes_to_every_view_by_the_clock_alone(server, chromium, enter, begin):
    talk = begin(BUGS)
    let_end(server, talk["slug"])
    desk, speaker = enter(talk["moderator"]), enter(talk["speaker"])
    screen = chromium.new_page()
    screen.goto(talk["present"])
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    expect(speaker.locator("#stage")).not_to_have_attribute("data-phase", "over")
    expect(speaker.get_by_text("1 question is open.")).to_be_visible()
    expect(desk.locator("#end > summary")).to_be_visible()
    expect(screen.get_by_text(BUGS)).to_be_visible()

    expect(speaker.locator(".unanswered__list")).to_contain_text(BUGS, timeout=PATIENCE)
    expect(desk.locator(".now__go-place")).to_contain_text("Report")
    expect(screen.get_by_text("Thank you")).to_be_visible()
    screen.close()


def test_the_end_of_slow_mode_comes_to_open_pages(server, arrive, enter, begin):
    talk = begin(BUGS)
    let_end(server, talk["slug"], "slow_until", seconds=8)
    ada, desk = arrive(talk["slug"]).is_live(), enter(talk["moderator"])
    expect(ada.page.locator("#board-state")).to_contain_text("Many ask at once")
    expect(desk.locator("#desk[data-true-until]")).to_have_count(1)

    expect(ada.page.locator("#board-state")).to_have_text(
        "Ask, comment and vote.", timeout=PATIENCE
    )
    expect(desk.locator("#desk[data-true-until]")).to_have_count(0)


def test_what_became_of_the_questions_comes_to_open_pages(server, arrive, begin):
    talk = begin(BUGS)
    let_end(server, talk["slug"], seconds=4)
    ada = arrive(talk["slug"]).is_live()
    expect(ada.page.locator(".talk__summary")).to_have_count(0)

    expect(ada.page.locator(".talk__summary")).to_have_text("1 asked", timeout=PATIENCE)


def test_an_end_that_is_earlier_than_the_scripts_is_not_missed(server, chromium, begin):
    talk = begin(BUGS)
    let_end(server, talk["slug"], seconds=4)

    page = chromium.new_page()
    page.route("**/js/board/refresh.js", lambda route: (time.sleep(5), route.continue_()))
    page.goto(talk["attendee"])

    expect(page.locator(".talk__summary")).to_have_text("1 asked", timeout=PATIENCE)
    page.close()


def test_a_frozen_screen_is_let_go_by_the_end(server, chromium, begin):
    talk = begin(BUGS)
    let_end(server, talk["slug"])
    screen = chromium.new_page()
    screen.goto(talk["present"])
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    screen.keyboard.press("z")

    expect(screen.locator("#frozen")).to_be_visible()

    expect(screen.get_by_text("Thank you")).to_be_visible(timeout=PATIENCE)
    expect(screen.locator("#frozen")).to_be_hidden()
    screen.close()


def test_an_answer_that_never_comes_stops_nothing(server, enter, begin):
    talk = begin(BUGS)
    desk = enter(talk["moderator"])
    desk.goto(f"{server.url}/talks/{talk['slug']}/moderate?tab=open")
    desk.evaluate(HURRY)
    expect(desk.locator("body[data-live=on]")).to_be_attached()
    hung = []
    desk.route(re.compile("/desk[?]"), lambda route: hung.append(route))
    ada = Attendee(server, talk["slug"])
    ada.ask(NAMES)
    expect(desk.locator("#link")).to_be_visible(timeout=10_000)
    assert hung

    for route in hung:
        route.abort()
    desk.unroute_all()

    expect(desk.locator(".desk-card")).to_have_count(2, timeout=15_000)
    expect(desk.locator("#link")).to_be_hidden()
    ada.leave()


def test_a_desk_looks_at_once_and_then_once_a_second_while_changes_keep_coming(
    server, enter, begin
):
    talk = begin(BUGS)
    desk = enter(talk["moderator"])
    expect(desk.locator("body[data-live=on]")).to_be_attached()
    desk.clock.install()
    desk.clock.pause_at(time.time() + 60)
    looks: list[str] = []
    desk.on("request", lambda asked: "/desk?" in asked.url and looks.append(asked.url))
    desk.clock.run_for(2_000)
    looks.clear()
    ada = Attendee(server, talk["slug"])

    assert ada.ask(f"{NAMES} At once.")["ok"]
    assert eventually(lambda: desk.evaluate("1") and looks)
    for number in range(9):
        assert ada.ask(f"{NAMES} Take {number}.")["ok"]
    assert len(looks) == 1
    for _ in range(30):
        desk.clock.run_for(100)

    expect(desk.locator("#desk-tabs")).to_contain_text("Open 11")
    assert 2 <= len(looks) <= 4
    ada.leave()

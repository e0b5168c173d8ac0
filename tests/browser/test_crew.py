"""What those who run a talk do with their hands: keys, several at once, links, and paper."""

import itertools
import re
import time

import pytest
from playwright.sync_api import expect

from tests.support.browser import end_talk
from tests.support.live import Attendee

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
SPEED = "Does speed matter more than memory?"
WASPS = "What was that you said about wasps?"
ANSWER = "It depends on the machine, as the paper says."
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft?"
LOADED = """() => performance.getEntriesByType('resource').map(({ name }) => name)
  .filter((name) => /[.]js$/.test(new URL(name).pathname))"""
PRELOADED = "links => links.map((link) => link.href)"
BLANKS = """clock => {
  window.blanks = 0;
  const look = () => {
    window.blanks += document.querySelector(clock).textContent === "";
    requestAnimationFrame(look);
  };
  look();
}"""
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
minutes = itertools.count(1)
SMALL = {"viewport": {"width": 320, "height": 640}, "is_mobile": True}


def later():
    """Return a time a minute after the one before; the page's clock stands at it."""
    return time.time() + 60 * next(minutes)


def tab(desk, name):
    """Open a tab of the desk."""
    desk.locator("#desk-tabs").get_by_role("link", name=re.compile(f"^{name}")).click()


def pick(desk, *texts):
    """Select several cards."""
    for text in texts:
        desk.locator(".desk-card").filter(has_text=text).get_by_role("checkbox").check()


def test_several_are_declined_for_a_reason_or_archived(enter, begin):
    desk = enter(begin(BUGS, NAMES, SPEED)["moderator"])
    tab(desk, "Open")
    pick(desk, BUGS, NAMES)

    desk.locator("#bulk").get_by_label("Reason to decline").select_option("Unkind")
    desk.locator("#bulk").get_by_role("button", name="Decline").click()
    expect(desk.locator(".desk-card")).to_have_count(1)
    pick(desk, SPEED)
    desk.locator("#bulk").get_by_role("button", name="Archive").click()
    expect(desk.locator(".desk-card")).to_have_count(0)
    tab(desk, "Declined")

    for text in (BUGS, NAMES):
        expect(desk.locator(".desk-card").filter(has_text=text)).to_contain_text("unkind")
    tab(desk, "Not reached")
    expect(desk.locator(".desk-card").filter(has_text=SPEED)).to_contain_text("not reached")


def test_what_was_asked_aloud_is_there_once_however_often_it_is_sent(enter, begin):
    desk = enter(begin()["moderator"])
    desk.get_by_text("Taken from the room").click()
    desk.get_by_label("What was asked aloud").fill(WASPS)

    def lose(route):
        route.fetch()
        route.abort()

    desk.route(re.compile("/desk/room"), lose, times=1)
    desk.get_by_role("button", name="Add").click()
    expect(desk.get_by_text("There is no connection")).to_be_visible()
    desk.get_by_label("What was asked aloud").fill(WASPS)
    desk.get_by_role("button", name="Add").click()

    expect(desk.locator("#now")).to_contain_text("from the room")
    tab(desk, "Open")
    expect(desk.locator(".desk-card").filter(has_text=WASPS)).to_have_count(1)
    expect(desk.get_by_label("What was asked aloud")).to_have_value("")


def test_a_key_that_is_held_down_does_one_thing(enter, begin):
    desk = enter(begin(BUGS, NAMES, SPEED, more="moderated: true")["moderator"])
    expect(desk.locator(".desk-card")).to_have_count(3)
    desk.keyboard.press("j")

    desk.keyboard.down("a")
    expect(desk.locator(".desk-card")).to_have_count(2)
    actions: list[str] = []
    desk.on("request", lambda asked: asked.method == "POST" and actions.append(asked.url))
    for _ in range(3):
        desk.keyboard.down("a")
        desk.evaluate(NEXT_FRAME)
    desk.keyboard.up("a")

    expect(desk.locator(".desk-card")).to_have_count(2)
    assert actions == []


def test_a_second_quick_press_passes_over_no_question(enter, begin):
    talk = begin(BUGS, NAMES, SPEED, starts_in=-50)
    desk, speaker = enter(talk["moderator"]), enter(talk["speaker"])
    desk.get_by_role("switch", name="Speaker may press next").click()
    expect(speaker.locator("#drive")).to_be_visible()
    presses: list[str] = []
    for page in (desk, speaker):
        page.on("request", lambda asked: asked.method == "POST" and presses.append(asked.url))

    for page, button, now, before, text in (
        (desk, ".button--go", "#now", "", BUGS),
        (speaker, ".drive__button", "#queue-now", BUGS, NAMES),
        (speaker, ".drive__button", "#queue-now", NAMES, SPEED),
    ):
        expect(page.locator(now)).to_contain_text(before)
        page.clock.set_fixed_time(later())
        page.locator(button).click()
        expect(page.locator(now)).to_contain_text(text)
        page.locator(button).click()

    assert len(presses) == 3


@pytest.mark.parametrize(("role", "path"), [("moderator", "moderate"), ("speaker", "speaker")])
def test_one_signs_out(server, enter, begin, role, path):
    talk = begin()
    page = enter(talk[role])

    if role == "moderator":
        page.locator("#after > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{server.url}/")
    page.goto(f"{server.url}/talks/{talk['slug']}/{path}")

    expect(page.get_by_text("This is for those who run the talk.")).to_be_visible()


def test_the_entrance_takes_a_damaged_link_and_then_a_good_one(server, arrive, begin):
    talk = begin()
    eve = arrive(talk["slug"])
    eve.page.goto(f"{server.url}/enter#100%-sure")
    expect(eve.page.get_by_label("The link that you were given")).to_be_hidden()
    eve.page.goto(talk["speaker"])
    eve.page.get_by_role("button", name="Sign in").click()

    expect(eve.page.locator("#queue")).to_be_visible()


def test_an_answer_is_not_lost_to_one_that_came_before_it(enter, begin):
    talk = begin(BUGS, starts_in=-50)
    desk, speaker = enter(talk["moderator"]), enter(talk["speaker"])
    end_talk(desk)
    reply = speaker.locator(".reply").filter(has_text=BUGS)
    reply.get_by_role("textbox").fill(ANSWER)
    sent: list[str] = []
    speaker.on("request", lambda asked: asked.method == "POST" and sent.append(asked.url))
    # However often it tries again meanwhile, it hears of nothing before it sends.
    speaker.route(
        re.compile("/queue[?]"), lambda route: route.continue_() if sent else route.abort()
    )
    tab(desk, "Open")
    desk.locator(".act--more").click()
    desk.get_by_label("Answer in writing").fill("By **testing** them.")
    desk.locator(".more").get_by_role("button", name="Answer", exact=True).click()
    expect(desk.locator(".desk-card")).to_have_count(0)

    reply.get_by_role("button", name="Publish the answer").click()

    expect(reply).to_contain_text("By testing them.")
    expect(reply.get_by_role("textbox")).to_have_value(ANSWER)
    reply.get_by_role("button", name="Save the answer").click()
    expect(reply.locator(".reply__answered")).to_contain_text(ANSWER)


def test_two_moderators_write_the_same_answer_and_neither_is_lost(enter, begin):
    talk = begin(BUGS, NAMES, starts_in=-50)
    first, second = enter(talk["moderator"]), enter(talk["moderator"])
    tab(first, "Open")
    first.locator(".desk-card").first.get_by_role("button", name="Answer now").click()
    expect(first.locator("#now")).to_contain_text(BUGS)
    first.locator(".button--go").click()
    for desk in (first, second):
        tab(desk, "Answered")
        expect(desk.locator("#desk")).to_have_attribute("data-tab", "answered")
        desk.locator(".desk-card").filter(has_text=BUGS).locator(".act--more").click()
    first.get_by_label("Answer in writing").fill("What the first one wrote")
    second.get_by_label("Answer in writing").fill("What the second one wrote")

    second.locator(".more").get_by_role("button", name="Answer", exact=True).click()
    expect(first.locator(".desk-card__answer")).to_contain_text("What the second one wrote")
    first.clock.set_fixed_time(later())
    first.locator(".button--go").click()
    expect(first.locator("#now")).to_contain_text("Nothing is being answered")
    first.locator(".more").get_by_role("button", name="Answer", exact=True).click()
    expect(first.get_by_text("RT has changed this answer meanwhile")).to_be_visible()
    expect(first.locator(".desk-card__answer")).to_contain_text("What the second one wrote")

    first.locator(".more").get_by_role("button", name="Answer", exact=True).click()
    expect(first.locator(".desk-card__answer")).to_contain_text("What the first one wrote")


def test_two_moderators_edit_the_same_question_and_neither_is_overwritten(enter, begin):
    talk = begin(BUGS)
    first, second = enter(talk["moderator"]), enter(talk["moderator"])
    for desk, text in ((first, NAMES), (second, SPEED)):
        tab(desk, "Open")
        expect(desk.locator("#desk")).to_have_attribute("data-tab", "open")
        desk.locator(".act--more").click()
        desk.get_by_label("Edit; what was asked").fill(text)
        expect(desk.locator("body[data-live=on]")).to_be_attached()

    second.locator(".more").get_by_role("button", name="Save").click()
    expect(first.locator(".desk-card__text")).to_have_text(SPEED)
    first.locator(".more").get_by_role("button", name="Save").click()
    expect(first.get_by_text("RT has changed this question meanwhile")).to_be_visible()
    expect(first.get_by_label("Edit; what was asked")).to_have_value(NAMES)
    expect(first.locator(".desk-card__text")).to_have_text(SPEED)

    first.locator(".more").get_by_role("button", name="Save").click()
    expect(second.locator(".desk-card__text")).to_have_text(NAMES)


def hold_first(desk, address):
    """Hold the first answer from an address, as the server made it; return how to let it land."""
    asked, held = [], []

    def hold(route):
        if asked:
            route.continue_()
            return
        asked.append(route)
        held.append((route, route.fetch()))

    desk.route(address, hold)

    def let_land():
        while not held:  # the server takes its time
            desk.wait_for_timeout(20)
        [(route, answer)] = held
        with desk.expect_event("requestfinished", lambda asked: address.search(asked.url)):
            route.fulfill(response=answer)
        desk.evaluate(NEXT_FRAME)

    return let_land


def approve(desk, text):
    """Approve a question."""
    card = desk.locator(".desk-card").filter(has_text=text)
    card.get_by_role("button", name="Approve", exact=True).click()


def test_the_older_of_two_answers_that_lands_last_changes_nothing(enter, begin):
    desk = enter(begin(BUGS, NAMES, more="moderated: true")["moderator"])
    expect(desk.locator("body[data-live=on]")).to_be_attached()
    let_land = hold_first(desk, re.compile("/desk/switches"))

    desk.get_by_role("switch", name="Ranked list on the screen").click()
    approve(desk, NAMES)
    expect(desk.locator(".desk-card")).to_have_count(1)
    let_land()

    expect(desk.locator(".desk-card")).to_have_count(1)
    expect(desk.locator("#desk-tabs")).to_contain_text("Open 1")


def test_a_reply_that_comes_late_does_not_take_back_the_tab_chosen_meanwhile(enter, begin):
    desk = enter(begin(BUGS, NAMES, starts_in=-50)["moderator"])
    tab(desk, "Open")
    expect(desk.locator("#desk")).to_have_attribute("data-tab", "open")
    let_land = hold_first(desk, re.compile("/desk/next"))
    desk.locator(".button--go").click()
    tab(desk, "Declined")
    expect(desk.locator("#desk")).to_have_attribute("data-tab", "declined")

    let_land()

    expect(desk.locator("#now")).to_contain_text(BUGS)
    expect(desk.locator("#desk")).to_have_attribute("data-tab", "declined")


def test_a_tab_that_comes_late_is_shown_as_it_is_now(enter, begin):
    desk = enter(begin(BUGS, NAMES, more="moderated: true")["moderator"])
    expect(desk.locator("body[data-live=on]")).to_be_attached()
    let_land = hold_first(desk, re.compile("/desk[?]tab=open$"))

    tab(desk, "Open")
    approve(desk, BUGS)
    expect(desk.locator(".desk-card")).to_have_count(1)
    let_land()

    expect(desk.locator("#desk")).to_have_attribute("data-tab", "open")
    expect(desk.locator(".desk-card")).to_contain_text(BUGS)


def test_an_answer_is_kept_when_its_card_goes_while_one_types(enter, begin):
    talk = begin(BUGS, starts_in=-50)
    first, second = enter(talk["moderator"]), enter(talk["moderator"])
    for desk in (first, second):
        tab(desk, "Open")
    first.locator(".act--more").click()
    first.get_by_label("Answer in writing").fill(ANSWER)

    second.get_by_role("button", name="Answer now").click()
    expect(second.locator("#now")).to_contain_text(BUGS)
    second.locator(".button--go").click()
    expect(first.locator(".desk-card")).to_have_count(0)
    tab(first, "Answered")
    first.locator(".act--more").click()
    expect(first.get_by_label("Answer in writing")).to_have_value(ANSWER)
    expect(first).to_have_url(re.compile("more="))
    first.reload()
    expect(first.get_by_label("Answer in writing")).to_have_value(ANSWER)

    first.locator(".more").get_by_role("button", name="Answer", exact=True).click()
    expect(first.locator(".desk-card__answer")).to_have_text(ANSWER)
    first.locator(".act--more").click()
    first.get_by_label("Answer in writing").fill("")
    first.locator(".more").get_by_role("button", name="Save the answer").click()
    expect(first.locator(".desk-card__answer")).to_have_count(0)
    first.locator(".act--more").click()
    expect(first.get_by_label("Answer in writing")).to_have_value("")


def test_what_was_skipped_can_be_taken_up_again(enter, begin):
    talk = begin(BUGS, starts_in=-50)
    desk, speaker = enter(talk["moderator"]), enter(talk["speaker"])
    end_talk(desk)
    speaker.get_by_role("button", name="Skip").click()
    speaker.get_by_text("1 skipped").click()

    speaker.get_by_role("button", name="Take it up again").click()

    expect(speaker.locator(".unanswered__list").first).to_contain_text(BUGS)
    expect(speaker.get_by_role("button", name="Skip")).to_be_visible()


def test_every_script_of_a_view_is_asked_for_at_once(enter, begin):
    talk = begin(BUGS)
    pages = {role: enter(talk[role]) for role in ("moderator", "speaker")}
    pages["attendee"] = pages["speaker"].context.new_page()
    pages["attendee"].goto(talk["attendee"])
    expect(pages["attendee"].locator("body[data-live=on]")).to_be_attached()

    for page in pages.values():
        loaded = set(page.evaluate(LOADED))
        asked = page.locator("link[rel=modulepreload]").evaluate_all(PRELOADED)
        scripts = page.locator("script").evaluate_all("all => all.map(({ src }) => src)")
        assert loaded == {*asked, *scripts}


def test_the_screens_countdown_never_blinks(chromium, server, begin):
    talk = begin(BUGS, starts_in=30)
    screen = chromium.new_page()
    screen.goto(talk["present"])
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    expect(screen.locator("count-down")).not_to_be_empty()
    screen.evaluate(BLANKS, "count-down")

    bob = Attendee(server, talk["slug"])
    assert bob.ask(NAMES)["ok"]
    bob.leave()
    expect(screen.get_by_text("2 open")).to_be_visible()
    screen.evaluate(NEXT_FRAME)

    assert screen.evaluate("window.blanks") == 0
    screen.close()


def test_paper_has_what_is_asked_and_nothing_to_press(chromium, enter, begin):
    talk = begin(BUGS, NAMES)
    desk, speaker = enter(talk["moderator"]), enter(talk["speaker"], color_scheme="dark")
    tab(desk, "Open")
    screen = chromium.new_page()
    screen.goto(talk["present"])
    expect(speaker.locator(".queue__coming")).to_contain_text(BUGS)
    for page in (desk, speaker, screen):
        page.emulate_media(media="print")
        assert page.locator("button:visible, input:visible, select:visible").count() == 0
        paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert paper == "oklch(1 0 0)"

    expect(desk.locator(".desk-card").filter(has_text=BUGS)).to_be_visible()
    expect(speaker.get_by_text(NAMES)).to_be_visible()
    expect(screen.locator("div.qr:visible")).to_have_count(1)
    screen.close()


def test_long_words_fit_a_small_phone_in_every_view(enter, begin):
    talk = begin(LONG, LONG * 2, starts_in=-50)
    desk, speaker = enter(talk["moderator"], **SMALL), enter(talk["speaker"], **SMALL)
    tab(desk, "Open")
    desk.locator(".desk-card").first.get_by_role("button", name="Answer now").click()
    expect(speaker.locator("#queue-now")).to_contain_text(LONG)
    expect(speaker.locator(".queue__next")).to_contain_text(LONG * 2)
    desk.locator("#run > summary").click()
    wide = "document.documentElement.scrollWidth"
    assert (desk.evaluate(wide), speaker.evaluate(wide)) == (320, 320)

    end_talk(desk)

    expect(speaker.locator(".unanswered__list").first).to_contain_text(LONG * 2)
    assert speaker.evaluate(wide) == 320

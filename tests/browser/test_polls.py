"""A poll in five browsers: opened at the desk, answered on phones, shown to the room."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations
from tests.support.open_poll import ASK, OTHER, POLLS, on_desk, open_poll, pick

ORIGIN = "http://127.0.0.1:8000"
LETTERS = "it => parseFloat(getComputedStyle(it).fontSize)"
# What stands beyond the part that has it, or on something else.
CUT = """() => {
  const main = document.getElementById("screen-main").getBoundingClientRect();
  const poll = document.querySelector(".screen__poll").getBoundingClientRect();
  const foot = document.querySelector(".screen__foot")?.getBoundingClientRect();
  const isOver = foot && poll.right > foot.left + 1 && poll.bottom > foot.top + 1;
  return [poll.top < main.top - 1 && "above", poll.bottom > main.bottom + 1 && "below",
    isOver && "on the code"].filter(Boolean);
}"""
WORDS = "with some more words, so that this one has eighty letters, as many as may be"
LONG = [f"{letter} {WORDS}".ljust(80, "!") for letter in "ABCDEF"]
SIX = f"""polls:
  - ask: Which of these would have helped you most with the code of last year?
    options: {LONG}
    right: "{LONG[1]}"
"""
SPOKEN = """polls:
  - ask: Which of these would you say out loud in front of everybody who is here?
    several: true
    options:
"""


@pytest.fixture
def talk(begin):
    """Return the links of a talk that has begun, with two polls in its page."""
    return begin(more=POLLS)


def test_a_poll_in_five_browsers(talk, arrive, enter, phone):
    desk, screen = enter(talk["moderator"]), arrive(talk["slug"]).page
    screen.goto(talk["present"])
    ada, bob = arrive(talk["slug"], **phone).is_live(), arrive(talk["slug"]).is_live()
    eve = arrive(talk["slug"], java_script_enabled=False, **phone)
    expect(ada.page.locator(".poll")).to_have_count(0)

    open_poll(desk)

    for page in (ada.page, bob.page):
        expect(page.locator(".poll__text")).to_contain_text(ASK)
    expect(screen.locator(".screen__asks")).to_have_text(ASK)
    eve.page.reload()
    pick(eve.page, "Kubernetes").click()
    expect(eve.page.locator(".poll__note")).to_have_text("Your answer is saved. You can change it.")
    pick(ada.page, "none").click()
    expect(pick(ada.page, "none")).to_have_attribute("aria-pressed", "true")
    pick(ada.page, "Slurm").click()
    expect(pick(ada.page, "Slurm")).to_have_attribute("aria-pressed", "true")
    bob.page.keyboard.press("1")
    expect(pick(bob.page, "Slurm")).to_have_attribute("aria-pressed", "true")
    expect(on_desk(desk, ASK).locator(".poll__said")).to_have_text(["2 of 3", "1 of 3", "0 of 3"])
    expect(screen.locator(".poll__people")).to_have_text("3 people have answered")
    for page in (ada.page, bob.page, screen):
        expect(page.locator(".poll__said")).to_have_count(0)
        assert violations(page) == []

    on_desk(desk, ASK).get_by_role("button", name="Close the poll").click()

    for page in (ada.page, bob.page, screen):
        expect(page.locator(".poll__said")).to_have_text(["2 of 3", "1 of 3", "0 of 3"])
        expect(page.locator("[data-right]")).to_have_count(0)
        assert violations(page) == []
    on_desk(desk, ASK).get_by_role("button", name="Show the right answer").click()
    for page in (ada.page, screen):
        expect(page.locator("[data-right]")).to_contain_text("Slurm")
    expect(screen.locator(".screen__join svg.qr")).to_be_visible()  # somebody may come late
    assert violations(desk) == []


def test_a_poll_that_opens_moves_nothing_that_is_typed(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    ada = arrive(talk["slug"], **phone).is_live()
    ada.type("How do you test on a cluster that")
    before = ada.page.locator("#ask-text").bounding_box()

    open_poll(desk)

    expect(ada.page.locator("#now-strip")).to_contain_text(ASK)
    assert ada.page.locator("#ask-text").bounding_box() == before
    expect(ada.page.locator(".poll")).to_have_count(0)
    ada.page.locator("#now-strip a").click()
    expect(pick(ada.page, "Slurm")).to_be_visible()
    expect(ada.page.locator("#ask-text")).to_have_value("How do you test on a cluster that")
    expect(ada.page.locator("#now-strip a")).to_have_count(0)


def test_what_cannot_be_fetched_anew_stays_and_is_asked_for_again(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    ada = arrive(talk["slug"], **phone).is_live()
    open_poll(desk)
    pick(ada.page, "Slurm").click()
    expect(ada.page.locator(".poll__note").first).to_contain_text("saved")
    asked = []
    ada.page.route("**/polls", lambda route: asked.append(1) or route.fulfill(status=503), times=2)
    ada.page.evaluate("document.querySelector('.poll__text').append(' Out of date.')")

    ada.page.evaluate("htmx.trigger('#polls', 'refresh')")

    expect(ada.page.locator("#polls")).to_contain_text("Out of date.")
    expect(ada.page.locator("#link")).to_be_visible()
    expect(ada.page.locator("#polls")).not_to_contain_text("Out of date.", timeout=30_000)
    expect(ada.page.locator("#link")).to_be_hidden()
    assert len(asked) == 2
    ada.complaints.clear()  # the browser itself says that there was no answer


def test_ticks_that_are_refused_come_back(talk, arrive, enter, phone):
    open_poll(enter(talk["moderator"]), OTHER)
    ada = arrive(talk["slug"], **phone).is_live()
    rust, send = (
        pick(ada.page, "Rust").locator("input"),
        ada.page.locator(".poll__form button.button"),
    )
    rust.check()
    send.click()
    expect(ada.page.locator(".poll__note").first).to_contain_text("saved")

    rust.uncheck()
    send.click()

    expect(ada.page.locator("toast-note")).to_contain_text("Choose at least one")
    expect(rust).to_be_checked()
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_what_a_proxy_refuses_is_kept_and_sent_again(talk, arrive, enter, phone):
    open_poll(enter(talk["moderator"]))
    ada = arrive(talk["slug"], **phone).is_live()
    ada.page.route("**/polls/*", lambda route: route.fulfill(status=403, body="x"), times=1)

    pick(ada.page, "Slurm").click()

    note = ada.page.locator(".poll__note").first
    expect(note).to_contain_text("sent as soon as it can be")
    expect(note).to_contain_text("Your answer is saved.")
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_live_results_change_in_place_and_closing_moves_nothing(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    open_poll(desk, OTHER)
    ada, bob = arrive(talk["slug"], **phone).is_live(), arrive(talk["slug"]).is_live()
    for name in ("Rust", "Zig"):
        pick(ada.page, name).click()
    ada.page.get_by_role("button", name="Send", exact=True).first.click()

    expect(bob.page.locator(".poll__said")).to_have_text(["1 of 1", "1 of 1", "0 of 1"])
    expect(bob.page.locator(".poll rect").first).to_have_attribute("width", "100")
    height = bob.page.locator(".poll").bounding_box()["height"]
    rows = [row.bounding_box()["y"] for row in bob.page.locator(".poll__option").all()]

    on_desk(desk, OTHER).get_by_role("button", name="Close the poll").click()

    expect(bob.page.locator(".poll__note")).to_have_text("Closed. 1 person answered.")
    assert [row.bounding_box()["y"] for row in bob.page.locator(".poll__option").all()] == rows
    assert bob.page.locator(".poll").bounding_box()["height"] <= height
    expect(ada.page.locator(".poll__mark")).to_have_text(["your answer", "your answer"])


def test_keys_answer_and_can_be_switched_off(talk, arrive, enter):
    desk = enter(talk["moderator"])
    open_poll(desk)
    expect(on_desk(desk, ASK).get_by_text("open", exact=True)).to_be_visible()
    ada = arrive(talk["slug"]).is_live()
    ada.type("1 question")
    expect(pick(ada.page, "Slurm")).to_have_attribute("aria-pressed", "false")
    ada.page.locator("#ask-text").fill("")
    ada.page.locator("#ask-text").blur()

    ada.page.get_by_label("Keys 1 to 3 choose").uncheck()
    ada.page.keyboard.press("3")
    ada.page.get_by_label("Keys 1 to 3 choose").check()
    ada.page.keyboard.press("2")

    expect(pick(ada.page, "Kubernetes")).to_have_attribute("aria-pressed", "true")
    expect(ada.page.get_by_label("Keys 1 to 3 choose")).to_be_checked()


def test_numbers_stand_beside_answers_where_keys_choose_them(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    open_poll(desk, OTHER)
    ada, bob = arrive(talk["slug"]).is_live(), arrive(talk["slug"], **phone).is_live()
    expect(ada.page.locator(".poll__key:visible")).to_have_text(["1", "2", "3"])
    expect(bob.page.locator(".poll__key:visible, .poll__keys:visible")).to_have_count(0)
    assert violations(ada.page) == []

    ada.page.keyboard.press("3")
    ada.page.keyboard.press("1")
    expect(pick(ada.page, "Julia").locator("input")).to_be_checked()
    ada.page.get_by_label("Keys 1 to 3 choose").uncheck()
    expect(ada.page.locator(".poll__key").first).not_to_be_visible()
    ada.page.keyboard.press("2")
    bob.page.keyboard.press("2")

    for person, ticked in ((ada, [True, False, True]), (bob, [False, False, False])):
        boxes = person.page.locator(".poll__pick input").all()
        assert [box.is_checked() for box in boxes] == ticked
    ada.page.reload()
    expect(ada.page.get_by_label("Keys 1 to 3 choose")).not_to_be_checked()


@pytest.mark.parametrize("size", [(1280, 720), (1280, 800)])
def test_send_stays_in_sight_below_six_long_answers(begin, arrive, enter, size):
    answers = "".join(f"      - {'An answer that goes on ' * 3}{n}\n" for n in range(6))
    talk = begin(more=SPOKEN + answers)
    enter(talk["moderator"]).get_by_role("button", name="Open the poll").click()
    ada = arrive(talk["slug"], viewport=dict(zip(("width", "height"), size, strict=True)))
    ada.is_live()

    send = ada.page.locator(".poll").get_by_role("button", name="Send")
    expect(send).to_be_in_viewport(ratio=1)
    ada.page.keyboard.press("6")
    send.click()
    expect(ada.page.locator(".poll__note")).to_contain_text("Your answer is saved.")


def test_whoever_has_only_answered_deletes_that_on_every_open_page(talk, arrive, enter, phone):
    desk, screen = enter(talk["moderator"]), arrive(talk["slug"]).page
    screen.goto(talk["present"])
    open_poll(desk)
    ada, bob = arrive(talk["slug"], **phone).is_live(), arrive(talk["slug"]).is_live()
    expect(ada.page.get_by_text("Delete what is mine here")).to_have_count(0)
    for person, text in ((ada, "Slurm"), (bob, "none")):
        pick(person.page, text).click()
        expect(person.page.locator(".poll__note")).to_contain_text("Your answer is saved.")
    other_tab = arrive(talk["slug"], like=ada).is_live()
    on_desk(desk, ASK).get_by_role("button", name="Close the poll").click()
    expect(bob.page.locator(".poll__note")).to_have_text("Closed. 2 people answered.")

    ada.page.get_by_text("Delete what is mine here").click()
    assert violations(ada.page) == []
    ada.page.get_by_role("button", name="Yes, delete it").click()

    for page in (ada.page, other_tab.page, bob.page, screen):
        expect(page.locator(".poll__said")).to_have_text(["0 of 1", "0 of 1", "1 of 1"])
    for page in (ada.page, other_tab.page, bob.page):
        expect(page.locator(".poll__note")).to_have_text("Closed. 1 person answered.")
    for page in (ada.page, other_tab.page):
        expect(page.locator(".poll__mark")).to_have_count(0)
        expect(page.get_by_text("Delete what is mine here")).to_have_count(0)
    expect(on_desk(desk, ASK).locator(".poll__said")).to_have_text(["0 of 1", "0 of 1", "1 of 1"])


def test_one_made_at_the_desk_comes_to_a_page_that_had_none(begin, arrive, enter):
    links = begin()
    desk, ada = enter(links["moderator"]), arrive(links["slug"]).is_live()
    expect(ada.page.locator("#polls")).to_be_hidden()

    desk.locator("#desk-polls > summary").click()
    desk.get_by_label("Ask everybody").fill("Is the sound good?")
    desk.get_by_label("Answers, one a line").fill("Yes")
    desk.get_by_role("button", name="Open now").click()
    expect(desk.locator("#toasts")).to_contain_text("Write 2 to 6 answers, one a line.")
    expect(desk.get_by_label("Answers, one a line")).to_have_value("Yes")
    desk.get_by_label("Answers, one a line").fill("Yes\nNo")
    desk.get_by_role("button", name="Open now").click()

    expect(pick(ada.page, "Yes")).to_be_visible()
    expect(ada.page.get_by_label("Keys 1 to 2 choose")).to_be_visible()  # its script has come, too
    ada.page.keyboard.press("2")
    expect(pick(ada.page, "No")).to_have_attribute("aria-pressed", "true")
    said = on_desk(desk, "Is the sound good?").locator(".poll__said")
    expect(said).to_have_text(["0 of 1", "1 of 1"])
    expect(desk.get_by_label("Ask everybody")).to_have_value("")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("where", ["frame", "screen"])
def test_six_long_answers_are_whole_and_large_from_the_last_row(
    begin, arrive, enter, server, size, where
):
    """Nothing is cut off, and letters have their part of the picture's height."""
    width, height = size
    links = begin(more=SIX)
    desk, page = enter(links["moderator"]), arrive(links["slug"]).page
    page.set_viewport_size({"width": width, "height": height})
    frame = desk.locator("[id^=slides-][id$=-address]").text_content()
    page.goto(frame.replace(ORIGIN, server.url) if where == "frame" else links["present"])
    expect(page.locator("body[data-live=on]")).to_be_attached()
    poll = desk.locator(".desk-poll")

    for button, shown, part_of_height in (
        ("Open the poll", ".screen__poll[data-state=open]", 0.031),
        ("Show results now", ".screen__poll[data-results]", 0.025),
        ("Close the poll", ".screen__poll[data-state=closed]", 0.028),
        ("Show the right answer", "[data-right]", 0.028),
    ):
        poll.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(shown)).to_be_visible()
        for part in page.locator(".screen__poll :is(h2, li, p)").all():
            expect(part).to_be_in_viewport(ratio=0.99)
        assert page.evaluate(CUT) == []
        letters = page.locator(".screen__answer").first.evaluate(LETTERS)
        assert letters >= part_of_height * height
    assert violations(page) == []

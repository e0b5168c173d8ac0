"""Three people on one board: what each does, the others see, and all end the same."""

import re

from playwright.sync_api import expect

from tests.browser.test_shifts import run
from tests.support.browser import all_see
from tests.support.live import write_talk

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
SPEED = "Does speed matter more than memory?"


def test_three_people_ask_vote_and_agree(arrive, talk, phone):
    ada, bob, eve = arrive(talk).is_live(), arrive(talk, **phone).is_live(), arrive(talk).is_live()

    ada.ask(BUGS)
    for person in (ada, bob, eve):
        person.sees(BUGS, votes=0)
    bob.ask(NAMES)
    eve.sees(NAMES)

    bob.vote(BUGS)
    eve.vote(BUGS)
    for person in (ada, bob, eve):
        person.sees(BUGS, votes=2)
    eve.vote(NAMES)
    eve.vote(BUGS)
    for person in (ada, bob, eve):
        person.sees(BUGS, votes=1)

    expect(ada.card(BUGS).get_by_text("Yours")).to_be_visible()
    expect(ada.card(BUGS).locator(".vote__button")).to_have_count(0)
    expect(bob.card(BUGS).locator(".vote__button")).to_have_attribute("aria-pressed", "true")
    expect(eve.card(BUGS).locator(".vote__button")).to_have_attribute("aria-pressed", "false")
    assert all_see([ada, bob, eve], [(BUGS, "1"), (NAMES, "1")])


def test_what_is_typed_while_it_is_approved_stays_and_can_be_saved(arrive, begin, enter, phone):
    talk = begin(more="moderated: true")
    desk, ada = enter(talk["moderator"]), arrive(talk["slug"], **phone).is_live()
    ada.ask(BUGS)
    mine = ada.page.locator(".mine__item").filter(has_text=BUGS)
    mine.get_by_text("Edit", exact=True).click()
    mine.locator("textarea[name=text]").fill(NAMES)

    desk.locator(".desk-card").get_by_role("button", name="Approve").click()

    expect(mine.locator(".mine__status")).to_have_text("On the board")
    expect(mine.locator("textarea[name=text]")).to_have_value(NAMES)
    ada.page.reload()  # it can be edited on the board now
    card = ada.is_live().card(BUGS)
    card.get_by_text("Edit", exact=True).click()
    expect(card.locator("textarea[name=text]")).to_have_value(NAMES)
    card.get_by_role("button", name="Save").click()
    expect(ada.page.locator(".mine__item")).to_contain_text(NAMES)  # what is changed waits again
    expect(ada.page.locator(".mine__status")).to_have_text("Waiting for a moderator")


def test_an_edit_of_what_was_declined_meanwhile_can_be_given_up(arrive, begin, enter, phone):
    talk = begin(more="moderated: true")
    desk, ada = enter(talk["moderator"]), arrive(talk["slug"], **phone).is_live()
    ada.ask(BUGS)
    mine = ada.page.locator(".mine__item").filter(has_text=BUGS)
    mine.get_by_text("Edit", exact=True).click()
    mine.locator("textarea[name=text]").fill(NAMES)
    run(desk, "questions", ids=mine.get_attribute("id")[5:], do="decline", reason="unclear")
    expect(mine.locator(".mine__status")).to_contain_text("Declined")

    mine.locator("textarea[name=text]").press("Escape")

    expect(mine.locator("form")).to_have_count(0)
    expect(ada.page.locator("#board-title")).to_be_focused()


def test_an_edit_and_a_withdrawal_reach_everyone(arrive, talk, phone):
    ada, bob = arrive(talk, **phone).is_live(), arrive(talk).is_live()
    ada.ask(BUGS)
    bob.sees(BUGS)

    ada.card(BUGS).get_by_text("Edit", exact=True).click()
    ada.page.locator(".edit textarea[name=text]").fill(NAMES)
    ada.page.get_by_role("button", name="Save").click()

    bob.sees(NAMES)
    bob.sees_not(BUGS)
    expect(bob.card(NAMES).get_by_text("edited")).to_be_visible()

    ada.card(NAMES).get_by_text("Withdraw", exact=True).click()
    ada.page.get_by_role("button", name="Yes, withdraw").click()

    bob.sees_not(NAMES)
    ada.sees_not(NAMES)


def test_the_order_settles_by_votes(arrive, talk):
    ada, bob, eve = arrive(talk).is_live(), arrive(talk).is_live(), arrive(talk).is_live()
    for text in (BUGS, NAMES):
        ada.ask(text)
        bob.sees(text)

    bob.vote(NAMES)

    eve.sees_order(NAMES, BUGS)
    ada.sees_order(NAMES, BUGS)
    expect(bob.page.locator("#pill")).to_have_text("Order changed")
    bob.sees_order(BUGS, NAMES)
    bob.page.mouse.move(0, 0)
    bob.sees_order(NAMES, BUGS)


def test_equals_keep_their_places_until_all_is_calm(arrive, talk):
    ada, bob, eve = arrive(talk).is_live(), arrive(talk).is_live(), arrive(talk).is_live()
    for text in (BUGS, NAMES):
        eve.ask(text)
        bob.sees(text)
    bob.vote(NAMES)
    ada.sees_order(NAMES, BUGS)
    ada.page.clock.install()

    bob.vote(BUGS)
    ada.sees(BUGS, votes=1)
    ada.page.wait_for_timeout(2_000)
    ada.sees_order(NAMES, BUGS)
    expect(ada.page.locator("#pill")).to_be_hidden()

    ada.page.clock.fast_forward(12_000)
    ada.sees_order(BUGS, NAMES)


def test_the_list_never_moves_under_a_reader(arrive, talk, phone):
    ada, bob = arrive(talk).is_live(), arrive(talk, **phone).is_live()
    texts = [f"Question number {number} of a long list?" for number in range(12)]
    for text in texts:
        ada.ask(text)
        ada.sees(text)
    bob.sees(texts[-1])
    bob.card(texts[8]).scroll_into_view_if_needed()
    bob.page.mouse.wheel(0, 300)
    bob.page.wait_for_timeout(300)
    before = bob.scroll_of(texts[8])

    ada.ask(BUGS)
    carol = arrive(talk).is_live()
    carol.vote(texts[11])
    carol.sees(texts[11], votes=1)

    expect(bob.page.locator("#pill")).to_be_visible()
    expect(bob.page.locator("#pill")).to_contain_text("1 new")
    bob.sees(texts[11], votes=1)
    assert bob.scroll_of(texts[8]) == before
    bob.page.locator("#pill").click()
    bob.sees(BUGS)
    expect(bob.page.locator("#questions > li .question__text").first).to_have_text(texts[11])


def test_a_double_tap_counts_once(arrive, talk):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.ask(BUGS)
    bob.sees(BUGS)

    bob.card(BUGS).locator(".vote__button").dblclick()

    ada.sees(BUGS, votes=1)
    bob.sees(BUGS, votes=1)
    expect(bob.card(BUGS).locator(".vote__button")).to_have_attribute("aria-pressed", "true")


def test_two_tabs_of_one_browser_agree(arrive, talk):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    tab = arrive(talk, like=bob).is_live()
    ada.ask(BUGS)
    bob.sees(BUGS)
    tab.sees(BUGS)

    bob.vote(BUGS)
    bob.ask(NAMES)

    expect(tab.card(BUGS).locator(".vote__button")).to_have_attribute("aria-pressed", "true")
    expect(tab.card(NAMES).get_by_text("Yours")).to_be_visible()


def test_a_draft_outlives_a_reload(arrive, talk):
    ada = arrive(talk).is_live()
    ada.type(BUGS)
    ada.page.reload()

    expect(ada.page.locator("#ask-text")).to_have_value(BUGS)
    ada.is_live().ask(BUGS)
    ada.sees(BUGS)
    expect(ada.page.locator("#ask-text")).to_have_value("")
    ada.page.reload()
    expect(ada.page.locator("#ask-text")).to_have_value("")


# Two questions within one turn, before the first can be acknowledged; the second one pressed twice.
TWO_AT_ONCE = """
(texts) => {
  const form = document.getElementById("ask-form");
  for (const text of texts) {
    form.elements.text.value = text;
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
    form.querySelector(".ask__send").click();
  }
}
"""


def test_what_is_sent_before_the_first_has_arrived_is_sent_next(arrive, talk):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    first, second = "Do bees sleep at night?", "Do wasps sleep at night, too?"

    ada.page.evaluate(TWO_AT_ONCE, [first, first, second, second])

    for person in (ada, bob):
        person.sees(first)
        person.sees(second)
        expect(person.page.locator("#questions > li")).to_have_count(2)
    expect(ada.page.locator("#ask-text")).to_have_value("")


def test_a_refusal_keeps_what_was_typed(arrive, talk):
    ada = arrive(talk).is_live()
    ada.ask("Why?")

    expect(ada.page.locator("#ask-problem")).to_contain_text("10 characters")
    expect(ada.page.locator("#ask-text")).to_have_value("Why?")


def test_only_what_is_open_can_be_voted_for_on_a_page_that_was_there_before(arrive, begin, enter):
    talk = begin(BUGS, NAMES)
    bob = arrive(talk["slug"]).is_live()
    desk = enter(talk["moderator"])
    bob.vote(BUGS)
    bob.sees(BUGS, votes=1)
    desk.locator("#desk-tabs").get_by_role("link", name="Open").click()
    desk.locator(".desk-card").filter(has_text=BUGS).locator("[value=now]").click()
    expect(desk.locator("#now")).to_contain_text(BUGS)

    desk.locator(".button--go").click()
    expect(bob.card(BUGS).locator("[data-status=answered]")).to_be_attached()
    expect(bob.card(BUGS).locator(".vote__button")).to_have_count(0)
    bob.sees(BUGS, votes=1)

    desk.locator("#desk-tabs").get_by_role("link", name="Answered").click()
    desk.locator(".desk-card").filter(has_text=BUGS).locator("[value=restore]").click()
    button = bob.card(BUGS).locator(".vote__button")
    expect(button).to_have_attribute("aria-pressed", "true")
    bob.sees(BUGS, votes=1)


def test_a_question_asked_offline_is_sent_once_back(arrive, talk, server):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.go_offline()

    ada.ask(BUGS)

    expect(ada.page.locator("#ask-saved")).to_contain_text("Saved on this")
    expect(ada.page.locator("#ask-text")).to_have_value(BUGS)
    ada.come_back()
    bob.sees(BUGS)
    ada.sees(BUGS)
    expect(ada.page.locator("#ask-text")).to_have_value("")
    assert all_see([ada, bob], [(BUGS, "0")])


def test_whoever_was_away_catches_up(arrive, talk):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.ask(BUGS)
    bob.sees(BUGS)
    bob.go_offline()
    bob.type("A draft that must stay as it is")

    ada.ask(NAMES)
    eve = arrive(talk).is_live()
    eve.vote(BUGS)
    ada.sees(BUGS, votes=1)
    bob.come_back()

    bob.sees(BUGS, votes=1)
    expect(bob.card(NAMES)).to_have_count(1)
    expect(bob.page.locator("#ask-text")).to_have_value("A draft that must stay as it is")
    assert all_see([ada, bob], [(BUGS, "1"), (NAMES, "0")])


def test_the_keyboard_is_enough(arrive, talk):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.page.locator("#ask-text").focus()
    ada.page.keyboard.type(BUGS)
    ada.page.keyboard.press("Control+Enter")
    bob.sees(BUGS)

    bob.card(BUGS).locator(".vote__button").focus()
    bob.page.keyboard.press("Enter")

    ada.sees(BUGS, votes=1)
    button = bob.card(BUGS).locator(".vote__button")
    assert button.evaluate("button => getComputedStyle(button).outlineStyle") != "none"


def test_without_scripts_everything_works_by_forms(arrive, talk):
    ada, bob = arrive(talk, java_script_enabled=False), arrive(talk).is_live()
    ada.ask(BUGS)

    expect(ada.page.get_by_text("Your question is on the board.")).to_be_visible()
    ada.sees(BUGS, votes=0)
    bob.sees(BUGS)
    bob.ask(NAMES)
    bob.sees(NAMES)

    ada.page.reload()
    ada.vote(NAMES)
    ada.sees(NAMES, votes=1)
    ada.vote(NAMES)
    ada.sees(NAMES, votes=0)

    ada.card(BUGS).get_by_text("Edit", exact=True).click()
    ada.page.locator("textarea[name=text]").fill(SPEED)
    ada.page.get_by_role("button", name="Save").click()
    ada.sees(SPEED)

    ada.card(SPEED).get_by_text("Withdraw", exact=True).click()
    ada.page.get_by_role("button", name="Yes, withdraw").click()
    ada.sees_not(SPEED)
    bob.sees_not(SPEED)


def test_without_a_socket_the_page_asks_for_news(arrive, talk):
    bob = arrive(talk)
    bob.page.route_web_socket(re.compile("socket.io"), lambda socket: socket.close())
    bob.page.reload()
    ada = arrive(talk).is_live()

    bob.ask(BUGS)
    ada.sees(BUGS)
    ada.ask(NAMES)

    expect(bob.card(NAMES)).to_be_visible(timeout=20_000)


def test_a_question_that_meets_a_failing_server_is_sent_later(arrive, talk):
    bob = arrive(talk)
    bob.page.route_web_socket(re.compile("socket.io"), lambda socket: socket.close())
    failing = re.compile("/questions[?]")
    bob.page.route(failing, lambda route: route.fulfill(status=503, body="<p>busy</p>"))
    bob.page.reload()

    bob.ask(BUGS)
    expect(bob.page.locator("#ask-saved")).to_contain_text("Saved on this")
    expect(bob.page.locator("#ask-text")).to_have_value(BUGS)
    bob.page.unroute(failing)

    expect(bob.card(BUGS)).to_be_visible(timeout=20_000)
    expect(bob.page.locator("#ask-text")).to_have_value("")
    bob.complaints.clear()


def test_a_changed_page_changes_what_open_pages_allow(arrive, talk, server):
    ada = arrive(talk).is_live()
    expect(ada.page.locator("#ask-form")).to_be_visible()

    write_talk(server.folder, talk, starts_in=-5, more="board: closed")

    expect(ada.page.locator("#ask-form")).to_have_count(0, timeout=15_000)


def test_a_missing_name_opens_its_field_and_the_cursor_is_in_it(arrive, enter, begin, server):
    talk = begin()
    ada = arrive(talk["slug"]).is_live()
    ada.type("Is this asked by somebody?")
    address = f"{server.url}/talks/{talk['slug']}/desk/switches"
    desk = enter(talk["moderator"])
    assert desk.context.request.post(address, form={"requires_name": "1"}).ok

    ada.page.get_by_role("button", name="Send").click()

    expect(ada.page.locator("#ask-problem")).to_contain_text("Give your name")
    expect(ada.page.locator("#ask-name")).to_be_focused()
    ada.page.keyboard.type("Ada")
    ada.page.get_by_role("button", name="Send").click()
    ada.sees("Is this asked by somebody?")

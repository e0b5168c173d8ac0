"""What is asked without a connection waits on the device, however much, and says how it stands."""

import re

from playwright.sync_api import expect

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
ASKING = re.compile(r"/questions([?]|$)")
SPEED = "Does speed matter more than memory?"


def test_a_second_question_typed_offline_drops_nothing_of_the_first(arrive, talk):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.go_offline()
    ada.ask(BUGS)
    ada.type("")
    ada.ask(NAMES)
    ada.type(SPEED)

    expect(ada.page.locator("#outbox li")).to_have_count(2)
    expect(ada.page.locator("#outbox")).to_contain_text(BUGS)
    expect(ada.page.locator("#outbox")).to_contain_text("Waiting to be sent")
    ada.come_back()

    bob.sees(BUGS)
    bob.sees(NAMES)
    bob.sees_not(SPEED)
    expect(ada.page.locator("#outbox")).to_be_hidden()
    expect(ada.page.locator("#ask-text")).to_have_value(SPEED)
    assert len(bob.board()) == 2


def test_what_waits_outlives_a_reload_and_can_be_taken_back(arrive, talk):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.page.route(ASKING, lambda route: route.abort("internetdisconnected"))
    ada.page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
    ada.page.reload()
    ada.ask(BUGS)
    expect(ada.page.locator("#ask-saved")).to_contain_text("Saved on this")
    ada.ask(NAMES)
    expect(ada.page.locator("#outbox li")).to_have_count(1)
    ada.page.reload()
    expect(ada.page.locator("#outbox li")).to_have_count(1)

    ada.page.get_by_role("button", name=f"Remove “{BUGS}”").click()
    ada.page.unroute(ASKING)
    ada.page.evaluate("document.dispatchEvent(new CustomEvent('companion:reached'))")

    bob.sees(NAMES)
    bob.sees_not(BUGS)


def test_what_is_refused_in_the_end_stays_and_says_why(arrive, begin, enter):
    talk = begin()
    ada, desk = arrive(talk["slug"]).is_live(), enter(talk["moderator"])
    ada.go_offline()
    ada.ask(BUGS)
    ada.type(NAMES)
    desk.get_by_role("button", name="Closed").click()
    expect(desk.locator("[name=board][value=closed][aria-pressed=true]")).to_be_visible()

    ada.come_back()

    expect(ada.page.locator("#outbox")).to_contain_text("Not sent: The board is closed.")
    expect(ada.page.locator("#outbox")).to_contain_text(BUGS)
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_a_kept_vote_that_is_refused_is_not_shown_as_given(arrive, begin, enter):
    talk = begin()
    ada, bob = arrive(talk["slug"]).is_live(), arrive(talk["slug"]).is_live()
    ada.ask(BUGS)
    bob.sees(BUGS, votes=0)
    bob.go_offline()
    bob.vote(BUGS)
    bob.sees(BUGS, votes=1)
    desk = enter(talk["moderator"])
    desk.get_by_role("button", name="Closed").click()
    expect(desk.locator("[name=board][value=closed][aria-pressed=true]")).to_be_visible()
    # The vote alone goes up: what the board fetches by itself on coming back must not hide it.
    bob.page.context.set_offline(False)
    bob.is_live()

    expect(bob.card(BUGS).locator(".vote__count")).to_have_text("0")
    expect(bob.card(BUGS).locator("[aria-pressed=true]")).to_have_count(0)
    bob.complaints.clear()  # the browser itself says that a form was refused

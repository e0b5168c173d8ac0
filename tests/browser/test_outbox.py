"""What is asked without a connection waits on the device, however much, and says how it stands."""

import re

from playwright.sync_api import expect

from tests.support.live import eventually

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
ASKING = re.compile(r"/questions([?]|$)")
SPEED = "Does speed matter more than memory?"
WASPS = "What was that you said about wasps?"
VOTING = re.compile(r"/questions/\d+/vote")


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
    kept = "localStorage.getItem(`companion:votes:${document.body.dataset.talk}`)"
    assert eventually(lambda: bob.page.evaluate(kept) is None)
    bob.complaints.clear()  # the browser itself says that a form was refused


def rows(server, *texts):
    """Return how often each of these is in the database, and how many votes there are for it."""
    counted = server.query(
        "SELECT text, count(DISTINCT question.id), count(vote.question_id) FROM question"
        " LEFT JOIN vote ON vote.question_id = question.id GROUP BY text"
    )
    found = {text: (asked, votes) for text, asked, votes in counted}
    return [found.get(text) for text in texts]


def test_what_waits_outlives_the_tab_and_is_there_once(arrive, server, begin, request):
    talk = begin(*(f"{text} {request.node.name}" for text in (SPEED, WASPS)))["slug"]
    speed, wasps, bugs, names = (
        f"{text} {request.node.name}" for text in (SPEED, WASPS, BUGS, NAMES)
    )
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.go_offline()
    ada.ask(bugs)
    ada.type("")
    ada.ask(names)
    for text in (speed, wasps):
        ada.vote(text)
    ada.page.close()
    ada.page.context.set_offline(False)
    ada.page.context.route(ASKING, lambda route: route.abort("internetdisconnected"))
    ada.page.context.route(VOTING, lambda route: route.abort("internetdisconnected"))
    ada.page.context.route_web_socket("**/socket.io/**", lambda ws: ws.close())

    again = arrive(talk, like=ada)
    expect(again.page.locator("#outbox")).to_contain_text(bugs)
    expect(again.page.locator("#ask-text")).to_have_value(names)
    expect(again.page.locator("#ask-saved")).to_contain_text("Saved on this")
    for text in (speed, wasps):
        again.sees(text, votes=1)
    assert rows(server, bugs, names, speed, wasps) == [None, None, (1, 0), (1, 0)]
    again.page.context.unroute(ASKING)
    again.page.context.unroute(VOTING)
    again.page.evaluate("document.dispatchEvent(new CustomEvent('companion:reached'))")

    for text in (bugs, names):
        bob.sees(text)
        again.sees(text)
    for text in (speed, wasps):
        bob.sees(text, votes=1)
    expect(again.page.locator("#outbox")).to_be_hidden()
    expect(again.page.locator("#ask-text")).to_have_value("")
    assert rows(server, bugs, names, speed, wasps) == [(1, 0), (1, 0), (1, 1), (1, 1)]


def test_who_has_lost_the_cookie_meanwhile_asks_and_votes_all_the_same(arrive, begin):
    talk = begin(SPEED)["slug"]
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.go_offline()
    ada.ask(BUGS)
    ada.type("")
    ada.ask(NAMES)
    ada.card(SPEED).evaluate("card => card.scrollIntoView({ block: 'center' })")  # above the bar
    ada.vote(SPEED)
    ada.page.context.clear_cookies()

    ada.come_back()

    for text in (BUGS, NAMES):
        bob.sees(text)
        expect(ada.card(text).get_by_text("Yours")).to_be_visible()
    for person in (ada, bob):
        person.sees(SPEED, votes=1)
    expect(ada.card(SPEED).locator("[aria-pressed=true]")).to_have_count(1)
    expect(ada.page.locator("#outbox")).to_be_hidden()
    assert len(bob.board()) == 3


def test_what_arrived_before_the_cookie_changed_is_not_there_twice(arrive, talk):
    ada, bob = arrive(talk), arrive(talk).is_live()
    ada.page.route_web_socket("**/socket.io/**", lambda ws: ws.close())
    ada.page.reload()
    ada.page.route(ASKING, lambda route: route.fetch() and route.abort("connectionreset"))
    ada.ask(BUGS)
    bob.sees(BUGS)
    expect(ada.page.locator("#ask-saved")).to_contain_text("Saved on this")
    ada.page.context.clear_cookies()
    ada.page.unroute(ASKING)

    ada.page.reload()
    expect(ada.page.locator("#ask-problem")).to_contain_text("This was sent already")

    ada.sees(BUGS)
    assert len(bob.board()) == len(ada.board()) == 1
    ada.complaints.clear()  # the browser itself says that a form was refused

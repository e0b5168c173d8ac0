"""No older answer replaces a newer wish or a newer state, however long it was on its way."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.live import eventually

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
BOARD = re.compile(r"/board[?]")
REFRESH = "htmx.trigger('#board', 'refresh')"


class Held:
    """Answers of one kind that were made, and have not arrived yet."""

    def __init__(self, person, pattern):
        self.page, self.made = person.page, []
        self.page.route(pattern, self._hold)

    def _hold(self, route):
        if self.made:
            route.continue_()
        else:
            self.made.append((route, route.fetch()))

    def wait(self):
        for _ in range(100):
            if self.made:
                return self
            self.page.wait_for_timeout(50)
        raise AssertionError("nothing was asked for")

    def arrive(self):
        for route, response in self.made:
            route.fulfill(response=response)
        self.page.wait_for_timeout(400)


class HeldOnTheWay(Held):
    """The first request of one kind, which has not reached the server yet."""

    def _hold(self, route):
        if self.made:
            route.continue_()
        else:
            self.made.append(route)

    def arrive(self):
        with self.page.expect_response(self.made[0].request.url):
            self.made[0].continue_()


def pressed(person, text):
    return person.card(text).locator(".vote__button")


@pytest.fixture
def asked(arrive, talk):
    """Return an asker and a voter who both see a question."""
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.ask(BUGS)
    bob.sees(BUGS)
    bob.page.wait_for_timeout(4_200)  # the look that follows the first connection is over
    return ada, bob


def test_a_board_fetched_before_a_vote(asked):
    _, bob = asked
    held = Held(bob, BOARD)
    bob.page.evaluate("document.dispatchEvent(new CustomEvent('companion:phase'))")
    held.wait()

    bob.vote(BUGS)
    bob.sees(BUGS, votes=1)
    held.arrive()

    expect(pressed(bob, BUGS)).to_have_attribute("aria-pressed", "true")
    bob.sees(BUGS, votes=1)


def test_a_board_asked_for_before_a_vote_that_knows_of_later_ones(asked, arrive, talk):
    _, bob = asked
    eve = arrive(talk).is_live()
    held = HeldOnTheWay(bob, BOARD)
    bob.page.evaluate("document.dispatchEvent(new CustomEvent('companion:phase'))")
    held.wait()

    bob.vote(BUGS)
    bob.sees(BUGS, votes=1)
    eve.vote(BUGS)
    bob.sees(BUGS, votes=2)
    held.arrive()

    bob.page.wait_for_timeout(400)
    bob.sees(BUGS, votes=2)
    expect(pressed(bob, BUGS)).to_have_attribute("aria-pressed", "true")


def test_a_vote_over_http_that_arrives_after_its_question_was_answered(asked, server):
    ada, bob = asked
    held = Held(bob, re.compile("/vote$"))
    bob.page.route_web_socket(re.compile("socket.io"), lambda ws: ws.close())
    bob.page.reload()
    bob.card(BUGS).locator(".vote__button").click()
    held.wait()

    ada.page.locator("#questions .own__withdraw summary").click()
    ada.page.get_by_role("button", name="Yes, withdraw").click()
    ada.sees_not(BUGS)
    bob.page.evaluate(REFRESH)
    bob.sees_not(BUGS)
    held.arrive()

    bob.sees_not(BUGS)


def test_an_answer_that_arrives_after_the_board_has_closed(arrive, begin, enter):
    talk = begin(NAMES)
    desk, ada = enter(talk["moderator"]), arrive(talk["slug"]).is_live()
    ada.page.route_web_socket(re.compile("socket.io"), lambda ws: ws.close())
    ada.page.reload()
    held = Held(ada, re.compile("/questions[?]"))
    ada.ask(BUGS)
    held.wait()

    desk.get_by_role("button", name="Closed").click()
    expect(desk.locator("[name=board][value=closed][aria-pressed=true]")).to_be_visible()
    ada.page.evaluate(REFRESH)
    expect(ada.page.locator("#ask-form")).to_have_count(0)
    held.arrive()

    ada.sees(BUGS)
    expect(ada.page.locator("#unsent")).to_be_hidden()


def test_what_was_found_arrives_after_nothing_is_looked_for(asked):
    ada, bob = asked
    ada.ask(NAMES)
    bob.sees(NAMES)
    bob.page.evaluate("document.getElementById('tools').hidden = false")
    held = Held(bob, BOARD)
    bob.page.locator("#find").fill("compilers")
    held.wait()

    bob.page.locator("#find").fill("")
    held.arrive()

    bob.sees(BUGS)
    bob.sees(NAMES)


def test_likes_of_what_is_not_in_the_box_any_more(asked):
    _, bob = asked
    held = Held(bob, re.compile("/alike"))
    bob.type("How do compilers find bugs?")
    held.wait()
    bob.type("")

    held.arrive()

    expect(bob.page.locator(".alike__one")).to_have_count(0)


def test_an_edit_whose_board_arrives_after_a_newer_one(asked):
    ada, _ = asked
    ada.page.get_by_role("link", name="Edit").click()
    held = Held(ada, re.compile("/edit[?]"))
    ada.page.locator(".edit textarea").first.fill("How do compilers find their own faults?")
    ada.page.get_by_role("button", name="Save").click()
    held.wait()
    ada.ask(NAMES)
    expect(ada.page.locator("#mine")).to_contain_text(NAMES)

    held.arrive()

    expect(ada.page.locator("#mine")).to_contain_text(NAMES)
    ada.sees(NAMES)


@pytest.mark.parametrize("wishes", [1, 2, 3])
def test_votes_offline_are_kept_and_the_last_wish_wins(asked, wishes):
    ada, bob = asked
    bob.go_offline()
    for _ in range(wishes):
        bob.vote(BUGS)
    wanted = wishes % 2
    expect(pressed(bob, BUGS)).to_have_attribute("aria-pressed", "true" if wanted else "false")
    expect(bob.page.locator("#toasts")).to_contain_text("kept on this device")

    bob.come_back()

    ada.sees(BUGS, votes=wanted)
    bob.sees(BUGS, votes=wanted)
    expect(pressed(bob, BUGS)).to_have_attribute("aria-pressed", "true" if wanted else "false")


def test_a_kept_vote_that_arrives_late_is_not_the_last_wish(asked):
    ada, bob = asked
    bob.page.route_web_socket(re.compile("socket.io"), lambda ws: ws.close())
    bob.page.reload()
    bob.go_offline()
    bob.vote(BUGS)
    expect(bob.page.locator("#toasts")).to_contain_text("kept on this device")
    held = HeldOnTheWay(bob, re.compile("/vote$"))
    bob.page.context.set_offline(False)
    held.wait()

    bob.vote(BUGS)
    expect(pressed(bob, BUGS)).to_have_attribute("aria-pressed", "false")
    held.arrive()

    kept = "localStorage.getItem(`companion:votes:${document.body.dataset.talk}`)"
    assert eventually(lambda: bob.page.evaluate(kept) is None)
    bob.page.evaluate(REFRESH)
    expect(pressed(bob, BUGS)).to_have_attribute("aria-pressed", "false")
    for person in (ada, bob):
        person.sees(BUGS, votes=0)

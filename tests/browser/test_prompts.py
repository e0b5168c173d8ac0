"""A prompt in five browsers: opened at the desk, answered on phones, its words on the screen."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations

ASK = "What stops you from testing your code?"


@pytest.fixture
def talk(begin):
    """Return the links of a talk that has begun, with a prompt in its page."""
    return begin(more=f"polls:\n  - {{prompt: {ASK}}}\n")


def on_desk(desk):
    return desk.locator(".desk-poll").filter(has_text=ASK)


def answer(page, text: str) -> None:
    page.get_by_placeholder("Your answer").fill(text)
    page.locator(".poll__form--written button").click()


def test_a_prompt_in_five_browsers(talk, arrive, enter, phone):
    desk, screen = enter(talk["moderator"]), arrive(talk["slug"]).page
    screen.goto(talk["present"])
    ada, bob = arrive(talk["slug"], **phone).is_live(), arrive(talk["slug"]).is_live()
    eve = arrive(talk["slug"], java_script_enabled=False, **phone)

    on_desk(desk).get_by_role("button", name="Open the poll").click()

    for page in (ada.page, bob.page):
        expect(page.locator(".poll__text")).to_contain_text(ASK)
    expect(screen.locator(".screen__asks")).to_have_text(ASK)
    answer(ada.page, "time")
    expect(ada.page.locator(".poll__note")).to_have_text("Sent.")
    expect(ada.page.get_by_placeholder("Your answer")).to_have_value("")
    answer(ada.page, "money")
    eve.page.reload()
    answer(eve.page, "Time")
    expect(eve.page.locator(".notice")).to_have_text("Your answer is on the board.")
    expect(bob.page.locator(".question__prompt")).to_have_count(3)
    expect(bob.page.locator("#questions")).to_contain_text(f"Answer to {ASK}")
    expect(screen.locator(".poll__people")).to_have_text("2 people have answered")
    expect(on_desk(desk).locator(".words__word")).to_have_text(
        ["time 22 people", "money 11 person"]
    )
    for page in (ada.page, bob.page, screen):
        expect(page.locator(".words__word")).to_have_count(0)
        assert violations(page) == []

    on_desk(desk).get_by_role("button", name="Show the words now").click()

    for page in (ada.page, bob.page, screen):
        expect(page.locator(".words__word bdi")).to_have_text(["time", "money"])
    answer(bob.page, "fear")
    for page in (ada.page, screen):
        expect(page.locator(".words__word bdi")).to_have_text(["time", "money", "fear"])
        assert violations(page) == []
    assert violations(desk) == []

    on_desk(desk).get_by_role("button", name="Close the poll").click()

    expect(ada.page.locator(".poll__note")).to_have_text("Closed. 3 people answered.")
    ada.page.get_by_role("link", name="Read the answers").click()
    expect(ada.page.locator("#questions .question")).to_have_count(4)


def test_what_is_typed_stays_while_others_answer_and_when_it_is_refused(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    on_desk(desk).get_by_role("button", name="Open the poll").click()
    ada, bob = arrive(talk["slug"], **phone).is_live(), arrive(talk["slug"]).is_live()
    ada.page.get_by_placeholder("Your answer").fill("my supervisor")

    answer(bob.page, "time")
    expect(ada.page.locator("#questions")).to_contain_text("time")
    on_desk(desk).get_by_role("button", name="Show the words now").click()
    expect(ada.page.locator(".words__word")).to_have_count(1)

    expect(ada.page.get_by_placeholder("Your answer")).to_have_value("my supervisor")
    answer(bob.page, "x" * 300)
    expect(bob.page.locator(".words__others")).to_have_text("and 1 other answer")


def test_an_answer_without_a_connection_is_kept_and_sent_once(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    on_desk(desk).get_by_role("button", name="Open the poll").click()
    ada = arrive(talk["slug"], **phone).is_live()
    expect(ada.page.get_by_placeholder("Your answer")).to_be_visible()

    ada.go_offline()
    for text in ("time", "money"):
        answer(ada.page, text)
        expect(ada.page.locator(".poll__note")).to_contain_text("Kept on this device")
        expect(ada.page.get_by_placeholder("Your answer")).to_have_value("")
    ada.come_back()

    expect(ada.page.locator("#questions .question")).to_have_count(2)
    expect(on_desk(desk).locator(".words__word bdi")).to_have_text(["time", "money"])


def test_what_is_typed_when_a_prompt_closes_is_left_to_whoever_typed_it(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    on_desk(desk).get_by_role("button", name="Open the poll").click()
    ada = arrive(talk["slug"], **phone).is_live()
    ada.page.get_by_placeholder("Your answer").press_sequentially("my supervisor")

    on_desk(desk).get_by_role("button", name="Close the poll").click()
    left = ada.page.locator(".poll__note")
    expect(left).to_have_text("This could not be sent: my supervisor")
    ada.page.reload()
    expect(left).to_have_text("This could not be sent: my supervisor")
    on_desk(desk).get_by_role("button", name="Open it again").click()
    expect(ada.page.get_by_placeholder("Your answer")).to_have_value("my supervisor")
    ada.page.locator(".poll__form--written button").click()

    expect(ada.page.locator("#questions .question")).to_have_count(1)
    expect(left).to_have_text("Sent.")
    ada.page.reload()
    expect(left).to_contain_text("You can give more than one.")


def test_what_is_typed_outlasts_a_reload_until_it_is_sent(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    on_desk(desk).get_by_role("button", name="Open the poll").click()
    ada = arrive(talk["slug"], **phone).is_live()
    field, note = ada.page.get_by_placeholder("Your answer"), ada.page.locator(".poll__note")
    field.press_sequentially("my supervisor")

    ada.page.reload()
    expect(field).to_have_value("my supervisor")
    ada.page.locator(".poll__form--written button").click()
    expect(note).to_have_text("Sent.")
    ada.page.reload()
    expect(ada.page.locator("#questions .question")).to_have_count(1)
    expect(field).to_have_value("")

    field.press_sequentially("money")
    ada.page.goto("about:blank")
    on_desk(desk).get_by_role("button", name="Close the poll").click()
    expect(on_desk(desk).get_by_role("button", name="Open it again")).to_be_visible()
    ada.page.goto(talk["attendee"])
    expect(note).to_have_text("This could not be sent: money")


def test_what_answers_a_prompt_that_is_taken_away_can_be_said_as_a_comment(
    talk, arrive, enter, phone
):
    desk = enter(talk["moderator"])
    on_desk(desk).get_by_role("button", name="Open the poll").click()
    ada = arrive(talk["slug"], **phone).is_live()
    ada.page.get_by_placeholder("Your answer").press_sequentially("my supervisor")
    on_desk(desk).get_by_role("button", name="Close the poll").click()
    expect(ada.page.locator(".poll__note")).to_have_text("This could not be sent: my supervisor")

    on_desk(desk).get_by_role("button", name="Put away").click()

    expect(ada.page.locator("#ask-text")).to_have_value("my supervisor")
    expect(ada.page.locator("toast-note")).to_contain_text("What you wrote is in the box")
    ada.page.reload()
    expect(ada.page.locator("#ask-text")).to_have_value("my supervisor")
    ada.page.locator(".ask__send").click()
    expect(ada.page.locator("#questions .question")).to_contain_text("my supervisor")


def test_a_second_answer_goes_up_after_one_that_is_on_its_way(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    on_desk(desk).get_by_role("button", name="Open the poll").click()
    ada = arrive(talk["slug"], **phone).is_live()
    held = []
    ada.page.route("**/polls/*", lambda route: held.append(route), times=1)
    field = ada.page.get_by_placeholder("Your answer")

    answer(ada.page, "time")
    for _ in range(2):  # a slip
        ada.page.locator(".poll__form--written button").click()
    answer(ada.page, "money")
    expect(field).to_have_value("money")
    held[0].continue_()

    expect(ada.page.locator("#questions .question")).to_have_count(2)
    expect(field).to_have_value("")
    expect(on_desk(desk).locator(".words__word bdi")).to_have_text(["time", "money"])


def test_answers_that_came_too_late_come_back_one_after_the_other(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    on_desk(desk).get_by_role("button", name="Open the poll").click()
    ada = arrive(talk["slug"], **phone).is_live()
    field, note = ada.page.get_by_placeholder("Your answer"), ada.page.locator(".poll__note")
    ada.go_offline()
    for text in ("time", "money"):
        answer(ada.page, text)
        expect(field).to_have_value("")
    on_desk(desk).get_by_role("button", name="Close the poll").click()
    ada.come_back()
    expect(note).to_have_text("This could not be sent: time · money")

    on_desk(desk).get_by_role("button", name="Open it again").click()
    expect(field).to_have_value("time")
    field.press_sequentially("!")
    ada.page.locator(".poll__form--written button").click()
    expect(ada.page.locator("#questions .question")).to_have_count(1)
    expect(field).to_have_value("money")
    ada.page.locator(".poll__form--written button").click()

    expect(ada.page.locator("#questions .question")).to_have_count(2)
    expect(note).to_have_text("Sent.")
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_an_answer_on_its_way_when_its_prompt_closes_is_not_said_to_be_unsent(
    talk, arrive, enter, phone
):
    desk = enter(talk["moderator"])
    on_desk(desk).get_by_role("button", name="Open the poll").click()
    ada = arrive(talk["slug"], **phone).is_live()
    held = []

    def hold(route) -> None:
        held.append((route, route.fetch()))  # the server has it, the answer is late

    ada.page.route("**/polls/*", hold, times=1)
    ada.page.get_by_placeholder("Your answer").press_sequentially("time")
    ada.page.locator(".poll__form--written button").click()
    expect(ada.page.locator("#questions .question")).to_have_count(1)

    on_desk(desk).get_by_role("button", name="Close the poll").click()
    left = ada.page.locator(".poll__note")
    expect(left).to_have_text("Closed. 1 person answered.")
    [(route, reply)] = held
    route.fulfill(response=reply)

    ada.page.reload()
    expect(left).to_have_text("Closed. 1 person answered.")

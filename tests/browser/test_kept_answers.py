"""Answers to polls that do not get through: sent once, never over a newer one, and told of."""

import pytest
from playwright.sync_api import expect

from tests.support.live import Attendee
from tests.support.open_poll import ASK, OTHER, POLLS, on_desk, open_poll, pick

SAVED, CHOSEN = "Your answer is saved.", "aria-pressed"
ANSWERS = "**/polls/*"


@pytest.fixture
def talk(begin):
    """Return the links of a talk that has begun, with two polls in its page."""
    return begin(more=POLLS)


def note(person):
    return person.page.locator(".poll__note").first


def test_an_answer_without_a_connection_is_kept_and_sent_once(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    open_poll(desk)
    ada = arrive(talk["slug"], **phone).is_live()
    expect(pick(ada.page, "Slurm")).to_be_visible()

    ada.go_offline()
    pick(ada.page, "Slurm").click()
    expect(ada.page.locator(".poll__note")).to_contain_text("Kept on this device")
    pick(ada.page, "none").click()
    expect(pick(ada.page, "none")).to_have_attribute("aria-pressed", "true")
    expect(pick(ada.page, "Slurm")).to_have_attribute("aria-pressed", "false")
    ada.come_back()

    expect(ada.page.locator(".poll__note")).to_contain_text("Your answer is saved.")
    expect(on_desk(desk, ASK).locator(".poll__said")).to_have_text(["0 of 1", "0 of 1", "1 of 1"])


def test_one_that_was_on_its_way_replaces_none_of_another_tab(talk, arrive, enter):
    desk = enter(talk["moderator"])
    open_poll(desk)
    ada = arrive(talk["slug"]).is_live()
    tab = arrive(talk["slug"], like=ada).is_live()
    held = []
    ada.page.route(ANSWERS, lambda route: held.append(route), times=1)
    with ada.page.expect_request(ANSWERS):
        pick(ada.page, "Slurm").click()
    expect(pick(ada.page, "Slurm")).to_have_attribute(CHOSEN, "true")
    pick(tab.page, "none").click()
    expect(note(tab)).to_contain_text(SAVED)

    with ada.page.expect_response(ANSWERS) as refused:
        held[0].continue_()

    assert refused.value.status == 422
    expect(pick(ada.page, "none")).to_have_attribute(CHOSEN, "true")
    expect(pick(ada.page, "Slurm")).to_have_attribute(CHOSEN, "false")
    expect(on_desk(desk, ASK).locator(".poll__said")).to_have_text(["0 of 1", "0 of 1", "1 of 1"])
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_one_that_was_kept_replaces_none_of_another_device_and_that_is_said(talk, arrive, enter):
    desk = enter(talk["moderator"])
    open_poll(desk)
    ada = arrive(talk["slug"]).is_live()
    other = arrive(talk["slug"], storage_state={"cookies": ada.page.context.cookies()}).is_live()
    expect(pick(ada.page, "Slurm")).to_be_visible()
    ada.go_offline()
    pick(ada.page, "Slurm").click()
    expect(note(ada)).to_contain_text("Kept on this device")
    pick(other.page, "none").click()
    expect(note(other)).to_contain_text(SAVED)

    ada.come_back()

    expect(note(ada)).to_have_text(
        "Not sent: You have answered otherwise since, and that counts. Choose again to change it."
    )
    expect(pick(ada.page, "none")).to_have_attribute(CHOSEN, "true")
    pick(ada.page, "Kubernetes").click()
    expect(note(ada)).to_contain_text(SAVED)
    expect(on_desk(desk, ASK).locator(".poll__said")).to_have_text(["0 of 1", "1 of 1", "0 of 1"])
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_what_is_pressed_now_is_newer_than_what_another_device_said(talk, arrive, enter):
    desk = enter(talk["moderator"])
    open_poll(desk)
    ada = arrive(talk["slug"]).is_live()
    other = arrive(talk["slug"], storage_state={"cookies": ada.page.context.cookies()}).is_live()
    for text in ("none", "Slurm"):
        pick(other.page, text).click()
        expect(pick(other.page, text)).to_have_attribute(CHOSEN, "true")
        expect(note(other)).to_contain_text(SAVED)

    pick(ada.page, "Kubernetes").click()

    expect(note(ada)).to_contain_text(SAVED)
    expect(on_desk(desk, ASK).locator(".poll__said")).to_have_text(["0 of 1", "1 of 1", "0 of 1"])
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_one_too_many_at_once_waits_and_counts(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    open_poll(desk, OTHER)
    ada = arrive(talk["slug"], **phone).is_live()
    answers = [{"status": 429, "headers": {"Retry-After": "1"}}, {"status": 503}]
    ada.page.route(ANSWERS, lambda route: route.fulfill(**answers.pop(0)), times=2)
    for text in ("Rust", "Zig"):
        pick(ada.page, text).click()

    ada.page.locator(".poll").get_by_role("button", name="Send").click()

    expect(note(ada)).to_have_text("Kept on this device, and sent as soon as it can be.")
    expect(on_desk(desk, OTHER).locator(".poll__said")).to_have_text(
        ["1 of 1", "1 of 1", "0 of 1"], timeout=20_000
    )
    expect(note(ada)).to_contain_text(SAVED)
    assert answers == []
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_one_that_comes_too_late_is_told_of(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    open_poll(desk)
    ada = arrive(talk["slug"], **phone).is_live()
    expect(pick(ada.page, "Slurm")).to_be_visible()
    ada.go_offline()
    pick(ada.page, "Slurm").click()
    expect(note(ada)).to_contain_text("Kept on this device")
    on_desk(desk, ASK).get_by_role("button", name="Close the poll").click()
    expect(on_desk(desk, ASK).get_by_role("button", name="Open it again")).to_be_visible()

    ada.come_back()

    expect(note(ada)).to_have_text("Not sent: This poll is closed. Look at its results instead.")
    expect(ada.page.locator("#toasts")).to_contain_text("Your answer to a poll was not sent")
    expect(ada.page.locator(".poll__mark")).to_have_count(0)
    ada.page.reload()
    expect(note(ada)).to_have_text("Closed. 0 people answered.")
    ada.complaints.clear()  # the browser itself says that a form was refused


def test_ticks_that_are_not_sent_yet_stay_whatever_others_do(talk, arrive, enter, phone):
    desk = enter(talk["moderator"])
    open_poll(desk, OTHER)
    ada, bob = arrive(talk["slug"], **phone).is_live(), arrive(talk["slug"]).is_live()
    for text in ("Rust", "Zig"):
        pick(ada.page, text).click()

    on_desk(desk, OTHER).get_by_role("button", name="Off the screen").click()
    assert Attendee(ada.server, talk["slug"]).ask("Does this take my ticks away?")["ok"]
    ada.sees("Does this take my ticks away?")
    pick(bob.page, "Julia").click()
    bob.page.locator(".poll").get_by_role("button", name="Send").click()
    expect(ada.page.locator(".poll__said")).to_have_text(["0 of 1", "0 of 1", "1 of 1"])

    boxes = ada.page.locator(".poll__pick input").all()
    assert [box.is_checked() for box in boxes] == [True, True, False]

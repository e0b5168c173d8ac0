"""How people follow, in five browsers: pressed on phones, seen at the desk and by the speaker."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import end_talk, violations

HEARD = "The speaker sees it for a minute."
USUAL = "Only the speaker and the desk see it."


@pytest.fixture
def talk(begin):
    """Return the links of a talk that has begun, whose page asks how people follow."""
    return begin(more="pulse: true")


def line(page: Page, kind: str):
    return page.locator(f".pulse-seen [data-kind={kind}]")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_pulse_in_five_browsers(talk, arrive, enter, phone):
    desk, speaker = enter(talk["moderator"]), enter(talk["speaker"])
    people = [arrive(talk["slug"], **phone).is_live() for _ in range(3)]
    eve = arrive(talk["slug"], java_script_enabled=False, **phone)
    board = people[0].page.locator("#board")
    top = board.bounding_box()["y"]

    for person in people:
        press(person.page, "Lost me")
        expect(person.page.locator("#pulse-note")).to_have_text(HEARD)
    press(eve.page, "Clear")
    expect(eve.page.get_by_role("status").first).to_be_attached()

    for view in (desk, speaker):
        expect(line(view, "lost")).to_have_text("3 of 4 are lost")
        expect(line(view, "lost")).to_have_attribute("data-alert", "")
        expect(line(view, "clear")).to_have_text("1 of 4 finds it clear")
        expect(view.locator("#pulse-said")).to_have_text(re.compile("3 of [34] are lost"))
    ada = people[0].page
    press(ada, "Clear")
    expect(line(speaker, "lost")).to_have_text("2 of 4 are lost")
    expect(line(speaker, "lost")).not_to_have_attribute("data-alert", "")
    pressed = ada.locator("[aria-pressed=true]").all_text_contents()
    assert [each.strip() for each in pressed] == ["Clear"]
    assert board.bounding_box()["y"] == top
    for page in (ada, desk, speaker):
        assert violations(page) == []

    end_talk(desk)
    expect(ada.get_by_role("button", name="Lost me")).to_have_count(0)
    for person in people:
        press(person.page, "Clap")
    for view in (desk, speaker):
        expect(line(view, "claps")).to_have_text("3 people clapped")
        assert violations(view) == []
    expect(ada.locator("#pulse-note")).to_have_text("Your applause is counted. Thank you!")
    assert violations(ada) == []


def test_it_fades_for_whoever_pressed_and_can_be_pressed_again(talk, arrive, phone):
    ada = arrive(talk["slug"], **phone).is_live().page
    ada.clock.install()
    press(ada, "Louder or slower")
    expect(ada.locator("#pulse-note")).to_have_text(HEARD)

    ada.clock.run_for(60_000)

    expect(ada.locator("#pulse-note")).to_have_text(USUAL)
    expect(ada.locator(".pulse [aria-pressed=true]")).to_have_count(0)


def test_a_refusal_is_said_and_what_was_pressed_before_stays(talk, arrive, enter, phone):
    desk, ada = enter(talk["moderator"]), arrive(talk["slug"], **phone).is_live().page
    press(ada, "Lost me")
    expect(line(desk, "lost")).to_have_text("1 of 1 is lost")
    desk.get_by_role("switch", name="Room code needed").click()
    expect(ada.locator("#code")).to_be_visible()

    press(ada, "Clear")

    expect(ada.locator(".toast")).to_contain_text("Type the code from the screen")
    assert ada.locator(".pulse [aria-pressed=true]").all_inner_texts() == ["Lost me"]
    expect(line(desk, "lost")).to_have_text("1 of 1 is lost")


def test_the_switch_brings_it_and_takes_it_away_while_somebody_types(begin, arrive, enter, phone):
    links = begin()
    desk, ada = enter(links["moderator"]), arrive(links["slug"], **phone).is_live().page
    expect(ada.locator("#pulse")).to_have_count(0)
    switch = desk.get_by_role("switch", name="People say how they follow")
    switch.click()
    expect(ada.locator("#pulse")).to_be_visible()
    expect(line(desk, "lost")).to_be_visible()

    press(ada, "Clear")

    expect(ada.locator("#pulse-note")).to_have_text(HEARD)
    expect(line(desk, "clear")).to_have_text("1 of 1 finds it clear")
    switch.click()
    expect(ada.locator("#pulse")).to_have_count(0)
    expect(desk.locator(".pulse-seen")).to_have_count(0)

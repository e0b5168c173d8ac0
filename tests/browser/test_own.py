"""Readers and their own questions: what is typed outlasts a reload, and the focus goes on."""

import pytest
from playwright.sync_api import expect

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
SPEED = "Does speed matter more than memory?"


@pytest.fixture
def ada(arrive, talk, phone):
    """Return somebody who has asked one question."""
    ada = arrive(talk, **phone).is_live()
    ada.ask(BUGS)
    expect(edit(ada)).to_be_visible()
    return ada


def edit(person, text: str = BUGS):
    return person.card(text).get_by_role("link", name="Edit")


def field(person):
    return person.page.locator(".edit textarea[name=text]")


def test_an_edit_outlasts_a_reload_until_it_is_given_up_or_saved(ada):
    edit(ada).click()
    field(ada).fill(NAMES)
    ada.page.locator(".edit textarea[name=detail]").fill("In plain C.")
    ada.page.locator(".edit [value=comment]").check()

    ada.page.reload()
    edit(ada).click()
    expect(field(ada)).to_have_value(NAMES)
    expect(ada.page.locator(".edit textarea[name=detail]")).to_have_value("In plain C.")
    expect(ada.page.locator(".edit [value=comment]")).to_be_checked()
    ada.page.get_by_role("link", name="Cancel").click()

    edit(ada).click()
    expect(field(ada)).to_have_value(BUGS)
    field(ada).fill(SPEED)
    ada.page.reload()
    edit(ada).click()
    expect(field(ada)).to_have_value(SPEED)
    ada.page.get_by_role("button", name="Save").click()
    ada.sees(SPEED)

    ada.page.reload()
    edit(ada, SPEED).click()
    expect(field(ada)).to_have_value(SPEED)
    assert ada.page.evaluate("Object.keys(localStorage).filter(key => /edits:/.test(key))") == []


def test_the_focus_goes_on_from_a_saved_edit_and_a_withdrawal_and_both_are_said(ada):
    ada.ask(NAMES)
    ada.sees(NAMES)
    said = ada.page.locator("#announcer")
    edit(ada).press("Enter")
    field(ada).fill(SPEED)
    ada.page.get_by_role("button", name="Save").press("Enter")

    ada.sees(SPEED)
    expect(edit(ada, SPEED)).to_be_focused()
    expect(said).to_have_text("Changed.")

    for text, then in ((SPEED, edit(ada, NAMES)), (NAMES, ada.page.locator("#board-title"))):
        ada.card(text).get_by_text("Withdraw", exact=True).press("Enter")
        ada.card(text).get_by_role("button", name="Yes, withdraw").press("Enter")
        ada.sees_not(text)
        expect(then).to_be_focused()
        expect(said).to_have_text("You have withdrawn it. It is not on the board any more.")
        said.evaluate("line => line.textContent = ''")

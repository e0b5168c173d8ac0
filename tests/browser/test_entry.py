"""What comes before asking and voting, where the desk or the settings want it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.browser import Person, serve
from tests.support.live import LiveServer, write_talk
from tests.support.provider import CLIENT, Provider

BUGS = "How do compilers find their own bugs?"
SPEED = "Does speed matter more than memory?"


def test_what_was_sent_without_the_room_code_goes_up_once_it_is_given(arrive, begin, enter, phone):
    talk = begin(SPEED)
    ada, bob = arrive(talk["slug"], **phone).is_live(), arrive(talk["slug"]).is_live()
    desk = enter(talk["moderator"])
    desk.get_by_role("switch", name="Room code needed").click()
    code = desk.locator("#room-code").inner_text()
    desk.goto(talk["present"])
    expect(desk.locator(".screen")).to_contain_text(code)
    field = ada.page.get_by_label("The code on the screen in the room")
    expect(field).to_be_visible()
    assert ada.violations() == []

    ada.vote(SPEED)
    expect(ada.page.locator("#toasts")).to_contain_text("It counts once you have given the code")
    ada.ask(BUGS)
    expect(ada.page.locator("#ask-saved")).to_contain_text("Kept here. It is sent once you have")
    expect(field).to_be_focused()
    bob.sees_not(BUGS)
    bob.sees(SPEED, votes=0)
    field.fill("22222")
    field.press("Enter")
    expect(ada.page.locator("#code-problem")).to_contain_text("This is not the room code.")
    ada.complaints.clear()  # the browser itself says that a form was refused
    field.fill(code.lower())
    field.press("Enter")

    expect(field).to_have_count(0)
    bob.sees(BUGS)
    bob.sees(SPEED, votes=1)
    expect(ada.page.locator("#ask-text")).to_have_value("")
    expect(ada.page.locator("#ask-saved")).to_have_text("Sent. It is on the board.")
    assert len(bob.board()) == 2


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    running = Provider()
    yield running
    running.stop()


@pytest.fixture
def guarded(provider, tmp_path) -> Iterator[LiveServer]:
    """Serve a talk where only who has signed in can ask and vote."""
    write_talk(tmp_path, "talk", starts_in=-5)
    wanted = {"ISSUER": provider.url, "CLIENT_ID": CLIENT, "REQUIRED": "on"}
    wanted["CLIENT_SECRET"] = "any will do"
    with serve(
        tmp_path, **{f"COMPANION_OIDC_{name}": value for name, value in wanted.items()}
    ) as it:
        yield it


def test_what_was_sent_before_signing_in_goes_up_afterwards(chromium, guarded, phone):
    ada = Person(chromium.new_context(**phone), guarded, "talk").is_live()
    assert ada.violations() == []

    ada.ask(BUGS)
    expect(ada.page.locator("#ask-saved")).to_contain_text("It is sent once you have signed in.")
    ada.page.get_by_role("link", name="Sign in", exact=True).click()
    ada.page.locator("[name=sub]").fill("ada")
    ada.page.get_by_role("button", name="Authorize").click()

    ada.is_live().sees(BUGS)
    expect(ada.page.locator("#attendee")).to_contain_text("You are signed in.")
    assert ada.violations() == []
    ada.page.get_by_role("button", name="Sign out").click()
    expect(ada.page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert guarded.query("SELECT COUNT(*) FROM question") == [(1,)]
    ada.page.context.close()

"""A server that goes away and comes back, with its database or without."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import all_see, serve

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
SPEED = "Does speed matter more than memory?"
WASPS = "What was that you said about wasps?"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve these tests alone, which stop it."""
    with serve(tmp_path_factory.mktemp("talks")) as running:
        yield running


def test_a_restart_of_the_server_goes_unnoticed(arrive, talk, server):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    ada.ask(BUGS)
    bob.sees(BUGS)

    server.stop()
    server.start()

    ada.is_live()
    bob.is_live()
    ada.ask(NAMES)
    bob.sees(NAMES)
    assert all_see([ada, bob], [(BUGS, "0"), (NAMES, "0")])


def test_what_was_asked_and_voted_while_the_server_is_away_is_there_once(arrive, talk, server):
    ada, bob = arrive(talk).is_live(), arrive(talk).is_live()
    for text in (BUGS, NAMES):
        bob.ask(text)
        ada.sees(text)
    ada.go_offline()
    for text in (BUGS, NAMES):
        ada.vote(text)
    ada.ask(SPEED)
    ada.type("")
    ada.ask(WASPS)
    expect(ada.page.locator("#outbox")).to_contain_text(SPEED)
    expect(ada.page.locator("#ask-saved")).to_contain_text("Saved on this")

    server.kill()
    ada.page.context.set_offline(False)
    server.start()
    ada.is_live()
    bob.is_live()

    for text in (SPEED, WASPS):
        bob.sees(text)
        expect(ada.card(text).get_by_text("Yours")).to_be_visible()
    for person in (ada, bob):
        person.sees(BUGS, votes=1)
        person.sees(NAMES, votes=1)
    expect(ada.page.locator("#outbox")).to_be_hidden()
    expect(ada.page.locator("#ask-text")).to_have_value("")
    asked = [(BUGS, "1"), (NAMES, "1"), (SPEED, "0"), (WASPS, "0")]
    assert all_see([ada, bob], asked)


def test_a_page_outlives_a_replaced_database(arrive, talk, server):
    bob = arrive(talk).is_live()
    ada = arrive(talk).is_live()
    for text in (BUGS, NAMES):
        ada.ask(text)
        bob.sees(text)
    fetched: list[str] = []
    bob.page.on("request", lambda request: fetched.append(request.url))

    server.stop()
    server.lose_database()
    server.start()
    bob.is_live()
    carol = arrive(talk).is_live()
    carol.ask(SPEED)

    bob.sees(SPEED)
    bob.sees_not(BUGS)
    assert len(fetched) < 20

"""An organiser's account: several of them, their links, and where each is signed in."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from companion.store.accounts import Organiser
from companion.store.models import Role, SignIn
from tests.contracts.test_routes import addresses
from tests.support.factories import count_rows
from tests.support.organisers import (
    ACCOUNT,
    PASSWORD,
    SIGN_IN,
    add_passkey,
    choose_password,
    enter_by,
    first_organiser,
    invited,
    places,
    secret_of,
    sign_in,
    with_password,
)
from tests.support.pages import Browser, read_page
from tests.support.sign_in import enter, signed_in, token


@pytest.mark.parametrize("who", ["stranger", *Role])
def test_an_account_is_for_organisers_alone(app, who):
    browser = Browser(app) if who == "stranger" else signed_in(app, Role(who))
    routes = [("GET", ACCOUNT)]
    routes += [("POST", path) for path in addresses(app, "POST") if path.startswith(ACCOUNT)]

    for method, path in routes:
        answer = browser.client.open(
            path, method=method, base_url="http://localhost:8000/", data={"name": ""}
        )
        assert (answer.status_code != 403) is (who == "organiser"), path
    assert len(routes) == 10


def test_who_came_by_a_link_says_a_name_and_has_an_account(app, engine):
    browser = enter_by(Browser(app), app.extensions["moderation"].invite())
    page = browser.page(ACCOUNT)
    assert "Have an account" in page.html
    assert "password-title" not in page.html

    page = browser.follow(browser.submit(page.form_to(ACCOUNT), name="  Olga  Orlova "))

    assert "You have an account." in page.html
    assert page.element("account-name").get("value") == "Olga Orlova"
    assert (
        "You have an account already" in read_page(browser.post(ACCOUNT, {"name": "O"}), 422).html
    )
    assert count_rows(engine, Organiser) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Write a name"), (" \0", "Write a name"), ("x" * 61, "at most 60"), ("OLGA", "already")],
)
def test_a_name_is_one_and_nobody_elses(app, name, said):
    first_organiser(app)
    browser = enter_by(Browser(app), app.extensions["moderation"].invite())

    assert said in read_page(browser.post(ACCOUNT, {"name": name}), 422).html


def test_one_invites_another_by_a_link_that_works_once(app, clock):
    olga = with_password(app)
    form = olga.page(ACCOUNT).form_to("/organisers")
    page = read_page(olga.submit(form, name="Ivan"), 200)
    link = page.element("new-link").get("value")
    assert link.startswith("http://127.0.0.1:8000/enter#")
    assert link not in olga.page(ACCOUNT).html
    assert "Ivan invited; the link works until 12 March 2026, 12:20" in page.text("main")

    ivan = enter_by(Browser(app), link)

    assert Browser(app).post("/enter", {"token": secret_of(link)}).status_code == 422
    choose_password(ivan, "another one of fifteen")
    assert "Ivan has a password" in olga.page(ACCOUNT).text("main")
    assert sign_in(Browser(app), "Ivan", "another one of fifteen").status_code == 303
    answer = olga.post(f"{ACCOUNT}/organisers", {"name": "Ivan"})
    assert "Ivan is an organiser already" in read_page(answer, 422).html


def test_a_link_says_what_it_opens_and_is_not_used_up(app):
    secret = secret_of(app.extensions["accounts"].invite_by_server("Ivan"))

    for _ in range(2):
        assert Browser(app).post("/enter/what", {"token": secret}).text == "organiser"
    assert Browser(app).post("/enter", {"token": secret}).status_code == 303


def test_an_invitation_ends_after_seven_days_and_can_be_taken_back(app, clock, engine):
    olga = first_organiser(app)
    accounts = app.extensions["accounts"]
    old, void = (secret_of(accounts.invite_by_server("Ivan")) for _ in range(2))
    assert Browser(app).post("/enter", {"token": old}).status_code == 422
    page = olga.page(ACCOUNT)

    answer = olga.submit(page.form_to("/organisers/revoke"))

    assert "That link is void" in olga.follow(answer).html
    assert Browser(app).post("/enter", {"token": void}).status_code == 422
    assert count_rows(engine, Organiser) == 1
    late = secret_of(accounts.invite_by_server("Ivan"))
    clock.now += timedelta(days=7)
    assert Browser(app).post("/enter", {"token": late}).status_code == 422


def test_taking_back_a_link_takes_nobody_away_who_has_come(app, engine):
    olga = with_password(app)
    ivan = invited(app, "Ivan")
    with engine.connect() as connection:
        id = connection.scalar(sa.select(Organiser.id).filter_by(name="Ivan"))

    olga.post(f"{ACCOUNT}/organisers/revoke", {"organiser": id})

    assert ivan.get("/organise").status_code == 200
    assert count_rows(engine, Organiser) == 2
    again = app.extensions["accounts"].reset("Ivan")
    assert "Take back" not in olga.page(ACCOUNT).html
    for hostile in (id, "", "\0", "é"):
        olga.post(f"{ACCOUNT}/organisers/revoke", {"organiser": hostile})
    enter_by(Browser(app), again)


def test_an_account_says_what_its_owner_is_called_at_the_desks(app, engine):
    olga = with_password(app)

    refused = olga.post("/talks/talk/desk/name", {"name": "Bob"})
    enter(olga, Role.MODERATOR, name="Bob")

    assert "You are Olga here" in read_page(refused, 422).html
    with engine.connect() as connection:
        assert connection.scalars(sa.select(SignIn.name)).all() == ["Olga"]


def test_the_last_way_in_cannot_be_taken_away(app):
    olga = first_organiser(app)
    device = add_passkey(olga)
    assert "could not sign in without it" in _removed(olga).html
    choose_password(olga)

    answer = olga.post(f"{ACCOUNT}/password", {"do": "drop"})
    assert "You have no password now" in olga.follow(answer).html
    assert sign_in(Browser(app)).status_code == 422
    choose_password(olga)
    assert "That passkey is removed" in olga.follow(_remove(olga)).html
    answer = read_page(olga.post(f"{ACCOUNT}/password", {"do": "drop"}), 422)
    assert "could not sign in without it" in answer.html
    assert device.uses == 0


def _remove(browser: Browser):
    return browser.submit(browser.page(ACCOUNT).form_to("/passkeys/remove"))


def _removed(browser: Browser):
    return read_page(_remove(browser), 422)


def test_nobody_removes_anothers_passkey(app):
    olga = first_organiser(app)
    add_passkey(olga)
    passkey = olga.page(ACCOUNT).form_to("/passkeys/remove").fields["passkey"]

    ivan = invited(app, "Ivan")
    for id in (passkey, "", "\0", "é"):
        assert ivan.post(f"{ACCOUNT}/passkeys/remove", {"passkey": id}).status_code == 303

    assert len(olga.page(ACCOUNT).classed("account-list__one")) == 4  # with sign-in and both names


def test_ten_passkeys_and_no_more(app):
    olga = first_organiser(app)
    for _ in range(10):
        add_passkey(olga)

    with pytest.raises(AssertionError, match="at most 10 passkeys"):
        add_passkey(olga)


def test_a_changed_organisers_link_signs_all_of_them_out_and_they_sign_in_again(app):
    olga = with_password(app)

    app.extensions["moderation"].rotate("", Role.ORGANISER)

    assert olga.get("/organise").status_code == 403
    sign_in(olga)
    assert len(places(olga)) == 1


def test_without_an_account_an_organiser_can_invite_and_is_asked_for_a_name(app):
    browser = enter_by(Browser(app), app.extensions["moderation"].invite())

    assert browser.post(f"{ACCOUNT}/organisers", {"name": "Ivan"}).status_code == 200
    for path, fields in (
        ("password", {"password": PASSWORD, "again": PASSWORD}),
        ("password", {"do": "drop"}),
        ("passkeys/challenge", {}),
        ("sign-ins/end", {"which": "1"}),
    ):
        answer = browser.post(f"{ACCOUNT}/{path}", fields)
        assert answer.status_code == 422
        assert "Say first what you are called" in answer.text


def test_who_could_not_come_in_again_is_told_so(app):
    last = "You came by a link that works once"
    olga, ivan = first_organiser(app), invited(app, "Ivan")
    assert last in olga.page("/organise").html
    choose_password(olga)
    add_passkey(ivan)

    for browser in (olga, ivan):
        assert last not in browser.page("/organise").html
    assert last in signed_in(app, Role.ORGANISER).page("/organise").html


def test_the_organisers_link_of_old_goes_on(app):
    assert "Your account" in enter(Browser(app), Role.ORGANISER).page("/organise").html
    assert len(token(app, Role.ORGANISER)) == 22


def test_whoever_is_out_is_told_where_to_sign_in(app):
    for path in ("/organise", ACCOUNT, "/organise/questions"):
        assert f"{SIGN_IN}?back={path}" in Browser(app).page(path, 403).links()
    assert SIGN_IN in Browser(app).page("/enter").links()

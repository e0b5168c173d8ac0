"""Where an organiser is signed in: what is listed, ended, and ends by itself."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from companion.moderation.sign_ins import IDLE
from companion.store.accounts import OrganiserSignIn
from companion.store.models import Role
from tests.support.factories import count_rows
from tests.support.organisers import (
    ACCOUNT,
    enter_by,
    in_chrome,
    invited,
    places,
    sign_in,
    with_password,
)
from tests.support.pages import Browser, read_page
from tests.support.sign_in import enter


def test_sign_ins_are_listed_this_one_first_and_each_can_be_ended(app, clock):
    olga = with_password(app)
    other = in_chrome(app)
    clock.now += timedelta(minutes=5)
    assert places(olga) == [
        "a browser this one since Thursday 12:20",
        "Chrome on Windows since Thursday 12:20",
    ]
    assert "this one" in places(other)[0]
    assert "Chrome on Windows" in places(other)[0]

    forms = [form for form in olga.page(ACCOUNT).forms() if form.action.endswith("/sign-ins/end")]
    olga.submit(next(form for form in forms if form.fields["which"].isdecimal()))

    assert len(places(olga)) == 1
    assert other.get("/organise").status_code == 403


def test_all_others_are_ended_at_once_and_nobody_elses(app):
    olga = with_password(app)
    ivan, others = invited(app, "Ivan"), [in_chrome(app), in_chrome(app)]

    olga.post(f"{ACCOUNT}/sign-ins/end", {"which": "others"})

    assert [one.get("/organise").status_code for one in others] == [403, 403]
    assert olga.get("/organise").status_code == ivan.get("/organise").status_code == 200
    assert len(places(olga)) == 1


@pytest.mark.parametrize("which", ["", "0", "999999999", "x", "-1"])
def test_what_is_not_ones_own_sign_in_cannot_be_ended_or_confirmed(app, which, engine):
    with_password(app)
    in_chrome(app)
    ivan = invited(app, "Ivan")
    with engine.connect() as connection:
        numbers = sorted(connection.scalars(sa.select(OrganiserSignIn.id)))

    for number in (*map(str, numbers[:2]), which):
        answer = ivan.post(f"{ACCOUNT}/sign-ins/end", {"which": number})
        assert "has ended already" in read_page(answer, 422).html
        ivan.post(f"{ACCOUNT}/sign-ins/confirm", {"which": number})
    assert count_rows(engine, OrganiserSignIn) == 3
    with engine.connect() as connection:
        assert connection.scalars(sa.select(OrganiserSignIn.unconfirmed)).all().count(True) == 1


@pytest.mark.parametrize("by", ["moderator", "invitation"])
def test_what_had_ended_by_idling_is_not_brought_back_by_a_link(app, clock, by):
    olga = with_password(app)
    clock.now += IDLE

    if by == "moderator":
        enter(olga, Role.MODERATOR)
        assert olga.get("/organise").status_code == 403
    else:
        enter_by(olga, app.extensions["moderation"].invite())
        assert "Have an account" in olga.page(ACCOUNT).html
    sign_in(browser := Browser(app))
    assert len(places(browser)) == 1


def test_an_account_is_not_brought_back_after_twelve_hours_by_another_link(app, clock):
    olga = with_password(app)
    for _ in range(5):
        clock.now += IDLE - timedelta(minutes=1)
        enter(olga, Role.MODERATOR)

    enter_by(olga, app.extensions["moderation"].invite())

    assert "Have an account" in olga.page(ACCOUNT).html


def test_another_organiser_in_the_same_browser_is_another_sign_in(app):
    browser = with_password(app)
    link = app.extensions["accounts"].invite_by_server("Ivan")

    enter_by(browser, link)

    assert browser.page(ACCOUNT).element("account-name").get("value") == "Ivan"
    assert len(places(browser)) == 1
    sign_in(browser)
    assert browser.page(ACCOUNT).element("account-name").get("value") == "Olga"


def test_no_address_and_no_version_of_a_browser_is_kept(app, tmp_path):
    with_password(app)
    in_chrome(app)

    held = b"".join(path.read_bytes() for path in tmp_path.glob("companion.sqlite3*"))

    assert b"Chrome on Windows" in held
    for trace in (b"127.0.0.1", b"142.0", b"Mozilla", b"AppleWebKit"):
        assert trace not in held

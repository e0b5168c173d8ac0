"""What an organiser is told of an account that is used in a browser not known yet."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from companion.moderation.sign_ins import IDLE
from companion.store.accounts import OrganiserSignIn
from companion.store.models import Role
from tests.support.organisers import (
    ACCOUNT,
    CHROME,
    PASSWORD,
    SIGN_IN,
    add_passkey,
    asked_of,
    choose_password,
    enter_by,
    first_organiser,
    in_chrome,
    invited,
    places,
    sign_in,
    told,
    with_password,
)
from tests.support.pages import Browser
from tests.support.sign_in import enter

ANEW = "Your account was signed in anew from Chrome on Windows, Thursday 12:20. Was it you?"


def test_signing_in_from_a_new_browser_is_told_to_the_others_until_it_is_confirmed(app, clock):
    olga = with_password(app)
    assert told(olga) == []
    other = in_chrome(app)
    assert told(other) == []
    assert told(olga) == [ANEW]
    assert told(invited(app, "Ivan")) == []
    clock.now += timedelta(hours=2)

    olga.submit(olga.page("/organise").form_to("/sign-ins/confirm"))

    assert told(olga) == []
    assert other.get("/organise").status_code == 200
    other.post("/leave")
    sign_in(other, agent=CHROME)
    assert told(olga) == []  # that browser is known by now


def test_a_sign_in_does_not_confirm_itself(app, engine):
    olga = with_password(app)
    other = in_chrome(app)
    with engine.connect() as connection:
        number = connection.scalar(sa.select(sa.func.max(OrganiserSignIn.id)))

    other.post(f"{ACCOUNT}/sign-ins/confirm", {"which": str(number)})

    assert told(olga) == [ANEW]


@pytest.mark.parametrize("how", ["leave", "again", "idle"])
def test_whoever_has_gone_again_is_told_of_all_the_same(app, clock, how):
    olga = with_password(app)
    other = in_chrome(app)
    if how == "leave":
        other.post("/leave")
    elif how == "again":
        sign_in(other, agent=CHROME)
    else:
        clock.now += IDLE * 4
        sign_in(olga)

    said = told(olga)

    assert said[-1] == ANEW.replace(". Was", "; that has ended since. Was")
    assert said[:-1] == ([ANEW] if how == "again" else [])  # a browser is known by no sign-in alone


def post_all(browser: Browser, engine, path: str) -> list[int]:
    """Post a form once for every sign-in that there is; return how each was answered."""
    with engine.connect() as connection:
        numbers = connection.scalars(sa.select(OrganiserSignIn.id)).all()
    forms = [{"which": str(number)} for number in numbers]
    return [browser.post(f"{ACCOUNT}/sign-ins/{path}", form).status_code for form in forms]


def test_a_thief_in_new_browsers_cannot_hide_from_the_owner(app, engine):
    olga = with_password(app)
    thief, other = in_chrome(app), in_chrome(app)
    thief.post("/leave")
    sign_in(thief, agent=CHROME)
    page = thief.page("/organise")
    assert "It was me" not in page.html
    assert "in one that you have used before" in page.html

    assert post_all(thief, engine, "confirm") == [422] * 4
    thief.post(f"{ACCOUNT}/sign-ins/end", {"which": "others"})
    assert (other.get("/organise").status_code, olga.get("/organise").status_code) == (403, 403)
    post_all(thief, engine, "end")

    assert thief.get("/organise").status_code == 403
    sign_in(olga)  # this browser is known still
    assert told(olga) == [ANEW.replace(". Was", "; that has ended since. Was")] * 3


def test_a_browser_that_was_confirmed_is_known_for_good(app, clock):
    olga = with_password(app)
    other = in_chrome(app)
    olga.submit(olga.page("/organise").form_to("/sign-ins/confirm"))
    clock.now += timedelta(days=29)
    for _ in range(2):
        sign_in(other, agent=CHROME)
        clock.now += timedelta(days=40)
        sign_in(olga)
        assert told(olga) == []


def test_ending_all_others_makes_a_new_browser_unknown_and_says_what_to_do(app):
    olga = with_password(app)
    other = in_chrome(app)

    page = olga.follow(olga.post(f"{ACCOUNT}/sign-ins/end", {"which": "others"}))

    assert "choose a new one" in page.html
    assert told(olga) == []
    sign_in(other, agent=CHROME)
    assert told(olga) == [ANEW]
    sign_in(olga)
    assert told(olga) == [ANEW]  # this browser is known still, and told


def test_a_new_password_ends_all_other_sign_ins_and_the_first_ends_none(app):
    olga = first_organiser(app)
    elsewhere = Browser(app)
    device = add_passkey(olga)
    elsewhere.post(f"{SIGN_IN}/passkey", {"answer": device.use(asked_of(elsewhere))})
    choose_password(olga)
    assert elsewhere.get("/organise").status_code == 200
    assert "that ends all your other sign-ins" in olga.page(ACCOUNT).html

    form = {"password": PASSWORD[::-1], "again": PASSWORD[::-1]}
    page = olga.follow(olga.post(f"{ACCOUNT}/password", form))

    assert "all your other sign-ins have ended" in page.html
    assert (elsewhere.get("/organise").status_code, told(olga)) == (403, [])
    sign_in(olga, password=PASSWORD[::-1])
    assert "this one" in places(olga)[0]


def test_who_comes_by_a_link_of_the_server_can_say_who_came_before(app):
    with_password(app)
    in_chrome(app)

    olga = enter_by(Browser(app), app.extensions["accounts"].reset("Olga"))
    assert len(told(olga)) == 1
    olga.submit(olga.page("/organise").form_to("/sign-ins/confirm"))

    assert told(olga) == []


def test_it_was_not_me_ends_it_and_makes_the_browser_unknown(app):
    olga = with_password(app)
    other = in_chrome(app)
    forms = [form for form in olga.page("/organise").forms() if form.action.endswith("/end")]

    page = olga.follow(olga.submit(forms[0]))

    assert "choose a new one" in page.html
    assert other.get("/organise").status_code == 403
    assert told(olga) == []
    sign_in(other, agent=CHROME)
    assert told(olga) == [ANEW]
    sign_in(olga)
    assert len(told(olga)) == 1  # this browser is known still


def test_a_moderators_link_in_the_same_browser_changes_nothing_of_that(app):
    olga = with_password(app)

    enter(olga, Role.MODERATOR)

    assert places(olga) == ["a browser this one since Thursday 12:20"]
    assert olga.get("/organise").status_code == 200

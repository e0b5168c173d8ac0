"""Organisers sign in by name: by a password or a passkey, and what is refused."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from companion.errors import Refused
from companion.moderation import passkeys
from companion.moderation.passwords import Passwords
from companion.store.accounts import Organiser, Passkey
from tests.support.authenticator import Authenticator
from tests.support.organisers import (
    ACCOUNT,
    CHROME,
    PASSWORD,
    SIGN_IN,
    add_passkey,
    asked_of,
    choose_password,
    first_organiser,
    invited,
    sign_in,
    with_password,
)
from tests.support.pages import Browser, read_page

WRONG = "do not go together"
NOT_BELIEVED = "was not accepted here"


def test_the_first_link_an_account_a_password_and_back_in(app):
    with_password(app)
    browser = Browser(app)
    form = browser.page(SIGN_IN).form_to(SIGN_IN)

    answer = browser.submit(form, name=" olga ", password=PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/organise")
    assert "Your account" in browser.page("/organise").html
    assert browser.get("/talks/talk/moderate").status_code == 200


def test_signing_in_gives_a_new_cookie_and_the_old_one_is_worth_nothing(app):
    browser = with_password(app)
    old = browser.client.get_cookie("role", domain="localhost").value

    sign_in(browser)

    assert browser.client.get_cookie("role", domain="localhost").value != old
    browser.client.set_cookie("role", old, domain="localhost")
    assert browser.get("/organise").status_code == 403


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Olga", "eight herons wade at dusk"),
        ("Nobody", PASSWORD),
        ("", ""),
        ("Olga", ""),
        ("Olga", PASSWORD + " "),
        ("\0" * 500, "x" * 50_000),
    ],
)
def test_a_wrong_password_is_answered_as_a_name_that_is_not_there(app, name, password):
    with_password(app)
    browser = Browser(app)

    page = read_page(sign_in(browser, name, password), 422)

    assert WRONG in page.html
    assert page.element("sign-in-name").get("value") == name.replace("\0", "")
    assert page.element("sign-in-password").get("value") is None
    assert browser.client.get_cookie("role", domain="localhost") is None


def test_a_name_that_is_not_there_costs_a_try_as_well(app, monkeypatch):
    with_password(app)
    invited(app, "Ivan")
    tried, fits = [], Passwords._matches

    def counted(self, text, kept):
        tried.append((kept or self._nobodys).split("$")[3])
        return fits(self, text, kept)

    monkeypatch.setattr(Passwords, "_matches", counted)
    for name in ("Olga", "Nobody", "Ivan"):
        sign_in(Browser(app), name, "eight herons wade at dusk")

    assert tried == ["m=1024,t=3,p=1"] * 3


def test_a_password_is_kept_as_argon2_has_it_and_nothing_at_rest_is_one(app, engine, tmp_path):
    with_password(app)

    with engine.connect() as connection:
        kept = connection.scalar(sa.select(Organiser.password))
    held = b"".join(path.read_bytes() for path in tmp_path.glob("companion.sqlite3*"))

    assert kept.startswith("$argon2id$v=19$m=1024,t=3,p=1$")
    assert PASSWORD.encode() not in held


def test_a_password_that_was_hashed_at_another_cost_is_hashed_anew(make_app, engine):
    with_password(make_app())
    app = make_app(password_mib="2")

    assert sign_in(Browser(app)).status_code == 303

    with engine.connect() as connection:
        assert "m=2048," in connection.scalar(sa.select(Organiser.password))
    assert sign_in(Browser(app)).status_code == 303


def test_however_a_keyboard_writes_it_it_is_the_same_password(app):
    browser = first_organiser(app)
    choose_password(browser, "sieben Störche waten")

    composed = "sieben Sto\u0308rche waten"

    assert sign_in(Browser(app), password=composed).status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("x" * 14, "x" * 14, "at least 15 characters"),
        ("x" * 201, "x" * 201, "at most 200"),
        ("", "", "at least 15"),
        (PASSWORD, PASSWORD[:-1], "not the same"),
    ],
)
def test_a_password_has_a_length_and_no_other_rule(app, password, again, said):
    browser = first_organiser(app)

    answer = browser.post(f"{ACCOUNT}/password", {"password": password, "again": again})

    assert said in read_page(answer, 422).html
    choose_password(browser, "x" * 15)


def test_who_guesses_is_slowed_down_and_the_links_and_passkeys_go_on(make_app):
    app = make_app()
    olga = with_password(app)
    device = add_passkey(olga)
    guesser = Browser(app)

    guesses = [sign_in(guesser, password=f"guess number {n}") for n in range(12)]

    assert [answer.status_code for answer in guesses] == [422] * 10 + [429] * 2
    assert int(guesses[-1].headers["Retry-After"]) > 500
    assert sign_in(Browser(app)).status_code == 429  # a stranger's browser, though it is right
    fresh = Browser(app)
    answer = device.use(asked_of(fresh))
    assert fresh.post(f"{SIGN_IN}/passkey", {"answer": answer}).status_code == 303
    link = app.extensions["accounts"].reset("Olga")
    assert Browser(app).post("/enter", {"token": link.partition("#")[2]}).status_code == 303


def test_strangers_keep_nobody_out_of_a_browser_that_they_have_used(make_app):
    app = make_app()
    olga = with_password(app)
    for n in range(12):
        sign_in(Browser(app), password=f"guess number {n}")
    olga.post("/leave")

    assert sign_in(olga).status_code == 303
    olga.post("/leave")
    own = [sign_in(olga, password="mistyped").status_code for _ in range(11)]
    assert own == [422] * 10 + [429]


def test_one_network_tries_so_many_names_and_no_more(make_app):
    app = make_app()

    codes = [sign_in(Browser(app), f"name {n}").status_code for n in range(52)]

    assert codes == [422] * 50 + [429] * 2


def test_thirty_guesses_at_once_are_no_more_than_ten(make_app):
    app = make_app()
    with_password(app)

    def guess(number):
        return sign_in(Browser(app), password=f"guess number {number}").status_code

    with ThreadPoolExecutor(30) as people:
        codes = list(people.map(guess, range(30)))

    assert sorted(codes) == [422] * 10 + [429] * 20


def test_what_is_right_is_never_counted(make_app):
    app = make_app()
    with_password(app)

    assert {sign_in(Browser(app)).status_code for _ in range(15)} == {303}


def test_a_passkey_signs_in_and_says_when_it_was_used(app, clock):
    olga = first_organiser(app)
    device = add_passkey(olga)
    clock.now += timedelta(hours=1)
    browser = Browser(app)

    answer = browser.post(f"{SIGN_IN}/passkey", {"answer": device.use(asked_of(browser))})

    assert (answer.status_code, answer.location) == (303, "/organise")
    assert "last used Thursday 13:20" in browser.page(ACCOUNT).html


def test_an_answer_counts_once(app):
    device = add_passkey(first_organiser(app))
    browser = Browser(app)
    asked = asked_of(browser)
    answer = {"answer": device.use(asked)}
    challenge = browser.client.get_cookie("challenge", domain="localhost").value
    assert browser.post(f"{SIGN_IN}/passkey", answer).status_code == 303

    thief = Browser(app)
    thief.client.set_cookie("challenge", challenge, domain="localhost")
    for replayed in (answer, {"answer": device.use(asked)}):
        assert NOT_BELIEVED in read_page(thief.post(f"{SIGN_IN}/passkey", replayed), 422).html
    assert thief.get("/organise").status_code == 403


def test_a_challenge_is_one_browsers_and_does_not_last(app, clock, monkeypatch):
    device = add_passkey(first_organiser(app))
    asked = asked_of(Browser(app))
    stranger = Browser(app)
    answer = stranger.post(f"{SIGN_IN}/passkey", {"answer": device.use(asked)})
    assert "Try once more" in read_page(answer, 422).html

    own = asked_of(stranger)
    assert own["challenge"] != asked["challenge"]
    for wrong in (asked, {**asked, "challenge": "AAAA"}):
        answer = stranger.post(f"{SIGN_IN}/passkey", {"answer": device.use(wrong)})
        assert NOT_BELIEVED in read_page(answer, 422).html
    monkeypatch.setattr("companion.web.passkeys.CHALLENGE_SECONDS", -1)
    answer = stranger.post(f"{SIGN_IN}/passkey", {"answer": device.use(own)})
    assert "Try once more" in read_page(answer, 422).html


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8001"},
        {"origin": "http://127.0.0.1:8000"},
        {"host": "evil.example"},
    ],
)
def test_what_was_signed_for_another_site_is_not_believed(app, wrong):
    device = add_passkey(first_organiser(app))
    browser = Browser(app)

    answer = browser.post(f"{SIGN_IN}/passkey", {"answer": device.use(asked_of(browser), **wrong)})

    assert NOT_BELIEVED in read_page(answer, 422).html


def test_a_passkey_of_nobodys_or_for_somebody_else_is_not_believed(app, engine):
    device = add_passkey(first_organiser(app))
    other = add_passkey(invited(app, "Ivan"))
    unknown, posing, forging = Authenticator(), device, Authenticator()
    posing.user = other.user
    forging.id, forging.user = other.id, other.user
    browser = Browser(app)

    for bad in (unknown, posing, forging):
        answer = browser.post(f"{SIGN_IN}/passkey", {"answer": bad.use(asked_of(browser))})
        assert NOT_BELIEVED in read_page(answer, 422).html
    browser.post(f"{SIGN_IN}/passkey", {"answer": other.use(asked_of(browser))})
    assert browser.page(ACCOUNT).element("account-name").get("value") == "Ivan"


def test_a_passkey_that_has_counted_backwards_is_a_copy(app):
    device = add_passkey(first_organiser(app))
    device.uses = 7
    browser = Browser(app)
    assert browser.post(f"{SIGN_IN}/passkey", {"answer": device.use(asked_of(browser))}).location

    device.uses = 3
    answer = browser.post(f"{SIGN_IN}/passkey", {"answer": device.use(asked_of(browser))})

    assert NOT_BELIEVED in read_page(answer, 422).html


def test_a_new_passkey_is_for_who_was_asked_and_for_here(app, engine):
    olga, ivan = first_organiser(app), invited(app, "Ivan")
    asked = olga.post(f"{ACCOUNT}/passkeys/challenge").get_json()
    challenge = olga.client.get_cookie("challenge", domain="localhost").value
    ivan.client.set_cookie("challenge", challenge, domain="localhost")

    answer = ivan.post(f"{ACCOUNT}/passkeys", {"answer": Authenticator().make(asked)})
    elsewhere = Authenticator().make(asked, "https://evil.example")
    other = olga.post(f"{ACCOUNT}/passkeys", {"answer": elsewhere})

    for refused in (answer, other):
        assert NOT_BELIEVED in read_page(refused, 422).html
    device = Authenticator()
    assert olga.post(f"{ACCOUNT}/passkeys", {"answer": device.make(asked)}).status_code == 303
    again = olga.post(f"{ACCOUNT}/passkeys", {"answer": Authenticator().make(asked)})
    assert NOT_BELIEVED in read_page(again, 422).html
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(Passkey)) == 1


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[" * 9_000, "null", "x" * 50_000, '{"id":"a","rawId":"a","response":{}}', "\0é"],
)
def test_any_other_answer_is_refused(app, answer):
    olga = first_organiser(app)
    asked_of(olga)
    assert olga.post(f"{SIGN_IN}/passkey", {"answer": answer}).status_code == 422
    olga.post(f"{ACCOUNT}/passkeys/challenge")
    assert olga.post(f"{ACCOUNT}/passkeys", {"answer": answer}).status_code == 422


@pytest.mark.parametrize("id", ["\ud800", "\0", "", "é", "a b", "A" * 1_365])
def test_a_passkey_of_a_name_that_is_none_is_refused_and_counted(make_app, id):
    app = make_app()
    device, browser = add_passkey(first_organiser(app)), Browser(app)
    for _ in range(100):
        app.extensions["limits"].spend("passkey", "", "127.0.0.1/32")

    answer = json.loads(device.use(asked_of(browser))) | {"id": id}

    sent = browser.post(f"{SIGN_IN}/passkey", {"answer": json.dumps(answer)})
    assert sent.status_code == 429


@pytest.mark.parametrize("id", ["\ud800", "\0"])
def test_what_is_no_passkeys_name_never_reaches_the_database(id):
    answer = json.loads(Authenticator().use({"rpId": "localhost", "challenge": "AAAA"}))

    with pytest.raises(Refused):
        passkeys.named_in(json.dumps(answer | {"id": id, "rawId": "AAAA"}))


def test_a_passkey_whose_owner_was_not_checked_signs_nobody_in(app, monkeypatch):
    olga, browser = first_organiser(app), Browser(app)
    device = add_passkey(olga)
    monkeypatch.setattr("tests.support.authenticator.VERIFIED", 0)

    used = browser.post(f"{SIGN_IN}/passkey", {"answer": device.use(asked_of(browser))})
    asked = olga.post(f"{ACCOUNT}/passkeys/challenge").get_json()
    made = olga.post(f"{ACCOUNT}/passkeys", {"answer": Authenticator().make(asked)})

    for answer in (used, made):
        assert NOT_BELIEVED in read_page(answer, 422).html


def test_passkeys_are_for_names_and_not_for_numbers(make_app):
    app = make_app()
    here, number = Browser(app), Browser(app, base_url="http://127.0.0.1:8000")

    assert "Sign in with a passkey" in here.page(SIGN_IN).html
    assert "Sign in with a passkey" not in number.page(SIGN_IN).html
    assert number.post(f"{SIGN_IN}/challenge").status_code == 404


def test_below_a_path_and_over_https_passkeys_are_the_hosts(make_app):
    site = "https://example.org"
    app = make_app(origins=f"{site},https://qa.example.com", path="/qa")
    for origin in (site, "https://qa.example.com"):
        browser = Browser(app, base_url=site)  # a proxy may ask by the first name, whatever it is
        answer = browser.post(f"/qa{SIGN_IN}/challenge", headers={"Origin": origin})
        [cookie] = answer.headers.getlist("Set-Cookie")

        assert answer.get_json()["rpId"] == origin.removeprefix("https://")
        assert cookie.startswith("__Secure-challenge=")
        assert {"Secure", "HttpOnly", "Path=/qa", "SameSite=Lax"} <= set(cookie.split("; "))


def test_without_the_extra_there_are_passwords_alone(app, monkeypatch):
    monkeypatch.setattr("companion.web.passkeys.are_offered", lambda: False)
    olga = with_password(app)

    assert "Sign in with a passkey" not in olga.page(SIGN_IN).html
    assert "None can be added here" in olga.page(ACCOUNT).html
    assert sign_in(Browser(app), agent=CHROME).status_code == 303

"""Signing in by OpenID Connect: by a real provider, and by one that lies."""

import base64
import re
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from itsdangerous import TimestampSigner
from joserfc.jwk import RSAKey

from companion.board.rate_limits import LIMITS
from companion.board.service import SIGN_IN
from companion.board.visitors import SIGNED_IN
from companion.store.models import Role
from companion.web import openid
from tests.support.exported import exported
from tests.support.factories import make_question, question_row
from tests.support.pages import Browser, read_page
from tests.support.people import ADA
from tests.support.provider import CLIENT, Liar, Provider, lying
from tests.support.seat import Seat
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow
TALK, HERE = "/talks/talk", "http://localhost:8000"
WORDS = "How do bees find home?"
SUBJECT = "ada.lovelace@analytical.example"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    running = Provider()
    yield running
    running.stop()


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying() as found:
        yield found


def set_up(make_app, issuer: str, **more: str) -> Flask:
    given = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": "a secret"}
    return make_app(**{"origins": f"{HERE},http://127.0.0.1:8000"} | given | more)


@pytest.fixture
def app(make_app, provider) -> Flask:
    """Return an application where only who has signed in can ask and vote."""
    return set_up(make_app, provider.url, oidc_required="on")


def visit(app: Flask, *, known: bool = True) -> Browser:
    return Browser(app, known=known, base_url=HERE)


def go(browser: Browser, address: str = "/sign-in?talk=talk") -> str:
    """Set out to sign in; return where the browser is led."""
    answer = browser.get(address)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def enter(browser: Browser, provider: Provider, subject: str = SUBJECT) -> Browser:
    """Sign in as somebody."""
    answer = browser.get(provider.sign_in(go(browser), subject))
    assert (answer.status_code, answer.location) == (303, f"{TALK}#board"), answer.text
    return browser


def come_back(browser: Browser, liar: Liar, **claims: object):
    """Go and come back from a provider that says of somebody what it is told to."""
    asked = parse_qs(urlsplit(go(browser)).query)
    liar.claims = {"nonce": asked["nonce"][0], **liar.claims, **claims}
    return browser.get(f"/sign-in/back?code=anything&state={asked['state'][0]}")


def test_without_a_provider_there_is_no_sign_in(make_app):
    browser = Browser(make_app())

    assert not browser.page(TALK).has("sign-in")
    for address in ("/sign-in", "/sign-in/back?code=1&state=2"):
        browser.page(address, 404)
    assert browser.post("/sign-out").status_code == 303
    assert Seat(browser.app, browser, "talk").ask(WORDS)["ok"]


def test_who_is_signed_in_asks_and_votes_and_nobody_else(app, provider, engine):
    other = make_question(engine, author=ADA)
    ada, bob = enter(visit(app), provider), visit(app)

    refused = {"ok": False, "error": SIGN_IN, "field": "sign_in"}
    seat = Seat(app, bob, "talk")
    assert seat.ask(WORDS) == seat.vote(other) == refused
    for path, fields in (
        ("questions", {"text": WORDS}),
        (f"questions/{other}/vote", {"wanted": "1"}),
    ):
        answer = bob.post(f"{TALK}/{path}", fields)
        assert (answer.status_code, answer.headers["Companion-Field"]) == (422, "sign_in")
        page = read_page(answer, 422)
        assert SIGN_IN in page.html
        assert "data-needed" in page.element("sign-in").attrib
    seat = Seat(app, ada, "talk")
    assert (seat.ask(WORDS)["ok"], seat.vote(other)) == (True, {"ok": True, "votes": 1})
    assert not ada.page(TALK).has("sign-in")
    assert bob.post(f"{TALK}/questions/{other}/vote", {"wanted": "0"}).status_code == 303


def test_below_a_path_the_provider_leads_back_below_it(make_app, provider):
    browser = visit(set_up(make_app, provider.url, path="/qa"))

    back = provider.sign_in(go(browser, "/qa/sign-in?talk=talk"), SUBJECT)
    answer = browser.get(back)

    assert back.startswith(f"{HERE}/qa/sign-in/back?")
    assert (answer.status_code, answer.location) == (303, f"/qa{TALK}#board"), answer.text
    lines = answer.headers.getlist("Set-Cookie")
    assert [line.partition("=")[0] for line in lines] == ["visitor", "attempt"]
    assert all("; Path=/qa;" in line for line in lines)


def test_those_who_run_the_talk_need_no_sign_in(app, engine):
    grace = signed_in(app, Role.SPEAKER)

    assert Seat(app, grace, "talk").ask(WORDS)["ok"]
    assert "data-needed" not in grace.page(TALK).element("sign-in").attrib


def test_one_person_on_two_devices_is_one_voter(app, provider, engine):
    question = make_question(engine, author=ADA)
    phone, laptop = (enter(visit(app), provider) for _ in range(2))
    bob = enter(visit(app), provider, "bob")

    for browser in (phone, laptop, phone):
        assert Seat(app, browser, "talk").vote(question) == {"ok": True, "votes": 1}
    assert Seat(app, bob, "talk").vote(question) == {"ok": True, "votes": 2}
    mine = Seat(app, phone, "talk").ask(WORDS)["id"]
    assert f"mine-{mine}" in laptop.get(f"{TALK}/board").text
    assert phone.cookie != laptop.cookie
    assert (phone.id == laptop.id, phone.id != bob.id) == (True, True)


def test_where_it_is_not_required_it_is_offered(make_app, provider, engine):
    app = set_up(make_app, provider.url)
    browser = visit(app)

    page = browser.page(TALK)
    assert "data-needed" not in page.element("sign-in").attrib
    assert Seat(app, browser, "talk").ask(WORDS)["ok"]
    enter(browser, provider)
    assert "You are signed in." in browser.page(TALK).text("attendee")


def test_signing_in_gives_a_new_cookie_and_out_another(app, provider):
    browser = visit(app)
    planted = browser.cookie

    enter(browser, provider)
    first = browser.cookie
    assert planted not in (first, browser.id)
    enter(browser, provider)
    assert browser.cookie != first
    person = browser.id
    answer = browser.submit(browser.page(TALK).form_to("/sign-out"))
    assert (answer.status_code, answer.location) == (303, TALK)
    assert browser.id not in (person, planted)
    assert browser.page(TALK).has("sign-in")
    kept = browser.cookie
    browser.post("/sign-out")
    assert browser.cookie == kept


def test_after_twelve_hours_one_signs_in_anew(app, provider, monkeypatch):
    browser = enter(visit(app), provider)
    person, now = browser.id, TimestampSigner.get_timestamp(TimestampSigner("x"))
    seconds = int(SIGNED_IN.total_seconds())

    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: now + seconds + 5)

    assert browser.page(TALK).has("sign-in")
    assert browser.id != person


def test_over_https_its_cookies_are_for_this_host_and_https_alone(make_app, liar):
    https = "https://qa.example.org"
    browser = Browser(set_up(make_app, liar.url, origins=https), base_url=https)

    lines = [browser.get("/sign-in").headers["Set-Cookie"]]
    lines.append(come_back(browser, liar).headers.getlist("Set-Cookie")[0])

    assert lines[0].startswith("__Host-attempt=")
    assert lines[1].startswith("__Host-visitor=")
    for line in lines:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; "))


def test_the_way_there_has_state_nonce_and_a_challenge_and_no_two_are_alike(make_app, liar):
    browser = visit(set_up(make_app, liar.url))

    first, second = (parse_qs(urlsplit(go(browser)).query) for _ in range(2))

    assert first["redirect_uri"] == [f"{HERE}/sign-in/back"]
    assert (first["response_type"], first["scope"]) == (["code"], ["openid"])
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 43
    answer = browser.get(f"/sign-in/back?code=c&state={second['state'][0]}")
    assert answer.status_code == 403  # nothing was said of a nonce
    [asked] = liar.asked
    verifier = sha256(asked["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(verifier).decode().rstrip("=") == second["code_challenge"][0]
    assert liar.authorizations == [f"Basic {base64.b64encode(b'companion:a secret').decode()}"]


IMPOSSIBLE = (
    {"nonce": "another"},
    {"nonce": None},
    {"iss": "https://evil.example"},
    {"aud": "another"},
    {"aud": [CLIENT, "another"], "azp": "another"},
    {"exp": 1},
    {"iat": 9_999_999_999},
    {"sub": ""},
    {"sub": 7},
    {"sub": "x" * 256},
    {"sub": None},
)


def test_a_client_without_a_secret_says_who_it_is_alone(make_app, liar):
    browser = visit(set_up(make_app, liar.url, oidc_client_secret=""))

    assert come_back(browser, liar).status_code == 303

    assert (liar.asked[0]["client_id"], liar.authorizations) == (CLIENT, [""])


def test_why_the_service_refuses_us_is_in_the_log(make_app, provider, caplog):
    app = set_up(make_app, provider.url, oidc_client_secret="")
    browser = visit(app)

    assert browser.get(provider.sign_in(go(browser), SUBJECT)).status_code == 403

    assert "a sign-in was not believed: OAuth2Error invalid_client" in caplog.text
    assert SUBJECT not in caplog.text


def test_what_a_provider_cannot_mean_is_not_believed(make_app, liar):
    browser = visit(set_up(make_app, liar.url))
    honest, before = liar.claims, browser.cookie

    for claims in IMPOSSIBLE:
        liar.claims = honest
        assert come_back(browser, liar, **claims).status_code == 403, claims

    assert browser.cookie == before
    liar.claims = honest
    assert come_back(browser, liar).status_code == 303


def test_a_token_that_the_provider_has_not_signed_is_not_believed(make_app, liar):
    browser = visit(set_up(make_app, liar.url))
    assert come_back(browser, liar).status_code == 303
    before = browser.cookie
    liar.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert come_back(browser, liar).status_code == 403

    liar.key = liar.published
    forged = [
        ("none", b""),
        ("HS256", b"a secret"),
        ("HS256", liar.published.as_pem(private=False)),
    ]
    for alg, secret in forged:
        liar.alg, liar.secret = alg, secret
        assert come_back(browser, liar).status_code == 403
    assert browser.cookie == before


def test_a_provider_may_change_its_key(make_app, liar):
    app = set_up(make_app, liar.url)
    assert come_back(visit(app), liar).status_code == 303

    liar.key = liar.published = RSAKey.generate_key(2048, {"kid": "two"})
    liar.claims.pop("nonce")

    assert come_back(visit(app), liar).status_code == 303


def test_who_has_not_set_out_from_here_is_not_let_in(app, provider):
    browser = visit(app)
    go(browser)

    for query in ("", "?code=c", "?code=c&state=x", "?state=%ff"):
        assert "was begun too long ago" in browser.page(f"/sign-in/back{query}", 403).html


def test_a_way_back_is_its_own_browsers_and_works_once(app, provider):
    ada, eve = visit(app), visit(app)
    back = provider.sign_in(go(ada), SUBJECT)
    go(eve)

    assert eve.get(back).status_code == 403
    assert ada.get(back).status_code == 303
    assert ada.get(back).status_code == 403
    foreign = provider.sign_in(go(ada), SUBJECT)
    assert ada.get(f"{foreign}&iss=https%3A%2F%2Fevil.example").status_code == 403


def test_who_changes_their_mind_is_told(app, provider):
    browser = visit(app)

    page = browser.page(provider.deny(go(browser)), 403)

    assert openid.CANCELLED in page.text("main")
    assert "/enter" not in page.links()  # that is for those who run a talk


def test_it_leads_to_no_other_site(app, provider):
    browser = visit(app)

    for elsewhere in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "nothing",
        "%2f",
    ):
        answer = browser.get(provider.sign_in(go(browser, f"/sign-in?talk={elsewhere}"), SUBJECT))
        assert (answer.status_code, answer.location) == (303, "/")
        assert browser.post("/sign-out", {"talk": elsewhere}).location == "/"


def test_it_begins_at_the_address_that_the_provider_knows(app):
    answer = Browser(app, base_url="http://127.0.0.1:8000").get("/sign-in?talk=talk")

    assert (answer.status_code, answer.location) == (303, f"{HERE}/sign-in?talk=talk")


def test_a_provider_that_is_down_keeps_nobody_from_the_talk(make_app):
    with lying() as liar:
        app = set_up(make_app, liar.url, oidc_required="on")
        ada, bob = visit(app), visit(app)
        assert come_back(ada, liar).status_code == 303
        state = parse_qs(urlsplit(go(bob)).query)["state"][0]

    for page in ("/", TALK):
        ada.page(page)
        visit(app, known=False).page(page)
    assert Seat(app, ada, "talk").ask(WORDS)["ok"]
    late = bob.get(f"/sign-in/back?code=anything&state={state}")
    assert (late.status_code, late.headers["Retry-After"]) == (503, "3")
    assert openid.AWAY in late.text
    assert visit(set_up(make_app, liar.url)).get("/sign-in").status_code == 503


def test_a_provider_that_is_not_what_was_set_is_not_used(make_app, liar):
    browser, honest = visit(set_up(make_app, liar.url)), liar.metadata
    for wrong in (
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ):
        liar.metadata = honest | wrong
        assert browser.get("/sign-in").status_code == 503, wrong

    liar.metadata = honest
    for status in (302, 404, 500):  # and no redirect is followed
        liar.status, liar.location = status, f"{liar.url}/elsewhere"
        assert browser.get("/sign-in").status_code == 503
    liar.status, liar.location = 200, ""
    assert browser.get("/sign-in").status_code == 303


def test_who_fails_again_and_again_has_to_wait(make_app, liar, monkeypatch):
    monkeypatch.setitem(LIMITS, "sign_in", ((3, 600),))
    app = set_up(make_app, liar.url)

    answers = [come_back(visit(app), liar, nonce="x").status_code for _ in range(5)]

    assert answers == [403] * 3 + [429] * 2
    assert len(liar.asked) == 3


def test_who_somebody_is_stands_nowhere(app, provider, engine, caplog):
    caplog.set_level("DEBUG")
    ada, eve = enter(visit(app), provider), enter(visit(app), provider, "eve")
    seat, other = Seat(app, ada, "talk"), Seat(app, eve, "talk")
    number = seat.ask(WORDS)["id"]
    other.vote(number)
    grace = signed_in(app, Role.ORGANISER)
    seen = [ada.get(TALK).text, other.raw(), seat.raw(), caplog.text, str(caplog.records)]
    seen += [grace.get(f"{TALK}/{path}").text for path in ("moderate", "report", "speaker")]
    seen.append(exported(app))
    with engine.connect() as connection:
        for table in sa.inspect(engine).get_table_names():
            rows = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).all()
            seen.append(repr(rows))

    hidden = re.compile("|".join(map(re.escape, (SUBJECT, ada.id, ada.cookie, provider.url))))
    assert [text for text in seen if hidden.search(text)] == []
    assert question_row(engine, number).author not in ada.cookie
    assert SUBJECT.partition("@")[0] not in ada.cookie

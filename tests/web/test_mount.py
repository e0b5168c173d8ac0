"""Below a path: nothing leads out of it, nothing is served beside it, and nobody says which."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from companion.store.models import Role, Status
from companion.web.headers import EVERYWHERE, ON_PAGES
from tests.support.factories import make_question
from tests.support.pages import Browser, Page
from tests.support.routes import addresses
from tests.support.seat import Seat
from tests.support.sign_in import token
from tests.support.talks import write_talk

ROOT = Path(__file__).resolve().parents[2]
ORIGIN, PATH = "https://example.org", "/qa"
TALK = f"{PATH}/talks/talk"
SECRET = "0123456789abcdef-for-metrics"
BODY = """Ask on the [board](https://jamboard.google.com/d/1a2b3c4d5e6f/viewer).

<!-- companion:qa -->
**How do bees find home?**
<!-- /companion:qa -->
"""
EXTRA = "redirect_from: /bees/\nrecording_url: https://www.youtube.com/watch?v=dQw4w9WgXcQ\n"
OUTSIDE = ("/talks/talk", "/qax/talks/talk", "/QA/", "/a/qa/", "/socket.io/", "/healthz", "/qa2")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def below(make_app, folder) -> Flask:
    """Return an application below a path of a host that has other pages too."""
    write_talk(folder, extra=EXTRA, body=BODY)
    write_talk(folder, "closed", extra="board: false\n", body=BODY)
    return make_app(origins=ORIGIN, path=PATH, metrics_token=SECRET)


@pytest.fixture
def olga(below) -> Browser:
    """Return an organiser, who sees everything."""
    olga = Browser(below, base_url=ORIGIN)
    answer = olga.post(f"{PATH}/enter", {"token": token(below, Role.ORGANISER)})
    assert (answer.status_code, answer.location) == (303, f"{PATH}/organise")
    return olga


def strays(app: Flask, text: str) -> list[str]:
    """Return what a text says of our own addresses that are not below the path."""
    firsts = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {""}
    ours = "|".join(re.escape(first) for first in firsts if "<" not in first)
    rooted = rf"(?<![\w./-])/(?:{ours}|socket\.io)(?!\w)"
    elsewhere = rf"example\.org(?!{PATH}\b)[^\s\"]*"
    return re.findall(f"{rooted}|{elsewhere}", text.replace("\r\n ", ""))  # calendars fold lines


def astray(app: Flask, answer) -> Iterator[str]:
    """Yield each address of an answer, wherever it stands, that leads out of the path."""
    for name, value in answer.headers:
        said = re.sub(r"connect-src [^;]*", "", value)
        is_led = name in ("Location", "HX-Redirect", "HX-Location", "Content-Location")
        if strays(app, said) or (is_led and not value.startswith((f"{PATH}/", f"{ORIGIN}{PATH}/"))):
            yield f"{name}: {value}"
        if name == "Set-Cookie" and f" Path={PATH};" not in value:
            yield value
    yield from strays(app, answer.get_data().decode(errors="replace"))  # one may be a PDF
    if answer.mimetype == "text/html":
        page = Page(answer.text, whole="<html" in answer.text)
        for element in page.elements():
            values = (v for name, v in element.attrib.items() if name != "aria-keyshortcuts")
            yield from (value for value in values if re.match(r"/(?!qa(?:/|$))\S*$", value))


def test_no_answer_leads_out_of_the_path(below, olga, engine):
    stranger = Browser(below, known=False, base_url=ORIGIN)
    for status in (Status.OPEN, Status.WAITING, Status.ANSWERED):
        make_question(engine, status=status, author=olga.id)
    gets, posts = addresses(below, "GET", PATH), addresses(below, "POST", PATH)
    talk = ("closed", "talk/export/json", "talk/present?overlay=1", "tallk", "nothing")
    more = [f"{PATH}/{path}" for path in ("bees", "no/such/page", "j/", "J/ABC123")]
    gets += more + [f"{PATH}/talks/{each}" for each in talk]
    found = {}

    for who in (stranger, olga):
        for headers in ({}, HTMX):
            answers = [who.get(address, headers=headers) for address in gets]
            answers += [who.post(address, {"text": "Why?"}, headers=headers) for address in posts]
            answers.append(who.client.put(TALK, base_url=ORIGIN))
            for answer in answers:
                found[answer.request.path, answer.status_code] = list(astray(below, answer))
                answer.close()

    # A passkey is of a host, and says which.
    assert found.pop((f"{PATH}/organise/sign-in/challenge", 200)) == ["example.org"]
    # Addresses in it are below the server's own, which it names.
    assert set(found.pop((f"{PATH}/api/v1/openapi.json", 200))) == {"/questions"}
    assert {case: wrong for case, wrong in found.items() if wrong} == {}
    assert {status for _, status in found} >= {200, 204, 301, 303, 401, 403, 404, 405, 422}


def test_no_address_is_written_by_hand(below):
    files = [*(ROOT / "templates").rglob("*.*"), *(ROOT / "static" / "js").rglob("*.js")]

    found = {path.name: strays(below, path.read_text()) for path in files}

    # What stands behind the path, and what is looked for in the names of scripts that have failed.
    known = {"socket.js": ["/socket.io"], "guard.js": ["/static"]}
    assert {name: wrong for name, wrong in found.items() if wrong} == known


def test_what_is_written_leads_to_the_board_and_codes_lead_to_the_path(below, engine):
    browser = Browser(below, base_url=ORIGIN)
    code = below.extensions["moderation"].keys.code("talk")

    assert f"{PATH}/talks/closed#board" in browser.page(f"{PATH}/talks/closed").html
    assert f"example.org{PATH}/j/{code}" in browser.page(f"{TALK}/present").html
    assert browser.get(f"{PATH}/j/{code}").location == TALK
    assert browser.get(f"{PATH}/bees/").location == TALK
    assert browser.get(f"{PATH}//talks//talk").location == TALK
    assert f'rel="canonical" href="{ORIGIN}{TALK}"' in browser.page(TALK).html
    assert f"URL:{ORIGIN}{TALK}" in browser.get(f"{TALK}.ics").text
    assert f'href="{ORIGIN}{PATH}/feed.xml"' in browser.get(f"{PATH}/feed.xml").text


def test_what_everybody_is_sent_leads_to_the_path_too(below):
    ada, bob = (Browser(below, base_url=ORIGIN) for _ in range(2))
    seat = Seat(below, bob, "talk")

    answer = ada.post(f"{TALK}/questions", {"text": "How do bees find home?", "key": "k" * 16})

    assert answer.location.startswith(f"{TALK}?")
    assert f'"{TALK}/questions/1/vote"' in seat.raw()
    assert strays(below, seat.raw()) == []


@pytest.mark.parametrize("address", OUTSIDE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_is_served_beside_the_path(below, address, method):
    answer = below.test_client().open(address, method=method, base_url=ORIGIN)

    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert "talk" not in answer.text
    for name, value in (EVERYWHERE | ON_PAGES | {"Cache-Control": "no-store"}).items():
        assert answer.headers.getlist(name) == [value]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("address", ["/", "/qa", "/qa?x=1"])
def test_right_above_the_path_one_is_led_there(below, address):
    answer = below.test_client().get(address, base_url=ORIGIN)

    assert (answer.status_code, answer.location) == (303, f"{PATH}/")


def test_the_names_that_we_answer_to_are_the_same_below_a_path(below):
    answer = below.test_client().get(TALK, headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert f"{ORIGIN}{PATH} " in answer.text


@pytest.mark.parametrize("path", ["", PATH])
def test_nobody_but_the_setting_says_the_path(make_app, path):
    client = make_app(origins=ORIGIN, path=path, proxies="1").test_client()
    claims = {"X-Forwarded-Prefix": "/evil", "X-Script-Name": "/evil", "Script-Name": "/evil"}

    answer = client.get(
        f"{path}/talks/talk",
        base_url=ORIGIN,
        headers={**claims, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.org"},
        environ_overrides={"SCRIPT_NAME": ""},
    )

    assert answer.status_code == 200
    assert "evil" not in answer.text
    assert f'"{path}/talks/talk/questions"' in answer.text


def test_cookies_are_for_the_path_alone_and_go_as_they_came(below):
    browser = Browser(below, known=False, base_url=ORIGIN)
    entered = browser.post(f"{PATH}/enter", {"token": token(below, Role.ORGANISER)})
    left = browser.post(f"{PATH}/leave")
    lines = [browser.get(TALK).headers["Set-Cookie"]]
    lines += [answer.headers["Set-Cookie"] for answer in (entered, left)]

    assert [line.partition("=")[0] for line in lines] == [
        "__Secure-visitor",
        "__Secure-role",
        "__Secure-role",
    ]
    for line in lines:
        assert set(line.split("; ")) >= {"Secure", "HttpOnly", f"Path={PATH}", "SameSite=Lax"}
    assert browser.client.get_cookie("__Secure-role", domain="example.org", path=PATH) is None


def test_a_shared_host_is_not_made_to_insist_on_https(below):
    headers = Browser(below, base_url=ORIGIN).get(TALK).headers

    assert "Strict-Transport-Security" not in headers
    assert headers["Reporting-Endpoints"] == f'csp="{PATH}/csp"'
    assert headers["Content-Security-Policy"].endswith(f"report-uri {PATH}/csp; report-to csp")


def test_a_report_names_the_kind_of_page_below_a_path_too(below, caplog):
    report = {"document-uri": f"{ORIGIN}{TALK}", "effective-directive": "img-src"}

    below.test_client().post(f"{PATH}/csp", json={"csp-report": report}, base_url=ORIGIN)

    assert "kept pages.talk from" in caplog.text

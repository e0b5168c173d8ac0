"""Under which names the server answers, whatever stands in front of it, and what it believes."""

import logging
import string

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from companion.network.addresses import Addresses, ForeignHostError
from companion.web.headers import EVERYWHERE, ON_PAGES
from tests.support.pages import Browser

HTTPS = "https://qa.example.org"
URL = "/talks/talk/questions"
TEXT = "How do bees find home?"
ROUTES = (
    ("GET", "/"),
    ("GET", "/talks/talk"),
    ("GET", "/talks//talk"),
    ("GET", "/talks/talk/board"),
    ("GET", "/talks/talk.ics"),
    ("GET", "/feed.xml"),
    ("GET", "/nothing"),
    ("GET", "/healthz"),
    ("POST", URL),
    ("GET", "/socket.io/?EIO=4&transport=websocket"),
    ("POST", "/socket.io/?EIO=4&transport=polling"),
)
FOREIGN = (
    "evil.example",
    "evil.example:8000",
    "EVIL.example.",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "qa.example.org.evil.example",
    "evil.qa.example.org",
    "evilqa.example.org",
    "xn--qa-example-8db.org",
)
NO_HOST = (
    "",
    " ",
    ".",
    ":",
    ":8000",
    "a..b",
    ".example.org",
    "x" * 64,
    f"{'x' * 64}.example.org",
    ".".join(["x" * 60] * 8),
    "x" * 70_000,
    "qa.example.org:",
    "qa.example.org:0",
    "qa.example.org:65536",
    "qa.example.org:99999999999",
    "qa.example.org:-1",
    "qa.example.org:80:80",
    "qa.example.org, evil.example",
    "qa.example.org@evil.example",
    "qa.example.org/evil.example",
    "qa.example.org\\evil.example",
    "qa.example.org?evil",
    "qa.example.org#evil",
    "-qa.example.org",
    "qa-.example.org",
    "a; script-src *",
    "a' 'unsafe-inline",
    '"><script>alert(1)</script>',
    "[::1",
    "::1",
    "[evil]",
    "[::1]evil.example",
    "[fe80::1%25eth0]",
    "[v1.evil]",
    "qa.exämple.org",
    "\xff\xfe",
    "qa\t.example.org",
    "qa%2eexample%2eorg",
    "%00",
    "${jndi:ldap://evil.example/a}",
)
# What nobody elsewhere can have: this machine, addresses of whatever kind.
OWN_OR_NUMBERS = (
    "localhost",
    "localhost:9000",
    "LOCALHOST:8000",
    "companion.localhost:8000",
    "127.0.0.1:8000",
    "127.5.5.5",
    "[::1]:8000",
    "192.0.2.7:8000",
    "[2001:db8::7]",
)


@pytest.fixture
def public(make_app) -> Flask:
    return make_app(origins=f"{HTTPS},http://intern.example.org:8000")


def ask(app: Flask, route: tuple[str, str], host: str, **headers: str):
    """Send a request with a Host as it is written, and return the answer and all it says."""
    method, path = route
    sent = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client(use_cookies=False).open(path, method=method, headers=sent)
    said = "\n".join([answer.get_data(as_text=True), *(f"{k}: {v}" for k, v in answer.headers)])
    return answer, said


def assert_refused(answer) -> None:
    assert answer.status_code == 400
    for name, value in (EVERYWHERE | ON_PAGES | {"Cache-Control": "no-store"}).items():
        assert answer.headers.getlist(name) == [value]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("host", FOREIGN)
def test_nothing_is_served_under_a_name_that_is_not_ours(app, public, host):
    for asked, ours in ((app, "http://127.0.0.1:8000"), (public, HTTPS)):
        for route in ROUTES:
            answer, said = ask(asked, route, host)
            assert_refused(answer)
            assert "evil" not in said.lower()
            assert f"Open {ours} instead" in said


@pytest.mark.parametrize("proxies", ["0", "1"])
def test_what_is_no_host_is_refused_everywhere_and_never_repeated(make_app, proxies):
    app = make_app(origins=HTTPS, proxies=proxies)
    for host in NO_HOST:
        for route in ROUTES:
            answer, said = ask(app, route, host)
            assert_refused(answer)
            assert "evil" not in said
            assert "xxx" not in said


def test_this_machine_and_bare_addresses_are_always_served(app, public):
    for asked in (app, public):
        for host in OWN_OR_NUMBERS:
            assert ask(asked, ("GET", "/talks/talk"), host)[0].status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "qa.example.org",
        "QA.Example.Org:443",
        "qa.example.org.",
        "qa.example.org:8000",
        "intern.example.org",
    ],
)
def test_our_own_names_are_served_however_they_are_written(public, host):
    assert ask(public, ("GET", "/talks/talk"), host)[0].status_code == 200


def test_a_request_without_a_host_is_for_us(public):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz", "wsgi.url_scheme": "http"}
    status = []

    list(
        public.wsgi_app(
            environ | {"SERVER_NAME": "x", "SERVER_PORT": "1"}, lambda *a: status.append(a[0])
        )
    )

    assert status == ["200 OK"]


NAMES_BY_PROXIES = (
    "companion",
    "companion:8000",
    "my_app",
    "upstream.internal",
    "talks.svc.cluster.local",
)


@pytest.mark.parametrize("host", NAMES_BY_PROXIES)
def test_a_proxys_name_for_us_is_served_where_a_public_one_is_known(app, public, host):
    for route in (("GET", "/talks/talk"), ("GET", "/talks//talk")):
        answer, said = ask(public, route, host)
        assert answer.status_code in (200, 301)
        assert answer.headers.get("Location") in (None, "/talks/talk")
        assert f"//{host}" not in said
    assert_refused(ask(app, ("GET", "/talks/talk"), host)[0])


def test_behind_a_known_proxy_only_the_original_is_judged(make_app):
    app = make_app(origins=HTTPS, proxies="1")
    page = ("GET", "/talks/talk")

    assert ask(app, page, "backend.example.net")[0].status_code == 200
    passed_on = {"X_Forwarded_Host": "qa.example.org"}
    assert ask(app, page, "backend.example.net", **passed_on)[0].status_code == 200
    for host in (*FOREIGN, "a; script-src *", "x" * 64):
        answer, said = ask(app, page, "backend.example.net", X_Forwarded_Host=host)
        assert_refused(answer)
        assert "evil" not in said


def test_whoever_runs_it_is_told_once_what_to_do_about_a_proxys_name(make_app, caplog):
    app = make_app(origins=HTTPS)
    with caplog.at_level(logging.WARNING):
        for host in ("", "backend.example.net", "other.example.net"):
            ask(app, ("GET", "/"), host)

    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1
    assert "backend.example.net" in said[0]
    assert "COMPANION_PROXIES" in said[0]


FORGED = {
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Protocol": "ssl",
    "X_Forwarded_Ssl": "on",
    "X_Forwarded_Host": "evil.example",
    "X_Forwarded_Port": "444",
    "X_Forwarded_Prefix": "/evil",
    "X_Forwarded_For": "203.0.113.9",
    "X_Script_Name": "/evil",
    "Script_Name": "/evil",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
    "X_Original_Host": "evil.example",
    "X_Original_Url": "/evil",
    "X_Rewrite_Url": "/evil",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORGED)
def test_nobody_is_believed_to_be_a_proxy_where_none_is_set(app, name):
    for route in ROUTES[:8]:
        plain, _ = ask(app, route, "127.0.0.1:8000")
        answer, said = ask(app, route, "127.0.0.1:8000", **{name: FORGED[name]})
        assert answer.status_code == plain.status_code
        assert answer.headers.get("Location") == plain.headers.get("Location")
        assert "evil" not in said
        assert "wss:" not in said


@pytest.mark.parametrize(
    ("host", "sockets"),
    [
        ("qa.example.org", "wss://qa.example.org"),
        ("intern.example.org:8000", "ws://intern.example.org:8000"),
    ],
)
def test_a_page_by_https_may_open_no_socket_in_the_clear(public, host, sockets):
    answer, _ = ask(public, ("GET", "/talks/talk"), host)

    assert f"connect-src 'self' {sockets};" in answer.headers["Content-Security-Policy"]


def sent_from(app: Flask, host: str, **headers: str) -> int:
    """Return what becomes of a question that a page sends."""
    browser = Browser(app, base_url=f"http://{host}")
    return browser.post(URL, {"text": TEXT}, headers=headers).status_code


def test_the_whole_origin_counts_even_where_a_browser_says_that_it_is_the_same(public):
    ours = (HTTPS, "http://intern.example.org:8000", "http://127.0.0.1:8304")
    assert {sent_from(public, "127.0.0.1:8304", Origin=origin) for origin in ours} == {303}

    others = (
        "http://qa.example.org",
        "https://qa.example.org:8443",
        "https://intern.example.org:8000",
        "http://intern.example.org",
        "http://127.0.0.1:8305",
        "https://127.0.0.1:8304",
        "http://localhost:8304",
        "http://evil.example",
        "https://qa.example.org.evil.example",
        "http://upstream.internal",
    )
    for origin in others:
        assert sent_from(public, "127.0.0.1:8304", Origin=origin) == 403
    assert sent_from(public, "upstream.internal", Origin="http://upstream.internal") == 403
    assert sent_from(public, "upstream.internal", Origin=HTTPS) == 303


def test_a_page_that_keeps_its_address_to_itself_may_send(app):
    assert sent_from(app, "localhost:8000", Origin="null") == 303


@pytest.mark.parametrize("name", ["192.0.2.7", "localhost", "qa.example.org"])
def test_the_port_that_a_proxy_leaves_out_is_ours(name):
    ours = f"http://{name}:8080"

    assert Addresses((ours,), 1).asked_for(name, "http", original=False) == ours


@given(st.text(st.characters(max_codepoint=255), max_size=300))
def test_any_host_is_ours_or_foreign(text):
    plain = set(string.ascii_lowercase + string.digits + "-_.[]:/")
    for addresses in (Addresses((HTTPS,), 0), Addresses(("http://127.0.0.1:8000",), 0)):
        try:
            found = addresses.asked_for(text, "http", original=False)
        except ForeignHostError as foreign:
            found = str(foreign)
        assert set(found) <= plain

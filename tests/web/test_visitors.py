import pytest

from companion.board.visitors import Visitors
from tests.support.pages import Browser, read_page
from tests.support.room import TEXT

pytestmark = pytest.mark.slow

HTTPS = "https://qa.example.org"
URL = "/talks/talk/questions"


def cookie_line(answer) -> str:
    [line] = answer.headers.getlist("Set-Cookie")
    return line


def attributes(line: str) -> set[str]:
    return {part.strip() for part in line.split(";")[1:] if "Expires" not in part}


def test_a_browser_is_given_a_cookie_once(stranger):
    line = cookie_line(stranger.get("/talks/talk"))

    assert line.startswith("visitor=")
    assert attributes(line) == {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=31536000"}
    assert "Set-Cookie" not in stranger.get("/talks/talk").headers
    assert "Set-Cookie" not in stranger.get("/talks/talk/board").headers


def test_over_https_the_cookie_is_for_this_host_and_https_alone(make_app):
    browser = Browser(make_app(origins=HTTPS), known=False, base_url=HTTPS)

    line = cookie_line(browser.get("/talks/talk"))

    assert line.startswith("__Host-visitor=")
    assert attributes(line) == {
        "Secure",
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
        "Max-Age=31536000",
    }
    assert browser.post(URL, {"text": TEXT}).status_code == 303


def test_the_cookie_says_nothing_about_anyone_and_is_signed(app, stranger):
    stranger.get("/talks/talk")

    visitor, _, signature = stranger.cookie.partition(".")
    assert (len(visitor), len(signature)) == (22, 43)
    assert stranger.id == visitor


@pytest.mark.parametrize(
    "value", ["", "nobody", "nobody.signature", "x" * 3_000, '"quoted"', "a.b.c", "%00"]
)
def test_a_cookie_that_is_not_ours_is_replaced(stranger, value):
    stranger.client.set_cookie("visitor", value, domain="localhost")

    line = cookie_line(stranger.get("/talks/talk"))

    assert stranger.id
    assert not line.startswith(f"visitor={value};")


def test_a_cookie_of_another_installation_is_replaced(stranger):
    foreign = Visitors("another-installations-key").new()
    stranger.client.set_cookie("visitor", foreign, domain="localhost")

    stranger.get("/talks/talk")

    assert stranger.cookie != foreign


def test_somebody_elses_id_cannot_be_put_on(app, ada, bob):
    ada.post(URL, {"text": TEXT})
    _, _, signature = bob.cookie.partition(".")
    bob.client.set_cookie("visitor", f"{ada.id}.{signature}", domain="localhost")

    assert not bob.page("/talks/talk").has("question-1-own")


def test_the_cookie_is_the_only_one(ada):
    answers = [ada.get("/"), ada.get("/talks/talk"), ada.post(URL, {"text": TEXT})]

    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[], [], []]


FROM_HERE = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8000"},
    {"Origin": "http://localhost:8000"},
    {},
]
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:8001"},
    {"Origin": "http://localhost"},
    {"Origin": "http://localhost:8000.evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
]


@pytest.mark.parametrize("headers", FROM_HERE)
def test_our_own_pages_may_send(ada, headers):
    answer = ada.client.post(
        URL, data={"text": TEXT}, base_url="http://localhost:8000", headers=headers
    )

    assert answer.status_code == 303


@pytest.mark.parametrize("headers", FROM_ELSEWHERE)
def test_other_sites_may_not(ada, headers):
    answer = ada.client.post(
        URL, data={"text": TEXT}, base_url="http://localhost:8000", headers=headers
    )

    page = read_page(answer, 403)
    assert "another site" in page.html
    assert ada.page("/talks/talk").questions() == []


def test_behind_a_proxy_the_public_address_counts(make_app):
    app = make_app(origins=HTTPS, proxies="1")
    browser = Browser(app, base_url=HTTPS)
    headers = {
        "Origin": HTTPS,
        "X-Forwarded-Host": "qa.example.org",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.1",
        "Cookie": f"__Host-visitor={browser.cookie}",
    }

    answer = app.test_client(use_cookies=False).post(
        URL, data={"text": TEXT}, base_url="http://127.0.0.1:8000", headers=headers
    )

    assert answer.status_code == 303


@pytest.mark.parametrize("host", ["127.0.0.1:8304", "companion", "upstream.internal"])
@pytest.mark.parametrize("typed", [HTTPS, f"{HTTPS}:443/", "HTTPS://QA.EXAMPLE.ORG"])
def test_a_proxy_that_passes_on_its_own_host_keeps_no_form_away(make_app, typed, host):
    app = make_app(origins=f"{typed},https://talks.example.org")
    cookie = f"__Host-visitor={Browser(app, base_url=HTTPS).cookie}"

    def status(origin):
        headers = {"Origin": origin, "Cookie": cookie}
        form = {"text": TEXT, "key": f"key-for-{len(origin)}"}
        sender = app.test_client(use_cookies=False)
        return sender.post(URL, data=form, base_url=f"http://{host}", headers=headers).status_code

    assert [status(HTTPS), status("https://talks.example.org")] == [303, 303]
    for other in ("http://qa.example.org", f"{HTTPS}:8443", f"{HTTPS}.evil.example", "null"):
        assert status(other) == 403


def test_behind_such_a_proxy_a_page_may_open_its_socket(make_app):
    app = make_app(origins=f"{HTTPS},http://intern.example.org:8000")

    answer = app.test_client().get("/talks/talk", base_url="http://127.0.0.1:8304")

    policy = answer.headers["Content-Security-Policy"]
    sockets = "wss://qa.example.org ws://intern.example.org:8000"
    assert f"connect-src 'self' {sockets};" in policy


def test_without_a_proxy_nobody_is_believed_to_be_one(ada):
    headers = {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"}

    answer = ada.client.post(
        URL, data={"text": TEXT}, base_url="http://localhost:8000", headers=headers
    )

    assert answer.status_code == 403

"""What holds for every address, those of tomorrow included: the routes are walked."""

import pytest

from companion.store.models import Role
from companion.web.headers import EVERYWHERE, FILES, ON_PAGES
from tests.support.factories import make_question
from tests.support.pages import Browser, read_page
from tests.support.routes import addresses
from tests.support.sign_in import signed_in

HTTPS = "https://qa.example.org"


def policy_of(answer) -> dict[str, list[str]]:
    written = answer.headers["Content-Security-Policy"]
    parts = [part.split() for part in written.split(";") if part.strip()]
    return {name: values for name, *values in parts}


def test_no_route_comes_or_goes_unnoticed(app):
    desk = [
        "decline-and-mute",
        "decline-burst",
        "message",
        "mute",
        "name",
        "newcomers",
        "next",
        "polls",
        "polls/new",
        "questions",
        "questions/1/answer",
        "questions/1/edit",
        "questions/1/labels",
        "questions/1/merge",
        "questions/1/unmerge",
        "room",
        "switches",
        "time",
        "undo",
    ]
    assert addresses(app, "POST") == [
        "/csp",
        "/enter",
        "/enter/what",
        "/join",
        "/language",
        "/leave",
        "/organise/account",
        "/organise/account/organisers",
        "/organise/account/organisers/revoke",
        "/organise/account/passkeys",
        "/organise/account/passkeys/challenge",
        "/organise/account/passkeys/remove",
        "/organise/account/password",
        "/organise/account/sign-ins/confirm",
        "/organise/account/sign-ins/end",
        "/organise/integrations/tokens",
        "/organise/integrations/tokens/revoke",
        "/organise/integrations/webhooks",
        "/organise/integrations/webhooks/remove",
        "/organise/integrations/webhooks/retry",
        "/organise/integrations/webhooks/rotate",
        "/organise/integrations/webhooks/test",
        "/organise/pages",
        "/organise/pages/new",
        "/organise/sign-in",
        "/organise/sign-in/challenge",
        "/organise/sign-in/passkey",
        "/sign-out",
        *(f"/talks/talk/desk/{path}" for path in desk),
        "/talks/talk/import",
        "/talks/talk/organise/edit",
        "/talks/talk/organise/links",
        "/talks/talk/organise/rehearsal",
        "/talks/talk/organise/rehearsal/end",
        "/talks/talk/organise/settings",
        "/talks/talk/organise/versions",
        "/talks/talk/polls/1",
        "/talks/talk/publish",
        "/talks/talk/pulse",
        "/talks/talk/questions",
        "/talks/talk/questions/1/edit",
        "/talks/talk/questions/1/vote",
        "/talks/talk/questions/1/withdraw",
        "/talks/talk/questions/delete",
        "/talks/talk/rating",
        "/talks/talk/recording",
        "/talks/talk/report/rating",
        "/talks/talk/room-code",
        "/talks/talk/speaker/answers",
        "/talks/talk/speaker/next",
        "/talks/talk/speaker/polls",
        "/talks/talk/speaker/read",
        "/talks/talk/wall/background",
        "/talks/talk/wall/clusters",
        "/talks/talk/wall/clusters/1",
        "/talks/talk/wall/columns",
        "/talks/talk/wall/lay-out",
        "/talks/talk/wall/marks",
        "/talks/talk/wall/marks/1/caption",
        "/talks/talk/wall/marks/1/erase",
        "/talks/talk/wall/marks/1/remove-all",
        "/talks/talk/wall/marks/put-back",
        "/talks/talk/wall/notes/1",
        "/talks/talk/wall/put-back",
    ]
    gets = addresses(app, "GET")
    assert [address for address in gets if not address.startswith("/static/")] == [
        "/",
        "/api/v1/openapi.json",
        "/api/v1/programme",
        "/api/v1/talks/talk",
        "/api/v1/talks/talk/board",
        "/api/v1/talks/talk/qa",
        "/api/v1/talks/talk/questions/1",
        "/embed.js",
        "/embed/talk",
        "/embed/talk/polls/0123abcd",
        "/embed/talk/polls/0123abcd/part",
        "/enter",
        "/feed.xml",
        "/healthz",
        "/j",
        "/j/ABC123",
        "/join",
        "/metrics",
        "/oembed",
        "/old/address",
        "/organise",
        "/organise/account",
        "/organise/export/csv",
        "/organise/integrations",
        "/organise/pages",
        "/organise/pages/new",
        "/organise/pages/new/address",
        "/organise/questions",
        "/organise/rating",
        "/organise/sign-in",
        "/organise/talk",
        "/programme.ics",
        "/questions",
        "/readyz",
        "/sign-in",
        "/sign-in/back",
        "/speakers/talk",
        "/talks/talk",
        "/talks/talk.ics",
        "/talks/talk/alike",
        "/talks/talk/board",
        "/talks/talk/desk",
        "/talks/talk/export",
        "/talks/talk/export/csv",
        "/talks/talk/import",
        "/talks/talk/moderate",
        "/talks/talk/organise",
        "/talks/talk/organise/edit",
        "/talks/talk/organise/versions",
        "/talks/talk/polls",
        "/talks/talk/poster",
        "/talks/talk/poster.pdf",
        "/talks/talk/present",
        "/talks/talk/present/screen",
        "/talks/talk/publish",
        "/talks/talk/publish/patch",
        "/talks/talk/questions/1/edit",
        "/talks/talk/rating",
        "/talks/talk/recording",
        "/talks/talk/report",
        "/talks/talk/report/votes.svg",
        "/talks/talk/runsheet",
        "/talks/talk/speaker",
        "/talks/talk/speaker/queue",
        "/talks/talk/wall",
        "/talks/talk/wall/marks",
        "/talks/talk/wall/notes",
        "/talks/talk/wall/picture/0123456789abcdef",
        "/talks/talk/wall/places",
    ]
    assert len(gets) == 69 + len(FILES)


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_every_form_refuses_another_site(app, ada, engine, headers):
    make_question(engine, author=ada.id)

    for address in addresses(app, "POST"):
        answer = ada.client.post(
            address,
            data={"text": "How do bees find home?", "wanted": "1"},
            base_url="http://localhost:8000",
            headers=headers,
        )
        read_page(answer, 403)
    assert ada.page("/talks/talk").element("board").get("data-revision") == "1"


@pytest.mark.parametrize("origins", ["", HTTPS])
def test_every_answer_says_what_may_be_done_with_it(make_app, engine, caplog, origins):
    app = make_app(origins=origins)
    app.add_url_rule("/fail", view_func=lambda: 1 / 0)
    browser = Browser(app, base_url=origins)
    make_question(engine, author=browser.id)
    wrong = [
        "/talks/nothing",
        "/nothing",
        f"{app.static_url_path}/nothing.css",
        "/talks/talk/board?since=1",
    ]
    answers = [browser.get(address) for address in (*addresses(app, "GET"), *wrong, "/fail")]
    answers += [browser.post(address) for address in addresses(app, "POST")]
    answers.append(browser.post("/talks/talk/questions", {"text": "x" * 70_000}))
    answers.append(browser.post("/talks/talk/questions", headers={"Sec-Fetch-Site": "cross-site"}))

    files = {address for address in addresses(app, "GET") if address.startswith("/static/")}
    assert len(files) == len(FILES)
    codes = {answer.status_code for answer in answers}
    assert codes == {200, 204, 303, 403, 404, 413, 422, 500}
    for answer in answers:
        is_file = answer.request.path in files
        expected = EVERYWHERE if is_file else EVERYWHERE | ON_PAGES
        if answer.request.path == "/embed.js":  # other sites' pages load it
            expected |= {"Cross-Origin-Resource-Policy": "cross-origin"}
        for name, value in expected.items():
            assert answer.headers.getlist(name) == [value], (answer.request.path, name)
        assert ("Strict-Transport-Security" in answer.headers) is bool(origins)
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "X-Powered-By" not in answer.headers
        if not is_file:
            assert len(answer.headers.getlist("Content-Security-Policy")) == 1
            _check_policy(policy_of(answer), secure=bool(origins))
            assert answer.headers["Cache-Control"] == "private, no-cache"
        _says_how_it_is_written(answer)
        answer.close()
    caplog.get_records("call").clear()


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.ORGANISER, Role.MODERATOR, Role.SPEAKER])
def test_nothing_that_those_who_run_a_talk_see_is_kept(app, engine, role):
    make_question(engine)
    browser = signed_in(app, role)

    pages = [address for address in addresses(app, "GET") if not address.startswith("/static/")]

    answers = [browser.get(address) for address in pages]

    kept = {answer.request.path: answer.headers["Cache-Control"] for answer in answers}
    for answer in answers:
        _says_how_it_is_written(answer)
        answer.close()
    assert set(kept.values()) == {"no-store"}


def test_others_may_frame_two_pages_and_only_those_that_were_set(make_app, engine):
    app = make_app(embed_parents="https://talks.example.org,https://example.net")
    make_question(engine)
    people = [Browser(app), signed_in(app, Role.ORGANISER)]

    pages = [address for address in addresses(app, "GET") if not address.startswith("/static/")]
    framed = set()
    for browser in people:
        answers = [browser.get(address) for address in pages]
        answers += [browser.post(address) for address in addresses(app, "POST")]
        for answer in answers:
            framed.add((answer.request.path, *policy_of(answer)["frame-ancestors"]))
            answer.close()

    allowed = {(path, *origins) for path, *origins in framed if origins != ["'none'"]}
    parents = "https://talks.example.org", "https://example.net"
    assert allowed == {("/embed/talk", *parents), ("/embed/talk/polls/0123abcd", *parents)}
    assert {path for path, *_ in framed} >= set(pages)


def _says_how_it_is_written(answer) -> None:
    """A text is UTF-8, and says so; an image in SVG says it inside."""
    kind = answer.mimetype
    if kind.startswith("text/") or kind.endswith("+xml"):
        usual = "utf-8" if kind == "image/svg+xml" else ""
        written = answer.mimetype_params.get("charset", usual)
        assert written.lower() == "utf-8", (answer.request.path, kind)
    else:
        assert kind or not answer.data, answer.request.path


def _check_policy(policy: dict[str, list[str]], *, secure: bool) -> None:
    here = ["ws://127.0.0.1:8000", "ws://localhost:8000"]
    sockets = ["wss://qa.example.org"] if secure else here
    assert policy == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": policy["img-src"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *sockets],
        "frame-src": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
        "report-uri": ["/csp"],
        **({"report-to": ["csp"]} if secure else {}),
    }
    assert policy["img-src"][:2] == ["'self'", "data:"]
    written = " ".join(value for values in policy.values() for value in values)
    assert "unsafe" not in written
    assert "*" not in written
    assert "http:" not in written.replace("https:", "")


def test_a_host_that_is_made_up_cannot_loosen_the_policy(app):
    answer = app.test_client().get("/", headers={"Host": "a; script-src *"})

    if answer.status_code == 200:
        assert policy_of(answer)["script-src"] == ["'self'"]


def test_only_safe_methods_are_let_through_without_a_look(app, bob):
    for method in ("PUT", "PATCH", "DELETE"):
        for address in ("/talks/talk", "/talks/talk/questions"):
            answer = bob.client.open(
                address,
                method=method,
                base_url="http://localhost:8000",
                headers={"Sec-Fetch-Site": "cross-site"},
            )
            assert answer.status_code in (403, 405)

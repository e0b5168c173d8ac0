"""What holds for every address, those of tomorrow included: the routes are walked."""

import pytest
from flask import Flask

from companion.store.models import Role
from companion.web.headers import EVERYWHERE, FILES, ON_PAGES
from tests.support.factories import make_question
from tests.support.pages import Browser, read_page
from tests.support.sign_in import signed_in

HTTPS = "https://qa.example.org"
VALUES = {
    "slug": "talk",
    "question": 1,
    "path": "old/address",
    "code": "ABC123",
    "format": "csv",
    "form": "patch",
    "filename": "img/icon.svg",
    "plot": "votes",
    "name": "site",
}


def addresses(app: Flask, method: str) -> list[str]:
    """Return one address for every route that takes a method."""
    urls = app.url_map.bind("localhost:8000")
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(
        urls.build(rule.endpoint, {name: VALUES[name] for name in rule.arguments}, method)
        for rule in rules
    )


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
        "/leave",
        "/sign-out",
        *(f"/talks/talk/desk/{path}" for path in desk),
        "/talks/talk/import",
        "/talks/talk/publish",
        "/talks/talk/questions",
        "/talks/talk/questions/1/edit",
        "/talks/talk/questions/1/vote",
        "/talks/talk/questions/1/withdraw",
        "/talks/talk/questions/delete",
        "/talks/talk/recording",
        "/talks/talk/room-code",
        "/talks/talk/speaker/answers",
        "/talks/talk/speaker/next",
        "/talks/talk/speaker/read",
    ]
    gets = addresses(app, "GET")
    assert [address for address in gets if not address.startswith("/static/")] == [
        "/",
        "/enter",
        "/feed.xml",
        "/healthz",
        "/j",
        "/j/ABC123",
        "/join",
        "/metrics",
        "/old/address",
        "/organise",
        "/organise/export/csv",
        "/organise/questions",
        "/programme.ics",
        "/readyz",
        "/sign-in",
        "/sign-in/back",
        "/talks/talk",
        "/talks/talk.ics",
        "/talks/talk/alike",
        "/talks/talk/board",
        "/talks/talk/desk",
        "/talks/talk/export",
        "/talks/talk/export/csv",
        "/talks/talk/import",
        "/talks/talk/moderate",
        "/talks/talk/present",
        "/talks/talk/present/screen",
        "/talks/talk/publish",
        "/talks/talk/publish/patch",
        "/talks/talk/questions/1/edit",
        "/talks/talk/recording",
        "/talks/talk/report",
        "/talks/talk/report/votes.svg",
        "/talks/talk/runsheet",
        "/talks/talk/speaker",
        "/talks/talk/speaker/queue",
    ]
    assert len(gets) == 36 + len(FILES)


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
        for name, value in (EVERYWHERE if is_file else EVERYWHERE | ON_PAGES).items():
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

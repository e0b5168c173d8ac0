"""What is said of each request: an id by which to ask about it, and nothing about anybody."""

import logging
import re

import pytest

SECRET = "do-bees-find-home"
URL = f"/talks/talk?q={SECRET}"


@pytest.fixture
def told(caplog):
    """Return what the log says of requests, each as what a line of JSON has besides."""
    caplog.set_level(logging.INFO, "companion.web.request_log")
    return lambda: [record.fields for record in caplog.records if hasattr(record, "fields")]


def test_every_answer_has_an_id_of_its_own(app):
    client = app.test_client()

    found = [client.get(url).headers["X-Request-ID"] for url in (URL, "/nowhere", "/healthz")]

    assert all(re.fullmatch("[0-9a-f]{16}", id) for id in found)
    assert len(set(found)) == 3


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (0, "an-id-of-a-proxy", False),
        (1, "an-id-of-a-proxy", True),
        (1, "127.0.0.77", False),
        (1, "short", False),
        (1, "a" * 65, False),
        (1, "an id of somebody", False),
    ],
)
def test_a_known_proxys_id_is_taken_if_it_is_one(make_app, proxies, given, is_taken):
    client = make_app(proxies=str(proxies)).test_client()

    answer = client.get("/healthz", headers={"X-Request-ID": given})

    assert (answer.headers["X-Request-ID"] == given) is is_taken


def test_as_json_there_is_a_line_for_each_request_without_its_address(make_app, told, caplog):
    client = make_app(log="json").test_client()
    for url in (URL, f"/nowhere/at/all/{SECRET}", "/healthz", "/readyz"):
        client.get(url, headers={"User-Agent": SECRET, "Cookie": f"visitor={SECRET}"})

    client.open(URL, method="BREW")

    found = told()
    assert [{**fields, "ms": 0} for fields in found] == [
        {"route": "pages.talk", "method": "GET", "status": 200, "ms": 0},
        {"route": "pages.old_address", "method": "GET", "status": 404, "ms": 0},
        {"route": "none", "method": "other", "status": 405, "ms": 0},
    ]
    assert all(fields["ms"] > 0 for fields in found)
    assert SECRET not in caplog.text


def test_as_text_there_is_none(app, told):
    app.test_client().get(URL)

    assert told() == []


def test_a_failure_is_logged_and_shown_by_its_id_without_its_address(app, caplog, monkeypatch):
    monkeypatch.setitem(app.view_functions, "pages.talk", lambda slug: 1 / 0)
    answer = app.test_client().get(URL)

    assert answer.status_code == 500
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text
    assert caplog.messages == ["a request failed: pages.talk"]
    caplog.clear()


def test_what_was_not_found_has_no_id_on_its_page(app):
    answer = app.test_client().get("/nowhere")

    assert answer.headers["X-Request-ID"] not in answer.text

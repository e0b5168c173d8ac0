import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from companion.store.models import Role
from tests.support.pages import Browser
from tests.support.seat import Seat
from tests.support.sign_in import signed_in
from tests.webhooks.conftest import add, receiver, sender, tell

__all__ = ["add", "receiver", "sender", "tell"]
TOKEN = "prometheus-may-read-this"
DASHBOARD = Path(__file__).resolve().parents[2] / "deploy" / "grafana.json"


@pytest.fixture
def app(make_app):
    return make_app(metrics_token=TOKEN)


def read(app, token=TOKEN):
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    return answer.text


def value(text, line):
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_there_is_no_such_page_unless_it_was_asked_for(make_app):
    without = make_app()

    for header in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}):
        assert without.test_client().get("/metrics", headers=header).status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer prométheus"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Cookie": f"token={TOKEN}"},
    ],
)
def test_only_who_has_the_token_may_read_it(app, header):
    answer = app.test_client().get("/metrics", headers=header)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "companion_" not in answer.text


def test_organisers_have_no_token(app):
    assert signed_in(app, Role.ORGANISER).get("/metrics").status_code == 401


def test_answers_and_commits_are_counted(app):
    before = read(app)
    ada = Browser(app)

    ada.post("/talks/talk/questions", {"text": "How do bees find home?", "key": "a-key-of-adas"})
    ada.get("/talks/nothing")

    after = read(app)
    grew = {
        'companion_answers_total{endpoint="board.ask",status="303"}': 1,
        'companion_answers_total{endpoint="none",status="404"}': 0,
        'companion_answer_seconds_count{endpoint="board.ask"}': 1,
        "companion_commit_seconds_count": 1,
        "companion_commit_changes_sum": 1,
        "companion_unsaved_changes_total": 0,
    }
    assert {line: value(after, line) - value(before, line) for line in grew} == grew
    assert value(after, "companion_degraded") == 0
    assert value(after, "companion_free_bytes") > 0


def test_sockets_and_what_comes_over_them_are_counted(app):
    before = read(app)
    ada, bob = (Seat(app, Browser(app), "talk") for _ in range(2))
    ada.ask("How do bees find home?")
    ada.ask("")

    after = read(app)
    bob.leave()

    grew = {
        'companion_sockets{view="board"}': 2,
        'companion_messages_total{answer="ok",event="ask"}': 1,
        'companion_messages_total{answer="refused",event="ask"}': 1,
        'companion_messages_total{answer="ok",event="vote"}': 0,
    }
    assert {line: value(after, line) - value(before, line) for line in grew} == grew
    left = value(read(app), 'companion_sockets{view="board"}')
    assert left - value(before, 'companion_sockets{view="board"}') == 1


def test_what_nobody_can_save_is_counted(app, engine, caplog):
    before = read(app)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE question RENAME TO elsewhere")

    fields = {"text": "How do bees find home?", "key": "a-key-of-adas"}
    assert Browser(app).post("/talks/talk/questions", fields).status_code == 503

    after = read(app)
    unsaved = "companion_unsaved_changes_total"
    assert value(after, unsaved) - value(before, unsaved) == 1
    assert value(after, "companion_degraded") == 1
    assert "nothing can be saved: no such table: question" in caplog.messages
    caplog.get_records("call").clear()


def test_what_webhooks_have_not_been_told_is_counted(app, add, tell, receiver, clock):
    assert value(read(app), 'companion_webhook_messages{state="waiting"}') == 0
    add("asked")
    receiver.answers = [410, 500]
    ada = Browser(app)
    for text in ("How do bees find home?", "Do bees sleep at all?"):
        ada.post_part("/talks/talk/questions", {"text": text})
        tell()
        clock.now += timedelta(seconds=90)
    ada.post_part("/talks/talk/questions", {"text": "Do bees dream?"})

    text = read(app)
    found = {
        state: value(text, f'companion_webhook_messages{{state="{state}"}}')
        for state in ("waiting", "failed", "given_up")
    }
    assert found == {"waiting": 2, "failed": 1, "given_up": 1}
    assert value(text, "companion_webhook_oldest_seconds") == 90
    tell()
    text = read(app)
    assert value(text, 'companion_webhook_messages{state="waiting"}') == 0
    assert value(text, "companion_webhook_oldest_seconds") == 0


def test_nobody_and_nothing_that_was_said_is_in_it(app):
    ada = Browser(app)
    fields = {"text": "How do bees find home?", "name": "Ada", "key": "a-key-of-adas"}
    ada.post("/talks/talk/questions", fields)
    ada.get("/no/such/place/at/all")

    text = read(app)

    said = ("bees", "Ada", "a-key-of-adas", "127.0.0.1", "/talks/", "/no/such")
    assert [word for word in said if word in text] == []


def test_the_dashboard_asks_for_what_there_is(app):
    there = set(re.findall(r"^# TYPE (\w+) ", read(app), re.MULTILINE))
    queries = [
        target["expr"]
        for panel in json.loads(DASHBOARD.read_text())["panels"]
        for target in panel["targets"]
    ]

    asked = {name for query in queries for name in re.findall(r"\bcompanion_\w+", query)}

    assert asked
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked} <= there

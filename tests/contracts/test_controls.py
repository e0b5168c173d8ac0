"""What keeps people safe on every address, whatever it is for."""

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.store.models import Role, Status
from tests.contracts.test_routes import addresses
from tests.support.factories import make_question, question_row
from tests.support.pages import Browser
from tests.support.sign_in import signed_in

NOT_HERE = (
    *("/.git/HEAD", "/.git/config", "/.env", "/.well-known/none", "/pyproject.toml"),
    *("/companion.sqlite3", "/companion.sqlite3.key", "/talks/talk/.git"),
    *("/metrics", "/status", "/debug", "/console", "/admin", "/server-status", "/phpinfo.php"),
    *("/?__debugger__=yes&cmd=resource&f=style.css", "/openapi.json", "/docs", "/graphql"),
    *("/static/", "/templates/", "/migrations/", "/wp-login.php", "/actuator/health"),
)


def rows(engine: sa.Engine) -> dict[str, list[tuple[object, ...]]]:
    """Return all that the database holds, but for when somebody who runs talks was last here."""
    tables = sa.inspect(engine).get_table_names()
    with engine.connect() as connection:
        return {
            name: sorted(
                repr({key: value for key, value in row._mapping.items() if key != "seen_at"})
                for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))  # noqa: S608 (a table of ours)
            )
            for name in tables
        }


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, Role.ORGANISER])
def test_no_get_changes_anything(app, engine, clock, role):
    for status in Status:
        make_question(engine, status=status, voters=("bob",))
    browser = signed_in(app, role) if role else Browser(app)
    before = rows(engine)
    wishes = "?wanted=1&status=answered&do=approve&ids=1&text=What+now%3F&now=1&title=x&key=k"

    for address in addresses(app, "GET"):
        browser.get(address + wishes).close()

    assert rows(engine) == before
    assert before["question"]
    assert role is None or before["sign_in"]


@pytest.mark.slow
@pytest.mark.parametrize("address", NOT_HERE)
def test_there_is_nothing_where_others_have_left_things(app, address):
    answer = app.test_client().get(address, base_url="http://localhost:8000")

    assert answer.status_code == (200 if address.startswith("/?") else 404)
    assert "Traceback" not in answer.text
    assert "debugger" not in answer.text


def test_no_request_is_given_back_as_it_came(app):
    for method in ("TRACE", "TRACK", "CONNECT", "PROPFIND"):
        answer = app.test_client().open("/", method=method, headers={"X-Secret": "bees"})

        assert answer.status_code in (403, 405, 501)
        assert "bees" not in answer.text


def test_what_a_form_does_not_ask_for_is_not_taken(app, engine, ada):
    more = {"id": 99, "talk_id": 99, "votes": 50, "status": "answered", "state": "answered"}
    more |= {"author": "somebody", "asked_at": "2001-01-01", "answer": "Yes.", "position": 1}
    words = {"text": "How do bees find home?", "key": "0123456789abcdef", "kind": "question"}

    assert ada.post("/talks/talk/questions", words | more).status_code == 303

    asked = question_row(engine, 1)
    assert (asked.votes, asked.status, asked.answer) == (0, Status.OPEN, "")
    assert (asked.talk_id, asked.author != "somebody", asked.asked_at.year) == (1, True, 2026)


def test_nobody_can_have_it_debug_itself(make_app, monkeypatch, caplog):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app: Flask = make_app()
    app.add_url_rule("/fail", view_func=lambda: 1 / 0)

    answer = app.test_client().get("/fail", base_url="http://localhost:8000")

    assert (answer.status_code, app.debug) == (500, False)
    assert "The fault is ours" in answer.text
    assert "ZeroDivisionError" not in answer.text
    caplog.get_records("call").clear()

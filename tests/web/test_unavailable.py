"""Whatever is wrong with the database, every address says what to do, and none breaks."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.store.engine import db
from companion.store.models import Role
from tests.contracts.test_routes import addresses
from tests.support.factories import make_question
from tests.support.limits import no_room
from tests.support.pages import Browser
from tests.support.room import TEXT
from tests.support.sign_in import signed_in, token

pytestmark = pytest.mark.slow

FORM = {
    "text": TEXT,
    "wanted": "1",
    "do": "pin",
    "ids": "1",
    "question": "1",
    "answer": "By the sun.",
    "name": "Grace Hopper",
    "ranked": "1",
    "days": "30",
    "x": "10",
    "y": "20",
    "key": "a-key-of-its-own",
    "tool": "pen",
    "width": "thin",
    "colour": "red",
    "points": "10 20 1 1",
    "title": "Performance",
    "background": "dots",
    "columns": "Glad, Sad",
    "worth": "4",
    "line": "More about knees, please.",
    "ask": "Do bees dance?",
    "options": "Yes\nNo",
}
# Nothing to save, as sent here, or nothing in the database.
READ_ONLY = {
    "/talks/talk/pulse",
    "/language",
    "/organise/pages",
    "/organise/pages/new",
    "/talks/talk/organise/edit",
    "/talks/talk/organise/versions",
    "/csp",
    "/join",
    "/enter/what",
    "/talks/talk/publish",
    "/talks/talk/import",
    "/sign-out",
    "/organise/sign-in/challenge",
    "/organise/account/passkeys/challenge",
    "/organise/account/organisers/revoke",
}
NO_CODE_NEEDED = {"/talks/talk/room-code"}


@contextmanager
def locked(_app: Flask, path: str) -> Iterator[None]:
    """Have another process hold the lock for writing."""

    def hurry(connection, _record, _proxy) -> None:
        connection.execute("PRAGMA busy_timeout=5")

    sa.event.listen(sa.Pool, "checkout", hurry)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.close()
    sa.event.remove(sa.Pool, "checkout", hurry)


@contextmanager
def full(_app: Flask, _path: str) -> Iterator[None]:
    """Have the disk be full."""
    with no_room():
        yield


@contextmanager
def damaged(app: Flask, path: str) -> Iterator[None]:
    """Have the file be words, and the connections be new."""
    with app.app_context():
        db.engine.dispose()
    app.extensions["writer"].release()
    with Path(path).open("r+b") as file:
        file.write(b"These are only words. " * 500)
    yield


@pytest.fixture(params=[locked, full, damaged])
def failing(request, app, engine, tmp_path, clock, caplog):
    """Return an organiser, known since a while, at a board whose database then fails."""
    make_question(engine)
    grace = signed_in(app, Role.ORGANISER, name="Grace")
    make_question(engine, author=grace.id)
    FORM["token"] = token(app, Role.ORGANISER)
    clock.set_to(57)  # past SEEN_EVERY, and when the talk can be rated
    engine.dispose()
    with request.param(app, str(tmp_path / "companion.sqlite3")):
        yield grace
    caplog.get_records("call").clear()


def test_every_page_is_there_or_asks_for_patience(app, failing: Browser):
    for address in addresses(app, "GET"):
        answer = failing.get(address)
        answer.close()
        patient = answer.status_code == 503 and "Retry-After" in answer.headers
        assert answer.status_code < 500 or patient or address == "/readyz", address


@pytest.mark.parametrize("post", [Browser.post, Browser.post_part])
def test_every_form_says_that_it_was_not_saved_and_what_to_do(app, failing: Browser, post):
    answers = {
        address: post(failing, address, FORM)
        for address in addresses(app, "POST")
        if address not in READ_ONLY | NO_CODE_NEEDED
    }

    unsaved = [answer for answer in answers.values() if answer.status_code != 422]
    assert len(unsaved) > len(answers) / 2  # others were refused before there was what to save
    odd = {a: x.status_code for a, x in answers.items() if x.status_code not in (422, 503)}
    assert odd == {}
    for answer in unsaved:
        assert "Retry-After" in answer.headers
        assert "again" in answer.text


def test_leaving_that_cannot_be_saved_is_not_pretended(failing: Browser):
    answer = failing.post("/leave")

    assert answer.status_code == 503
    assert "again" in answer.text
    assert "Set-Cookie" not in answer.headers

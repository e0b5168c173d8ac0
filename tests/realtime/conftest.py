"""Talks at which everybody sits in this process, and hears at once."""

from collections.abc import Iterator

import pytest
from flask import Flask

from companion.store.models import Role
from tests.support.fanout_server import all_leave
from tests.support.pages import Browser
from tests.support.seat import Arrive, Seat
from tests.support.sign_in import signed_in
from tests.support.talks import FRONT, write_talk
from tests.support.unthrottled import keep_nobody_waiting

ROLES = {"moderate": Role.MODERATOR, "speaker": Role.SPEAKER}


@pytest.fixture(autouse=True)
def _all_leave() -> Iterator[None]:
    """Have nobody stay who came by a raw connection."""
    yield
    all_leave()


@pytest.fixture
def app(make_app, folder, monkeypatch) -> Flask:
    """Return an application that keeps nobody waiting, with a few talks that are on."""
    keep_nobody_waiting(monkeypatch)
    write_talk(folder, "moderated", extra="moderated: true\n")
    write_talk(folder, "elsewhere")
    write_talk(folder, "over", front=FRONT.replace("03-05", "03-04"))
    write_talk(folder, "boardless", extra="board: false\n")
    return make_app(rate_limits="off", tally_ms="0")


@pytest.fixture
def arrive(app: Flask) -> Arrive:
    """Let people come to one of a talk's views, with the role that it needs."""

    def come(
        talk: str = "talk", view: str = "board", browser: Browser | None = None, **auth: object
    ) -> Seat:
        if browser is None:
            browser = signed_in(app, ROLES[view], talk, "Joan") if view in ROLES else Browser(app)
        return Seat(app, browser, talk, view, **auth)

    return come

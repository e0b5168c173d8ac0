"""Two workers share the work of a broadcast, and whoever asks or votes waits for no Redis."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from flask import Flask
from redis.connection import AbstractConnection

from companion.realtime import fanout
from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.live import eventually
from tests.support.pages import Browser
from tests.support.seat import Seat
from tests.support.sign_in import signed_in
from tests.support.unthrottled import keep_nobody_waiting
from tests.support.valkey import Valkey

pytestmark = pytest.mark.slow
WORDS = "Who does the work of telling it?"


@pytest.fixture
def pair(make_app, tmp_path: Path, monkeypatch) -> Iterator[tuple[Flask, Flask]]:
    """Return two applications on one database that hear each other, and keep nobody waiting."""
    keep_nobody_waiting(monkeypatch)
    valkey = Valkey(tmp_path)
    apps = [make_app(rate_limits="off", tally_ms="0", redis_url=valkey.url) for _ in range(2)]
    relays = [app.extensions["sockets"]._others for app in apps]
    for relay in relays:
        relay.start()
    assert eventually(lambda: all(len(relay._peers) == 1 for relay in relays))
    yield tuple(apps)
    for relay in relays:
        relay.stop(1)
    valkey.stop()


@pytest.fixture
def seats(pair) -> tuple[Seat, Seat]:
    """Return somebody at each, who have heard that they are two."""
    seats = tuple(Seat(app, Browser(app), "talk") for app in pair)
    assert eventually(lambda: [seat.here() for seat in seats] == [2, 2])
    return seats


def test_a_broadcast_is_rendered_and_encoded_by_one_of_them(pair, seats, monkeypatch):
    here, there = seats
    rendered, encoded = Counter(), Counter()
    encode = fanout.Manager._encoded

    def counted(manager, *what):
        encoded[manager] += 1
        return encode(manager, *what)

    def note(app, template, context) -> None:
        rendered[app] += 1

    monkeypatch.setattr(fanout.Manager, "_encoded", counted)
    with flask.template_rendered.connected_to(note):
        asked = here.ask(WORDS)["id"]
        assert there.vote(asked) == {"ok": True, "votes": 1}
        for seat in seats:
            assert eventually(lambda seat=seat: f"'{asked}': 1" in seat.raw())
            assert "beforeend" in seat.raw()

    one, other = (app.extensions["sockets"].socketio.server.manager for app in pair)
    # Neither knows what is read at the other: the card is said in each language, by one of them.
    languages = len(pair[0].config["LANGUAGES"])
    assert rendered == {pair[0]: languages}
    # The card and four views that fetch; of a vote, what five views are told, and three fetch.
    assert encoded == {one: languages + 4, other: 8}


def test_whoever_asks_or_votes_says_nothing_to_redis_themselves(seats, monkeypatch):
    here, there = seats
    theirs = there.ask(WORDS)["id"]
    spoke: set[int] = set()
    send = AbstractConnection.send_packed_command

    def noting(connection, *what, **more):
        spoke.add(threading.get_ident())
        return send(connection, *what, **more)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", noting)
    asked = here.ask(WORDS)["id"]
    assert here.vote(theirs)["ok"]

    assert eventually(lambda: f"question-{asked}" in there.raw())
    assert spoke
    assert threading.get_ident() not in spoke


def test_a_note_that_is_moved_at_one_of_them_is_seen_at_the_other(pair, engine):
    notes = [make_question(engine) for _ in range(2)]
    graces = [signed_in(app, Role.MODERATOR) for app in pair]
    walls = [Seat(app, Browser(app), "talk", "wall") for app in pair]

    for grace, note in zip(graces, notes, strict=True):
        path = f"/talks/talk/wall/notes/{note}"
        assert grace.post_part(path, {"x": note, "y": 4}).status_code == 200

    for wall in walls:
        for note in notes:
            assert eventually(lambda wall=wall, note=note: f"[{note}, {note}, 4, " in wall.raw())

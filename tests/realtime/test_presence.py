"""How many are here, kept minute by minute: with real sockets, and nobody's name."""

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import socketio
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from companion.board.presence import until_next_minute
from companion.store.models import Presence, Question, Talk
from tests.support.clock import DURING, STARTS
from tests.support.factories import make_talk
from tests.support.live import eventually, free_port
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
MINUTE = timedelta(minutes=1)


class Quiet(WSGIRequestHandler):
    """Does not take a WebSocket's last frame for a request that is worth a word."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(make_app, folder) -> Iterator[tuple[Flask, str]]:
    """Return the application, served to real sockets in this process, and its address."""
    write_talk(folder, "other-talk")
    port = free_port()
    app = make_app(port=str(port), origins=f"http://127.0.0.1:{port}")
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield app, f"http://127.0.0.1:{port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def come(site) -> Iterator:
    """Return what opens a view of a talk and waits until it is counted."""
    _, address = site
    there: list[socketio.Client] = []

    def come(talk: str = "talk", view: str = "board") -> socketio.Client:
        client = socketio.Client(reconnection=False)
        auth = {"talk": talk, "view": view}
        client.connect(address, auth=auth, transports=["websocket"])
        there.append(client)
        return client

    yield come
    leaving = [threading.Thread(target=client.disconnect) for client in there]
    for thread in leaving:
        thread.start()
    for thread in leaving:
        thread.join()


def kept(engine) -> list[tuple[str, int, int]]:
    """Return how many were kept for each talk and each minute from the start."""
    query = sa.select(Talk.slug, Presence.minute, Presence.here).join(Talk)
    with Session(engine) as session:
        rows = session.execute(query.order_by(Talk.slug, Presence.minute)).all()
    return [(slug, (minute - STARTS) // MINUTE, here) for slug, minute, here in rows]


def test_those_on_the_page_are_counted_and_those_on_a_screen_are_not(site, come, engine, clock):
    live = site[0].extensions["sockets"]
    come(), come(), come("other-talk"), come(view="present")

    live.note_here()

    assert kept(engine) == [("other-talk", 20, 1), ("talk", 20, 2)]


def test_who_leaves_is_counted_no_more(site, come, engine, clock):
    live = site[0].extensions["sockets"]
    first, second = come(), come()
    heard: list[int] = []
    second.on("presence", lambda payload: heard.append(payload["here"]))
    live.note_here()
    first.disconnect()
    clock.now += MINUTE

    assert eventually(lambda: 1 in heard)
    live.note_here()

    assert kept(engine) == [("talk", 20, 2), ("talk", 21, 1)]


def test_nobody_leaves_no_row(app, engine):
    app.extensions["boards"].note_here("worker", {"talk": 0})

    assert kept(engine) == []


def test_a_minute_is_kept_once(site, come, engine, clock):
    live = site[0].extensions["sockets"]
    come()
    live.note_here()
    come()
    clock.now += timedelta(seconds=59)
    live.note_here()

    assert kept(engine) == [("talk", 20, 1)]


def test_it_is_a_number_and_leads_back_to_nobody(site, come, engine):
    come().call("ask", {"key": str(uuid.uuid4()), "text": "How do bees find home?"}, timeout=4)
    site[0].extensions["sockets"].note_here()

    columns = {column.name for column in Presence.__table__.columns}
    assert columns == {"talk_id", "minute", "worker", "here"}
    with Session(engine) as session:
        row = session.scalars(sa.select(Presence)).one()
        assert row.worker not in {
            question.author for question in session.scalars(sa.select(Question))
        }


@pytest.mark.parametrize("minutes", [-15, 0, 60, 89.9])
def test_it_is_counted_from_the_doors_until_half_an_hour_after(app, engine, clock, minutes):
    clock.set_to(minutes)

    app.extensions["boards"].note_here("worker", {"talk": 3})

    assert kept(engine) == [("talk", minutes // 1, 3)]


@pytest.mark.parametrize("minutes", [-15.1, 90, 24 * 60])
def test_at_other_times_it_is_not(app, engine, clock, minutes):
    clock.set_to(minutes)

    app.extensions["boards"].note_here("worker", {"talk": 3})

    assert kept(engine) == []


def test_a_talk_that_was_extended_is_counted_longer(app, engine, clock):
    with Session(engine) as session, session.begin():
        make_talk(session).extra_minutes = 30
    clock.set_to(110)

    app.extensions["boards"].note_here("worker", {"talk": 3})

    assert kept(engine) == [("talk", 110, 3)]


def test_a_talk_that_is_gone_is_passed_over(app, engine):
    app.extensions["boards"].note_here("worker", {"gone": 3, "talk": 1})

    assert kept(engine) == [("talk", 20, 1)]


def test_several_workers_each_keep_their_own(app, engine):
    for worker, here in (("one", 3), ("two", 4)):
        app.extensions["boards"].note_here(worker, {"talk": here})

    assert kept(engine) == [("talk", 20, 3), ("talk", 20, 4)]


@pytest.mark.parametrize(("past", "expected"), [(0, 60), (0.5, 59.5), (59.999, 0.001)])
def test_the_next_minute_is_as_far_as_the_clock_says(past, expected):
    assert until_next_minute(DURING + timedelta(seconds=past)) == pytest.approx(expected, abs=1e-6)

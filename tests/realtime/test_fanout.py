"""Broadcasts reach whom they should, whole and in order, whatever any single client does."""

import struct
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_socketio import SocketIO, join_room

from companion.board.others import Nobody
from companion.realtime import fanout
from tests.support.fanout_server import Server, member, running
from tests.support.frames import CLOSE
from tests.support.live import eventually

pytestmark = pytest.mark.slow
HUGE = 300 * 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from running()


@pytest.fixture(scope="module")
def gevent_server() -> Iterator[Server]:
    yield from running(gunicorn=False)


def test_our_endpoint_serves_the_clients(server: Server) -> None:
    peer = member(server)
    assert server.state()["endpoints"] == ["companion.realtime.fanout"]
    assert "sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=" in peer.answer.lower()


def test_gevents_own_server_works_too(gevent_server: Server) -> None:
    peer = member(gevent_server)
    gevent_server.get("/emit/talk/hello")
    assert peer.event() == "hello"
    peer.write(struct.pack("!H", 1000), CLOSE)
    assert peer.close_code() == 1000
    assert peer.ended()
    assert eventually(lambda: gevent_server.state()["clients"] == 0)


def test_a_broadcast_is_written_before_the_emit_returns(server: Server) -> None:
    peer = member(server)
    peer.say('42["bench",{"id":1,"t":0,"size":3}]')
    assert peer.event() == {"id": 1, "t": 0, "p": "xxx"}
    assert server.state()["backlog"] == 0


def test_rooms_and_skipped_clients_are_respected(server: Server) -> None:
    speaker, listener, outsider = member(server), member(server), member(server, joined=False)
    speaker.say('42["others","psst"]')
    server.get("/emit/talk/loud")
    server.get("/emit/nobody/lost")
    assert listener.event() == "psst"
    assert listener.event() == "loud"
    assert speaker.event() == "loud"
    assert [peer.silent() for peer in (speaker, listener, outsider)] == [True] * 3


def test_direct_and_library_sends_keep_their_order(server: Server) -> None:
    peer = member(server)
    peer.say('42["reply","a"]')
    texts = [peer.text() for _ in range(3)]
    assert texts == ['42["msg",["a",1]]', '421["msg",["a",2]]', '42["msg",["a",3]]']


def test_a_client_that_stops_reading_misses_nothing_and_delays_nobody(server: Server) -> None:
    slow, quick = member(server, receive_buffer=4096), member(server)
    burst = threading.Thread(target=server.get, args=("/burst/1200/10000",))
    burst.start()
    assert [quick.event()["id"] for _ in range(1200)] == list(range(1200))  # type: ignore[index]
    burst.join()
    assert server.state()["backlog"] > 100
    server.get("/emit/talk/last")
    assert quick.event() == "last"
    heard = [slow.event() for _ in range(1200)]
    assert heard == [{"id": i, "t": 0, "p": "x" * 10_000} for i in range(1200)]
    assert slow.event() == "last"
    assert server.state()["backlog"] == 0
    server.get("/emit/talk/direct")
    assert slow.event() == "direct"


def test_what_is_volatile_leaves_out_whoever_is_behind(server: Server) -> None:
    slow, quick = member(server, receive_buffer=4096), member(server)
    server.get("/burst/600/10000")
    assert [quick.event()["id"] for _ in range(600)] == list(range(600))  # type: ignore[index]
    assert server.state()["backlog"] > 10

    server.get("/volatile/talk/passing")

    assert quick.event() == "passing"
    assert [slow.event()["id"] for _ in range(600)] == list(range(600))  # type: ignore[index]
    server.get("/volatile/talk/caught-up")
    assert slow.event() == "caught-up"


def test_connections_leave_nothing_behind(server: Server) -> None:
    assert eventually(lambda: server.state()["clients"] <= 60)
    before = None
    for _ in range(2):
        peers = [member(server) for _ in range(60)]
        for index, peer in enumerate(peers):
            if index % 4 == 0:
                peer.write(b"\x03\xe8", CLOSE)
            elif index % 4 == 1:
                peer.kill()
            elif index % 4 == 2:
                peer.sock.sendall(b"\x81\xff" + HUGE.to_bytes(8, "big"))
            peer.sock.close()
        assert eventually(lambda: server.state()["clients"] == 0)
        state = server.state()
        assert state["environs"] == 0
        before = before or state
        assert state["greenlets"] <= before["greenlets"]


@pytest.mark.parametrize("async_mode", ["threading", "gevent"])
def test_several_applications_can_use_the_test_client(async_mode: str) -> None:
    socketio = SocketIO()

    @socketio.on("join")
    def join(_: object) -> None:
        join_room("talk")

    for word in ("first", "second"):
        app = Flask(__name__)
        socketio.init_app(app, async_mode=async_mode, client_manager=fanout.Manager(Nobody()))
        fanout.install(socketio.server)
        client, other = socketio.test_client(app), socketio.test_client(app)
        client.emit("join", {})
        socketio.emit("msg", word, to="talk")
        assert [heard["args"] for heard in client.get_received()] == [[word]]
        assert other.get_received() == []

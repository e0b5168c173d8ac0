"""Broadcasts reach whom they should, whole and in order, whatever any single client does."""

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO, join_room

from companion.realtime import fanout
from tests.support.frames import CLOSE, PING, PONG, TEXT, masked
from tests.support.valkey import Valkey

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
HUGE = 300 * 1024 * 1024
PEERS: list["Peer"] = []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(claim: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.02)
    return claim()


class Server:
    """The test application in a process of its own."""

    def __init__(self, *, gunicorn: bool = True, **env: str) -> None:
        self.port = free_port()
        options = ("-k", "gevent", "--no-control-socket", "--graceful-timeout", "1")
        listen = ("-b", f"127.0.0.1:{self.port}")
        command = (
            ["-m", "gunicorn", *options, *listen, "tests.support.fanout_app:app"]
            if gunicorn
            else ["-m", "tests.support.fanout_app", str(self.port)]
        )
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log: list[str] = []
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        assert eventually(self._answers), "".join(self.log)

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        self.log.extend(self.process.stderr)

    def _answers(self) -> bool:
        try:
            return bool(self.state()["clients"] == 0)
        except OSError:
            return False

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/state")))

    def rss(self) -> int:
        status = Path(f"/proc/{self.state()['pid']}/status").read_text()
        return next(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmHWM")) * 1024

    def stop(self) -> str:
        self.process.terminate()
        self.process.wait(10)
        self.reader.join(5)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return "".join(self.log)


class Peer:
    """A raw client that can do what no browser would."""

    def __init__(self, server: Server, headers: str = "", receive_buffer: int = 0) -> None:
        self.sock = socket.socket()
        PEERS.append(self)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(10)
        self.sock.connect(("127.0.0.1", server.port))
        self.sock.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers.encode() + b"\r\n"
        )
        self.buffer = bytearray()
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        self.answer, self.buffer = head.decode(), bytearray(rest)

    def _more(self) -> None:
        chunk = self.sock.recv(1 << 16)
        if not chunk:
            raise EOFError
        self.buffer += chunk

    def _take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self._more()
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    def frame(self) -> tuple[int, bytes]:
        first, size = self._take(2)
        assert first & 0xF0 == 0x80, f"not a whole, plain frame: {first:#x}"
        assert size < 128, "masked by the server"
        if size == 126:
            size = int.from_bytes(self._take(2), "big")
        elif size == 127:
            size = int.from_bytes(self._take(8), "big")
        return first & 0x0F, self._take(size)

    def text(self) -> str:
        opcode, payload = self.frame()
        assert opcode == TEXT, (opcode, payload)
        return payload.decode()

    def event(self) -> object:
        while not (text := self.text()).startswith("42"):
            pass
        return json.loads(text[2:])[1]

    def write(self, payload: bytes, opcode: int = TEXT, *, first: int = 0x80) -> None:
        self.sock.sendall(masked(payload, first | opcode))

    def say(self, text: str) -> None:
        self.write(text.encode())

    def close_code(self) -> int:
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")

    def ended(self) -> bool:
        try:
            while True:
                self.frame()
        except (EOFError, ConnectionResetError):
            return True
        except TimeoutError:
            return False

    def silent(self) -> bool:
        self.say("420" + '["join",{}]')
        return self.text().startswith("430")

    def is_served(self) -> bool:
        self.say("420" + '["join",{}]')
        while not self.text().startswith("430"):
            pass
        return True

    def kill(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def member(server: Server, *, joined: bool = True, **options: object) -> Peer:
    peer = Peer(server, **options)  # type: ignore[arg-type]
    assert peer.text().startswith("0{")
    peer.say("40")
    assert peer.text().startswith("40")
    if joined:
        peer.say('420["join",{}]')
        assert peer.text() == '430["ok"]'
    return peer


@pytest.fixture(autouse=True)
def everyone_goes_home() -> Iterator[None]:
    yield
    while PEERS:
        PEERS.pop().sock.close()


def running(**options: object) -> Iterator[Server]:
    server = Server(**options)  # type: ignore[arg-type]
    yield server
    log = server.stop()
    assert "Traceback" not in log, log


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from running()


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    """A server of little patience: a short queue, and quick pings."""
    queue = {"MAX_QUEUED_FRAMES": "50", "MAX_QUEUED_BYTES": "5000000"}
    yield from running(**queue, PING_INTERVAL="0.4", PING_TIMEOUT="0.4")


@pytest.fixture(scope="module")
def chatty() -> Iterator[Server]:
    """A server where one may send few frames, and has to join soon."""
    yield from running(FRAMES_A_MINUTE="40", JOIN_SECONDS="0.5", PING_TIMEOUT="2")


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


def test_compression_is_declined(server: Server) -> None:
    peer = member(server, headers=DEFLATE)
    assert "extensions" not in peer.answer.lower()
    server.get("/emit/talk/plain")
    assert peer.event() == "plain"


def test_polling_is_refused(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400") as refusal:
        server.get("/socket.io/?EIO=4&transport=polling")
    refusal.value.close()


@pytest.mark.parametrize(
    "spoilt",
    [
        ("Version: 13", "Version: 8"),
        ("Key: dGhlIHNhbXBsZSBub25jZQ==", "Key: short"),
        ("Key: dGhlIHNhbXBsZSBub25jZQ==", "Key: ****"),
        ("Connection: Upgrade", "Connection: close"),
        ("Upgrade: websocket", "Upgrade: h2c"),
        ("Host: x", "Host: x\r\nOrigin: http://evil.example"),
    ],
)
def test_a_bad_handshake_is_refused(server: Server, spoilt: tuple[str, str]) -> None:
    request = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), 10) as sock:
        sock.sendall(request.replace(*spoilt).encode())
        assert sock.recv(100).startswith(b"HTTP/1.1 400")


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


@pytest.mark.parametrize("kind", ["declared", "fragmented", "at once"])
def test_a_message_too_big_is_refused_before_it_is_held(server: Server, kind: str) -> None:
    peer, before = member(server), server.rss()
    if kind == "declared":
        peer.sock.sendall(b"\x81\xff" + HUGE.to_bytes(8, "big") + b"\0\0\0\0")
    elif kind == "fragmented":
        peer.write(b"4" * 8000, first=0)
        peer.write(b"4" * 8000, 0, first=0)
        peer.write(b"4" * 8000, 0, first=0)
    else:
        peer.sock.sendall(b"\x81\xff" + HUGE.to_bytes(8, "big") + b"\0\0\0\0")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            peer.sock.sendall(b"x" * HUGE)
    assert peer.close_code() == 1009
    assert peer.ended()
    assert server.rss() - before < 10 * 1024 * 1024
    assert eventually(lambda: server.state()["clients"] == server.state()["environs"])


def test_the_largest_message_allowed_is_taken(server: Server) -> None:
    peer = member(server, joined=False)
    message = '420["join",{"pad":"' + "x" * 16_000 + '"}]'
    peer.say(message + " " * (16_384 - len(message)))
    assert peer.text() == '430["ok"]'
    peer.say(message + " " * (16_385 - len(message)))
    assert peer.close_code() == 1009


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x81\x022p", 1002),  # not masked
        (masked(b"2", 0xC1), 1002),  # a reserved bit
        (masked(b"2", 0x83), 1002),  # a reserved opcode
        (masked(b"2", 0x80), 1002),  # continues nothing
        (masked(b"2", 0x01) + masked(b"2", 0x81), 1002),  # starts anew before the end
        (masked(b"", 0x09), 1002),  # a fragmented ping
        (masked(b"x" * 126, 0x89), 1002),  # a long ping
        (masked(b"4\xff\xfe", 0x81), 1007),
        (masked(b"4\xc3", 0x01) + masked(b"(", 0x80), 1007),
        (masked(b"\x03", 0x88), 1002),  # half a close code
        (masked(b"\x03\xed", 0x88), 1002),  # 1005 is never sent
        (masked(b"\x03\xe8\xff", 0x88), 1007),
        (masked(b"", 0x81), 1002),  # not an Engine.IO packet
        (masked(b"x", 0x81), 1002),
        (masked("²".encode(), 0x81), 1002),
        (masked(b"4", 0x82), 1003),  # bytes, which nobody here uses
        (masked(b'451-["others",{"_placeholder":true,"num":0}]', 0x81), 1003),  # some announced
        (masked(b'461-0[{"_placeholder":true,"num":0}]', 0x81), 1003),
        (masked(b'42["disconnect","x"]', 0x81), 1002),  # what only the library may say
        (masked(b'42["dis\\u0063onnect"]', 0x81), 1002),
        (masked(b'421["connect",{"talk":"x"}]', 0x81), 1002),
        (masked(b'42["connect_error"]', 0x81), 1002),
        (masked(b"42[]", 0x81), 1002),  # an event without a name
        (masked(b'42{"0":"others"}', 0x81), 1002),
    ],
)
def test_a_breach_of_protocol_ends_the_connection(server: Server, raw: bytes, code: int) -> None:
    peer = member(server)
    peer.sock.sendall(raw)
    assert peer.close_code() == code
    assert peer.ended()


def test_fragments_are_joined_and_pings_answered_in_between(server: Server) -> None:
    peer, text = member(server), '42["others","hé"]'.encode()
    listener = member(server)
    cut = text.index(b"\xa9")
    peer.write(text[:cut], first=0)
    peer.write(b"are you there", PING)
    peer.write(b"", 0, first=0)
    peer.write(text[cut:], 0)
    assert peer.frame() == (PONG, b"are you there")
    assert listener.event() == "hé"


def test_bytes_that_arrive_one_by_one_make_a_message(server: Server) -> None:
    peer = member(server, joined=False)
    peer.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in masked(b'420["join",{}]', 0x81):
        peer.sock.sendall(bytes((byte,)))
    assert peer.text() == '430["ok"]'


@pytest.mark.parametrize("payload", [b"", b"\x03\xe8", b"\x0f\xa0bye"])
def test_a_goodbye_is_answered_in_kind(server: Server, payload: bytes) -> None:
    peer = member(server)
    peer.write(payload, CLOSE)
    assert peer.frame() == (CLOSE, payload[:2])
    assert peer.ended()


def test_the_server_can_say_goodbye(server: Server) -> None:
    peer = member(server)
    peer.say('42["leave_by_server",0]')
    assert peer.text() == "1"
    assert peer.close_code() == 1000
    peer.write(b"\x03\xe8", CLOSE)
    assert peer.ended()


def test_a_client_that_ignores_a_goodbye_is_cut_off(strict: Server) -> None:
    member(strict).kill()
    assert eventually(lambda: strict.state()["clients"] == 0)
    before = strict.state()["greenlets"]
    peer = member(strict)
    peer.say('42["leave_by_server",0]')
    assert peer.close_code() == 1000
    assert eventually(lambda: strict.state()["greenlets"] <= before)


def test_a_client_killed_in_mid_broadcast_harms_nobody(server: Server) -> None:
    victims = [member(server, receive_buffer=4096) for _ in range(5)]
    witness = member(server)
    burst = threading.Thread(target=server.get, args=("/burst/300/10000",))
    burst.start()
    for number in range(300):
        assert witness.event()["id"] == number  # type: ignore[index]
        if number % 50 == 0 and victims:
            victims.pop().kill()
    burst.join()


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


def test_a_client_too_far_behind_is_dropped(strict: Server) -> None:
    slow, quick = member(strict, receive_buffer=4096), member(strict)
    burst = threading.Thread(target=strict.get, args=("/burst/800/10000",))
    burst.start()
    heard = 0
    while heard < 800:
        text = quick.text()
        heard += text.startswith("42")
        if text == "2":
            quick.say("3")
    burst.join()
    assert strict.state()["clients"] == 1
    assert slow.ended()


def test_a_client_with_too_many_bytes_to_come_is_dropped(strict: Server) -> None:
    slow = member(strict, receive_buffer=4096)
    strict.get("/burst/20/1000000")
    assert eventually(lambda: strict.state()["clients"] == 0, 0.3)
    assert slow.ended()


@pytest.mark.parametrize(
    "chatter",
    [
        masked(b'42["others","again"]', 0x81),
        masked(b'42["nobody knows"]', 0x81),
        masked(b"40", 0x81) + masked(b"41", 0x81),  # in and out again
        masked(b"3", 0x81),
        masked(b"hello?", 0x89),
    ],
)
def test_whoever_says_too_much_is_cut_off_whatever_it_is(chatty: Server, chatter: bytes) -> None:
    peer, quiet = member(chatty), member(chatty)
    with contextlib.suppress(OSError):
        for _ in range(60):
            peer.sock.sendall(chatter)
    assert peer.ended()
    assert quiet.is_served()


def test_a_client_that_does_not_join_is_dropped(chatty: Server) -> None:
    stranger, friend = Peer(chatty), member(chatty)
    assert stranger.text().startswith("0{")
    gone = member(chatty)
    gone.say("41")
    assert stranger.ended()
    assert gone.ended()
    assert friend.silent()


@pytest.mark.parametrize("again", ["40", '40{"talk":"x"}', '420["join",{}]'])
def test_who_leaves_does_not_come_back_by_the_same_connection(server: Server, again: str) -> None:
    leaving, staying = member(server), member(server)
    leaving.say("41")
    with contextlib.suppress(OSError):
        leaving.say(again)
    assert leaving.text() == "1"
    assert leaving.close_code() == 1000
    assert leaving.ended()
    assert staying.silent()


def test_who_has_joined_does_not_join_again(server: Server) -> None:
    peer = member(server)
    for _ in range(3):
        peer.say("40")
        assert peer.text().startswith("44")
    assert peer.silent()
    peer.kill()
    assert eventually(lambda: server.state()["clients"] == 0)


def test_a_client_that_does_not_answer_pings_is_dropped(strict: Server) -> None:
    mute, alive = member(strict, joined=False), member(strict, joined=False)
    for _ in range(3):
        assert alive.text() == "2"
        alive.say("3")
    assert mute.text() == "2"
    assert mute.ended()
    assert strict.state()["clients"] == 1


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    valkey = Valkey(tmp_path_factory.mktemp("valkey"))
    yield valkey
    valkey.stop()


@pytest.fixture(scope="module")
def pair(valkey: Valkey) -> Iterator[tuple[Server, Server]]:
    servers = [Server(gunicorn=False, REDIS=valkey.url) for _ in range(2)]
    yield servers[0], servers[1]
    for server in servers:
        assert "Traceback" not in server.stop()


def hears(peer: Peer, server: Server, word: str) -> bool:
    """Whether a word from another server arrives within a moment."""
    server.get(f"/emit/talk/{word}")
    if not peer.buffer and not select.select([peer.sock], [], [], 0.25)[0]:
        return False
    peer.event()
    return True


def test_servers_that_share_a_redis_hear_each_other(pair: tuple[Server, Server]) -> None:
    here, there = member(pair[0]), member(pair[1])
    assert eventually(lambda: hears(there, pair[0], "hello"))
    assert eventually(lambda: hears(here, pair[1], "hello"))


def test_a_redis_that_hangs_or_dies_delays_nothing(
    pair: tuple[Server, Server], valkey: Valkey
) -> None:
    here, there = member(pair[0]), member(pair[1])
    assert eventually(lambda: hears(there, pair[0], "before"))
    valkey.process.send_signal(signal.SIGSTOP)
    took = []
    for _ in range(5):
        took.append(float(pair[0].get("/emit/talk/frozen")))
        while here.event() != "frozen":
            pass
    assert max(took) < 300
    valkey.process.send_signal(signal.SIGCONT)
    assert eventually(lambda: hears(there, pair[0], "thawed"), 5)
    valkey.stop()
    pair[0].get("/emit/talk/down")
    while here.event() != "down":
        pass
    valkey.start()
    assert eventually(lambda: hears(there, pair[0], "after"), 6)
    assert eventually(lambda: pair[1].state()["gaps"] > 0, 6)


@pytest.mark.parametrize("async_mode", ["threading", "gevent"])
def test_several_applications_can_use_the_test_client(async_mode: str) -> None:
    socketio = SocketIO()

    @socketio.on("join")
    def join(_: object) -> None:
        join_room("talk")

    for word in ("first", "second"):
        app = Flask(__name__)
        socketio.init_app(app, async_mode=async_mode, client_manager=fanout.client_manager())
        fanout.install(socketio.server)
        client, other = socketio.test_client(app), socketio.test_client(app)
        client.emit("join", {})
        socketio.emit("msg", word, to="talk")
        assert [heard["args"] for heard in client.get_received()] == [[word]]
        assert other.get_received() == []

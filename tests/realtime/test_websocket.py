"""Our WebSocket endpoint: shakes hands, takes frames, and closes as the protocol says."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.support.fanout_server import STRICT, Server, member, running
from tests.support.frames import CLOSE, PING, PONG, masked
from tests.support.live import eventually

pytestmark = pytest.mark.slow
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
HUGE = 300 * 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from running()


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    yield from running(**STRICT)


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

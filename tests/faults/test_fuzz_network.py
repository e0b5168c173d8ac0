"""Whatever bytes come in from the network: what is answered is well-formed, and others go on."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from engineio.packet import Packet as EnginePacket
from hypothesis import strategies as st
from socketio.packet import Packet

from tests.support.frames import BINARY, CLOSE, FINAL, PING, PONG, TEXT, masked, read_frames
from tests.support.fuzz import fuzz
from tests.support.hostile import hostile_texts
from tests.support.live import Attendee, LiveServer, eventually, write_talk
from tests.support.raw_http import opening

pytestmark = pytest.mark.slow
JOIN = '40{"talk": "compilers", "view": "board"}'
NUMBERS = st.sampled_from(["", "0", "1", "7", "-1", "00", "9" * 30, "9" * 5_000, "1.5", "x"])
PLACES = st.sampled_from(["", "", "", "/,", "/other,", "/?a=b,", "/" * 300, "/no comma"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | hostile_texts | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["key", "text", "talk", "view", "question", "wanted", "_placeholder", "num"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
EVENTS = st.builds(
    lambda name, fields: json.dumps([name, *fields]),
    st.sampled_from(["ask", "vote", "drag", "connect", "disconnect", "message", "refetch", "", "*"])
    | VALUES,
    st.lists(VALUES, max_size=3),
)
ASKED = st.builds(
    lambda text, key: json.dumps(["ask", {"text": text, "key": key}]),
    hostile_texts,
    st.from_regex(r"[a-z]{8,20}", fullmatch=True),
)
BODIES = (
    EVENTS
    | ASKED
    | VALUES.map(json.dumps)
    | st.sampled_from(
        ["[" * 8_000, '{"a":' * 3_000, "[1e999]", '["\\ud800"]', "[", "]", "NaN", "9" * 9_000]
    )
    | hostile_texts
)
KINDS = st.sampled_from(["42", "42", "42", "40", "41", "43", "44", "45", "451-", "46", "4", "49"])
MESSAGES = (
    st.just(JOIN)
    | st.builds("{}{}{}{}".format, KINDS, PLACES, NUMBERS, BODIES)
    | st.builds("{}{}".format, st.sampled_from([*"0123456789b", ""]), hostile_texts)
)
FRAMES = st.one_of(
    MESSAGES.map(lambda text: masked(text.encode("utf-8", "surrogatepass"), FINAL | TEXT)),
    MESSAGES.map(lambda text: masked(text.encode("utf-8", "replace"), FINAL | TEXT)),
    st.builds(
        lambda payload, first: masked(payload, first),
        st.binary(max_size=140),
        st.sampled_from([FINAL | kind for kind in (TEXT, BINARY, CLOSE, PING, PONG)] + [*range(16)])
        | st.integers(0, 255),
    ),
    st.binary(max_size=20),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off")
    yield running
    running.stop()
    assert_calm(running)


@pytest.fixture(scope="module")
def bob(server: LiveServer) -> Iterator[Attendee]:
    """Return somebody who was there before, and is to notice nothing."""
    bob = Attendee(server, "compilers")
    yield bob
    assert bob.ask("Is there still somebody here?")["ok"]
    assert eventually(lambda: bob.here() == 1)
    bob.leave()


def assert_calm(server: LiveServer) -> None:
    log = server.log()
    assert not [word for word in ("Traceback", "ERROR", "CRITICAL") if word in log], log[-3_000:]


def said(server: LiveServer, sent: bytes) -> bytes:
    """Return all that is answered to bytes, and to their end."""
    heard = b""
    with socket.create_connection(("127.0.0.1", server.port), 20) as sock:
        with suppress(OSError):
            sock.sendall(sent)
            sock.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while chunk := sock.recv(1 << 16):
                heard += chunk
    return heard


@fuzz(frames=st.lists(FRAMES, max_size=8), joins=st.booleans())
def test_any_frames_and_packets_are_answered_by_the_book(
    server: LiveServer, bob: Attendee, frames: list[bytes], joins: bool
):
    first = masked(JOIN.encode(), FINAL | TEXT) if joins else b""
    origin = f"Origin: {server.origin}"
    hello = opening(f"127.0.0.1:{server.port}", origin, f"Cookie: {bob.cookie}")

    head, _, rest = said(server, hello + first + b"".join(frames)).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 101 ")
    for opcode, payload in read_frames(rest):
        assert opcode in (TEXT, CLOSE, PONG)
        if opcode == TEXT:
            packet = EnginePacket(encoded_packet=payload.decode())
            if packet.packet_type == 4:
                Packet(encoded_packet=packet.data)
    assert_calm(server)


METHODS = st.sampled_from(
    ["GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "TRACE", "get", ""]
)
TARGETS = (
    st.sampled_from(
        [
            *(
                "/",
                "/talks/compilers",
                "/talks/compilers/questions",
                "/talks/compilers/board",
                "/csp",
            ),
            *(
                "/enter",
                "/organise",
                "/socket.io/?EIO=4&transport=websocket",
                "/static/../x",
                "/feed.xml",
            ),
            *(
                "/talks/compilers/questions/1/vote",
                "/readyz",
                "*",
                "//",
                "/%ff%00",
                "http://[::1/",
                "",
            ),
        ]
    )
    | hostile_texts
)
SPACES = st.sampled_from([" ", " ", " ", " ", "  ", "\t", ""])
ENDS = st.sampled_from(["\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", ""])
HEADERS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(
        [
            *(
                "Host",
                "Content-Length",
                "Transfer-Encoding",
                "Content-Type",
                "Connection",
                "Upgrade",
            ),
            *("Cookie", "Origin", "Sec-Fetch-Site", "Accept-Language", "Range", "If-None-Match"),
            *(
                "If-Modified-Since",
                "Expect",
                "HX-Request",
                "Accept-Encoding",
                "Authorization",
                "X",
                "",
            ),
        ]
    )
    | hostile_texts,
    st.sampled_from([": ", ": ", ":", " : ", ""]),
    st.sampled_from(
        [
            *(
                "127.0.0.1",
                "0",
                "4",
                "40",
                "chunked",
                "close",
                "keep-alive",
                "Upgrade",
                "websocket",
            ),
            *(
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=b",
                "application/json",
            ),
            *(
                "text/html; charset=x",
                "bytes=0-1,2-",
                'W/"',
                "visitor=x.y.z; role=",
                "gzip;q=x",
                "null",
            ),
        ]
    )
    | hostile_texts,
    ENDS,
)
CONTENTS = (
    st.sampled_from(
        [
            *(
                "",
                "text=Is+this+a+question%3F&key=abcdefgh",
                "a=%ff%zz&&&=",
                "4\r\na=b\r\n0\r\n\r\n",
            ),
            *(
                "--b\r\nContent-Disposition: form-data; name=x\r\n\r\ny\r\n--b--",
                "--b\r\n\r\n",
                "[{}]",
            ),
        ]
    )
    | hostile_texts
)
REQUESTS = st.builds(
    lambda method, one, target, two, version, end, headers, last, body: (
        f"{method}{one}{target}{two}{version}{end}{''.join(headers)}{last}{body}".encode(
            "utf-8", "replace"
        )
    ),
    *(METHODS, SPACES, TARGETS, SPACES),
    st.sampled_from(["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", ""]),
    *(ENDS, st.lists(st.just("Host: 127.0.0.1\r\n") | HEADERS, max_size=6), ENDS, CONTENTS),
)


@fuzz(requests=st.lists(REQUESTS, min_size=1, max_size=3))
def test_any_requests_are_answered_or_refused_and_never_by_a_fault_of_ours(
    server: LiveServer, bob: Attendee, requests: list[bytes]
):
    heard = said(server, b"".join(requests))

    assert not heard or heard.startswith(b"HTTP/1.")
    assert b" 500 INTERNAL" not in heard
    assert_calm(server)

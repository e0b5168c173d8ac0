"""Connections that are slow, silent, too many or no HTTP at all, on the real server."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from companion.network.capacity import AddressLimit, group_of
from companion.web.headers import EVERYWHERE, ON_PAGES
from tests.support import behind
from tests.support.live import Attendee, LiveServer, write_talk
from tests.support.raw_http import Answer, Trickle, opening, send

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(behind.PROXY), reason="a proxy answers these in our place"),
]
ASK = "POST /talks/compilers/questions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = ASK + "Content-Type: application/x-www-form-urlencoded\r\n"
PAGE = "GET /talks/compilers HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Return a server in whose environment somebody has set what gunicorn reads."""
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    running = LiveServer(folder, FORWARDED_ALLOW_IPS="*", SCRIPT_NAME="/evil", PORT="1")
    yield running
    running.stop()
    log = running.log()
    assert "Traceback" not in log
    assert "CRITICAL" not in log
    assert "ip=" not in log
    assert log.count("evil") == log.count("asked for as evil.example,") <= 1


def assert_bare(answer: Answer) -> None:
    """See that an answer has the headers of all answers, and repeats nothing."""
    for name, value in (EVERYWHERE | ON_PAGES).items():
        assert answer.headers[name.lower()] == value, (answer.raw, name)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert b"evil" not in answer.raw
    assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-credentials" not in answer.headers


def test_nobody_keeps_a_place_by_being_slow(server):
    ada = Attendee(server, "compilers")
    slow = {
        "header": Trickle(server.port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "),
        "silent": Trickle(server.port, b"", drop=b""),
        "form": Trickle(server.port, f"{FORM}Content-Length: 60000\r\n\r\ntext=".encode()),
        "chunked": Trickle(
            server.port, f"{FORM}Transfer-Encoding: chunked\r\n\r\n".encode(), b"1\r\nx\r\n"
        ),
        "import": Trickle(
            server.port,
            b"POST /talks/compilers/import HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n"
            b"Content-Length: 900000\r\n\r\n--b\r\n",
        ),
        "socket.io": Trickle(
            server.port,
            b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Length: 60000\r\n\r\n",
        ),
        "never joins": Trickle(server.port, opening("127.0.0.1"), drop=b"\x89\x80\x00\x00\x00\x00"),
    }

    ended = {name: each.outcome() for name, each in slow.items()}

    assert all(waited < 12 for _, waited in ended.values())
    said = {name: answer.status for name, (answer, _) in ended.items()}
    assert said["form"] == said["chunked"] == 408
    assert "did not arrive in time" in ended["form"][0].body
    assert said["never joins"] == 101
    assert ada.ask("Is there still a place for me here?")["ok"]
    ada.leave()


NO_REQUESTS = (
    "evil\r\n\r\n",
    "GET\r\n\r\n",
    "evil / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET / HTTP/9.9\r\nHost: evil\r\n\r\n",
    "GET evil HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET /evil\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    f"GET /{'evil' * 3000} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nevil\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\ne vil: 1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: evil\x01\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n evil\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + "X: evil\r\n" * 200 + "\r\n",
    f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {'evil' * 3000}\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: {'evil' * 3000}\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: {'x' * 64}\r\nConnection: close\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: evil\r\n\r\n",
    f"{FORM}Content-Length: evil\r\n\r\n",
    f"{FORM}Content-Length: -1\r\n\r\n",
    f"{FORM}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nevil",
    f"{FORM}Transfer-Encoding: evil\r\n\r\n",
)


@pytest.mark.parametrize("request_", NO_REQUESTS, ids=range(len(NO_REQUESTS)))
def test_what_is_no_request_is_refused_in_words_of_our_own(server, request_):
    answer = send(server.port, request_.encode("latin-1"))

    assert answer.status in (400, 414, 417, 431, 501)
    assert_bare(answer)


@pytest.mark.parametrize("body", ["evil\r\n", "4;evil=\r\nevil\r\n0\r\n\r\n", "2\r\nevil\r\n"])
def test_a_body_that_is_no_body_is_refused_and_no_fault_of_ours(server, body):
    answer = send(server.port, f"{FORM}Transfer-Encoding: chunked\r\n\r\n{body}".encode())

    assert answer.status == 400
    assert "evil" not in answer.body


FORGED = (
    "Script-Name: /evil",
    "Script_Name: /evil",
    "SCRIPT_NAME: /evil",
    "PATH_INFO: /evil",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Protocol: ssl",
    "X-Forwarded-Ssl: on",
    "X-Forwarded-Host: evil.example",
    "X_Forwarded_Host: evil.example",
    "X-Forwarded-Prefix: /evil",
    "X-Forwarded-Proto: http\r\nX-Forwarded-Ssl: on",
    "Forwarded: host=evil.example;proto=https",
)


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("path", ["/talks/compilers", "/talks//compilers", "/healthz"])
def test_nobody_is_believed_to_be_a_proxy(server, path, forged):
    plain, asked = (
        send(
            server.port,
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{more}\r\n".encode(),
        )
        for more in ("", f"{forged}\r\n")
    )

    names = ("location", "content-security-policy")
    assert [asked.status, *map(asked.headers.get, names)] == [
        plain.status,
        *map(plain.headers.get, names),
    ]
    assert asked.status in (200, 301)
    assert b"evil" not in asked.raw


NO_SOCKETS = (
    ("GET", "EIO=4&transport=polling", ""),
    ("GET", "EIO=4&transport=evil", ""),
    ("GET", "", ""),
    ("GET", "EIO=3&transport=websocket", ""),
    ("GET", "EIO=4&transport=websocket", ""),
    ("GET", "EIO=4&transport=websocket&sid=evil%0aCRITICAL:%20evil", ""),
    ("GET", "EIO=4&transport=websocket&j=evil", ""),
    ("POST", "EIO=4&transport=polling&sid=evil", "Content-Length: 4\r\n\r\nevil"),
    ("PUT", "EIO=4&transport=polling", ""),
    ("OPTIONS", "EIO=4&transport=polling", "Access-Control-Request-Headers: evil\r\n"),
    ("OPTIONS", "EIO=4&transport=polling", "Origin: http://127.0.0.1:{port}\r\n"),
    ("GET", "EIO=4&transport=websocket", "Origin: http://evil.example\r\n"),
    ("GET", "EIO=4&transport=websocket", "Upgrade: evil\r\nConnection: Upgrade\r\n"),
)


@pytest.mark.parametrize(("method", "query", "more"), NO_SOCKETS)
def test_every_refusal_of_the_sockets_address_is_bare(server, method, query, more):
    host = f"Host: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
    start = f"{method} /socket.io/?{query} HTTP/1.1\r\n{host}"
    ending = "" if "\r\n\r\n" in more else "\r\n"

    answer = send(server.port, f"{start}{more.format(port=server.port)}{ending}".encode())

    assert answer.status == 400
    assert answer.body
    assert_bare(answer)


@pytest.mark.parametrize(
    "spoilt",
    ["Version: 13", "Key: dGhlIHNhbXBsZSBub25jZQ==", "Connection: Upgrade", "Upgrade: websocket"],
)
def test_every_refusal_of_a_handshake_is_bare(server, spoilt):
    name, _, _ = spoilt.partition(":")
    request = opening("127.0.0.1").replace(spoilt.encode(), f"{name}: evil".encode())

    answer = send(server.port, request)

    assert answer.status == 400
    assert_bare(answer)


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}", 101),
        ("localhost:9000", "http://localhost:9000", 101),
        ("evil.example", "http://evil.example", 400),
        ("evil.example:{port}", "http://127.0.0.1:{port}", 400),
        ("127.0.0.1:{port}", "https://127.0.0.1:{port}", 400),
        ("127.0.0.1:{port}", "http://127.0.0.1", 400),
        ("127.0.0.1:{port}", "null", 400),
    ],
)
def test_a_socket_opens_for_whole_origins_of_ours(server, host, origin, status):
    host, origin = host.format(port=server.port), origin.format(port=server.port)
    with socket.create_connection(("127.0.0.1", server.port), 10) as sock:
        sock.sendall(opening(host, f"Origin: {origin}"))
        assert sock.recv(12) == f"HTTP/1.1 {status}".encode()


class CrampedServer(LiveServer):
    """A server that the system lets have few files open."""

    files = 256


def test_behind_a_proxy_one_address_never_has_every_place(tmp_path):
    write_talk(tmp_path, "compilers")
    server = CrampedServer(tmp_path, COMPANION_PROXIES="1")
    with ExitStack() as crowd:

        def come(address: str) -> bytes:
            sock = socket.create_connection(("127.0.0.1", server.port), 10)
            crowd.enter_context(sock).sendall(opening("127.0.0.1", f"X-Forwarded-For: {address}"))
            return sock.recv(12)

        assert {come("2001:db8::1") for _ in range(40)} == {b"HTTP/1.1 101"}
        assert {come("2001:db8::2") for _ in range(40)} == {b"HTTP/1.1 101"}
        assert come("2001:db8::3") == b"HTTP/1.1 429"
        refused = send(server.port, f"{PAGE}X-Forwarded-For: 2001:db8::4\r\n\r\n".encode())
        assert "from your network" in refused.body
        assert refused.headers["retry-after"] == "10"
        assert_bare(refused)
        for others in ("2001:db8:0:1::1", "203.0.113.9, 203.0.113.10"):
            assert come(others) == b"HTTP/1.1 101"
        assert send(server.port, f"{PAGE}\r\n".encode()).status == 200
    server.stop()
    assert "Traceback" not in server.log()


def test_an_address_gives_back_its_places():
    limit = AddressLimit(2)
    comers = ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2")
    assert [limit.enter(address) for address in comers] == [True, True, False, True]
    for address in (comers[0], comers[1], comers[3]):
        limit.leave(address)
    assert not limit._here
    assert limit.enter("192.0.2.1")
    assert all(limit.enter("127.0.0.1") for _ in range(9))


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("192.0.2.1", "192.0.2.1/32"),
        ("::ffff:192.0.2.1", "192.0.2.1/32"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.9", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_this_machine_is_nobodys_address(address, group):
    assert group_of(address) == group

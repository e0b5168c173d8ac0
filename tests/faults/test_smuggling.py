"""No request is two, to us or to an nginx before us, and nobody hears another person's answer."""

import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support.live import LiveServer, write_talk
from tests.support.nginx import NGINX, Nginx

pytestmark = pytest.mark.slow
HOST = "qa.example.org"
AFTER = f"GET /smuggled HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
REFUSED = {400, 405, 417, 431, 501, 505}
END = b"0\r\n\r\n"
ONE = b"1\r\na\r\n" + END
STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3}) ")
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
UPGRADE = f"Connection: Upgrade\r\nUpgrade: websocket\r\n{KEY}"
OPEN = f"{UPGRADE}Sec-WebSocket-Version: 13\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
BOTH = f"Content-Length: {len(END)}\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"


def get(path: str = "/healthz", more: str = "", *, version: str = "1.1", host: str = HOST) -> bytes:
    return f"GET {path} HTTP/{version}\r\nHost: {host}\r\n{more}\r\n".encode("latin-1")


def post(more: str, body: bytes = b"", path: str = "/csp") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{more}\r\n".encode("latin-1") + body


def first(old: bytes, new: bytes) -> bytes:
    """Return a request with something else in its first line."""
    return get().replace(old, new, 1)


def opening(more: str, query: str = "EIO=4&transport=websocket") -> bytes:
    return get(f"/socket.io/?{query}", more)


CODINGS = (
    *("xchunked", "chunked, identity", "identity", "identity, chunked", "chunked, chunked"),
    *("gzip, chunked", "gzip", "deflate, chunked", "x, chunked", "chunked, x", "chunked;q=1"),
    *('"chunked"', "'chunked'", "chunked,", ", chunked", "", "cow", "chun ked", "chunked\x80"),
    *("chunked\x0b", "\x0bchunked", "chunked\x0c", "chunked\x1f", "chunked\x00"),
    *("chunked\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding: x"),
    *("x\r\nTransfer-Encoding: chunked", "identity\r\nTransfer-Encoding: chunked"),
    *("chunked\r\nTransfer-Encoding: identity", "gzip\r\nTransfer-Encoding: chunked"),
    *("chunked\r\n\r", "\r\n chunked"),
)
LENGTHS = (
    *(
        "0\r\nContent-Length: 49",
        "49\r\nContent-Length: 0",
        "0\r\nContent-Length: 0",
        "0, 0",
        "0,5",
    ),
    *("+0", "-0", "-1", "0x0", "0_0", "1_0", "1e1", "0.0", "\xb2", "\xb9", "", "0;", "0 0", "NaN"),
    *("0\x0b", "0\x00", "9" * 5_000, "\r\n 0"),
)
NAMES = (
    *(
        "Transfer-Encoding ",
        "Transfer-Encoding\t",
        "Transfer-Encoding\x00",
        "\x0bTransfer-Encoding",
    ),
    *(" Transfer-Encoding", "\tTransfer-Encoding", "X\rTransfer-Encoding", "X\nTransfer-Encoding"),
    *("X: a\nTransfer-Encoding", "X: a\rTransfer-Encoding", "Transfer-Encoding\r\n "),
    *("X: a\r\n Transfer-Encoding", "X: a\r\n\tTransfer-Encoding"),
    *("Content-Length ", "Content-Length\x00", " Content-Length", "X: a\r\n Content-Length"),
)
BROKEN_CHUNKS = {
    "an extension of a line": b"1;\na\r\na\r\n" + END,
    "a return in an extension": b"1;a\rb\r\na\r\n" + END,
    "a quoted line end": b'1;a="\r\nx"\r\na\r\n' + END,
    "line feeds alone": b"1\na\n0\n\n",
    "a line feed after the size": b"1\na\r\n" + END,
    "a line feed after the data": b"1\r\na\n" + END,
    "a blank before the size": b" 1\r\na\r\n" + END,
    "0x": b"0x1\r\na\r\n" + END,
    "plus": b"+1\r\na\r\n" + END,
    "minus": b"-1\r\na\r\n" + END,
    "minus naught": b"-0\r\n\r\n",
    "an underscore": b"0_1\r\na\r\n" + END,
    "no size": b"\r\na\r\n" + END,
    "no end of line": b"1\r\naa" + END,
    "longer than it says": b"1\r\naaaa\r\n" + END,
    "a trailer that ends in a line feed": b"0\r\nX: y\n\n",
    "an end of a line feed": b"0\r\n\n",
}
# Nginx reads these and passes on what they mean; we read nothing that is not as it should be.
BROKEN_FOR_US = {
    "a blank after the size": b"1 \r\na\r\n" + END,
    "an extension without a name": b"1;\r\na\r\n" + END,
    "a trailer with a length": b"0\r\nContent-Length: 49\r\n\r\n",
    "a trailer with a coding": b"0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a trailer that is none": b"0\r\nno colon\r\n\r\n",
    "a trailer in two lines": b"0\r\nX: y\r\n z\r\n\r\n",
}
MALFORMED = {
    "length and chunks": post(BOTH + CHUNKED, END + b"G"),
    "chunks and length": post(CHUNKED + "Content-Length: 4\r\n", b"31\r\n"),
    "chunks of old": post(CHUNKED, END).replace(b"1.1", b"1.0"),
    "chunks of old, kept": post(CHUNKED + "Connection: keep-alive\r\n", END).replace(
        b"1.1", b"1.0"
    ),
    **{f"coding {coding!r}": post(f"Transfer-Encoding: {coding}\r\n", END) for coding in CODINGS},
    **{f"length {size[:20]!r}": post(f"Content-Length: {size}\r\n") for size in LENGTHS},
    **{f"name {name!r}": post(f"Content-Length: 0\r\n{name}: 5\r\n") for name in NAMES},
    **{f"chunk, {kind}": post(CHUNKED, body) for kind, body in BROKEN_CHUNKS.items()},
    "returns alone": b"GET /healthz HTTP/1.1\rHost: qa.example.org\r\r",
    "a blank before": b" " + get(),
    "a tab": first(b" ", b"\t"),
    "a blank in the target": get("/health z"),
    "small letters": first(b"GET", b"get"),
    "a sign in the method": first(b"GET", b"G@T"),
    "http": first(b"HTTP/", b"http/"),
    "a naught before the version": get(version="01.1"),
    "a comma in the version": get(version="1,1"),
    "version 2": get(version="2.0"),
    "HTTP/2 as it begins": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a proxy's preface": b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + get(),
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": get(more=f"Host: {HOST}\r\n"),
    "a naught": get(more="A: b\x00c\r\n"),
    "a line in two": get(more="A: b\r\n c\r\n"),
    "a first line in two": b"GET /healthz HTTP/1.1\r\n A: b\r\nHost: qa.example.org\r\n\r\n",
    "a name with a blank": get(more="A : x\r\n"),
    "a name with a sign": get(more="A\x01: x\r\n"),
    "no name": get(more=": x\r\n"),
    "for anybody": get("*"),
    "for a host": get(HOST),
    "for a name": get("healthz"),
    "for a question": get("?x"),
    "for a script": get("javascript:alert(1)"),
    "for nobody": get("http:///healthz"),
    "for somebody": get(f"http://ada@{HOST}/healthz"),
    "a naught in the target": get("/a\x00"),
    "a tab in the target": get("/a\tb"),
    "a tunnel": first(b"GET /healthz", b"CONNECT evil.example:80"),
}
# What nginx mends, ignores or answers by itself, but we are not to be sent.
MALFORMED_TO_US = {
    **{f"chunk, {kind}": post(CHUNKED, body) for kind, body in BROKEN_FOR_US.items()},
    "a coding and a line feed": post("Transfer-Encoding: chunked\n", END),
    "a length and a line feed": post("Content-Length: 0\n"),
    "line feeds alone": b"GET /healthz HTTP/1.1\nHost: qa.example.org\n\n",
    "one line feed": b"GET /healthz HTTP/1.1\nHost: qa.example.org\r\n\r\n",
    "a line feed at the end": b"GET /healthz HTTP/1.1\r\nHost: qa.example.org\r\n\n",
    "lines before": b"\r\n\r\n\r\n" + get(),
    "a line feed before": b"\n" + get(),
    "two blanks": first(b"GET ", b"GET  "),
    "a blank after the version": first(b"1.1", b"1.1 "),
    "version 1.10": get(version="1.10"),
    "version 1.2": get(version="1.2"),
    "version 0.9": b"GET /healthz\r\n",
    "a sign in a value": get(more="A: b\x01c\r\n"),
    "no colon": get(more="Abc\r\n"),
    "a name in letters of others": get(more="A\xe9: x\r\n"),
    "a target in letters of others": get("/\xe9"),
    "for another host": get("http://evil.example/healthz"),
    "for us, by another host": get(f"http://{HOST}/healthz", host="evil.example"),
    "for another protocol": get(f"ftp://{HOST}/healthz"),
    "expects the unexpected": get(more="Expect: more\r\n"),
    "an upgrade with a body": opening(f"{OPEN}Content-Length: {len(AFTER)}\r\n"),
    "an upgrade in chunks": opening(OPEN + CHUNKED),
    "an upgrade of old": opening(OPEN).replace(b"1.1", b"1.0"),
}
# What is refused in good order, and after which nothing more is heard on this connection.
HALF_DONE = {
    "another version": opening(f"{UPGRADE}Sec-WebSocket-Version: 12\r\n"),
    "no version": opening(UPGRADE),
    "no key": opening("Connection: Upgrade\r\nUpgrade: websocket\r\n"),
    "another site": opening(f"{OPEN}Origin: https://evil.example\r\n"),
    "another transport": opening(OPEN, "EIO=4&transport=polling"),
    "another protocol": get(more="Connection: Upgrade\r\nUpgrade: h2c\r\n"),
    "two protocols": opening(f"{OPEN}Upgrade: h2c\r\n"),
    "another place": get("/healthz", OPEN),
    "closing": get(more="Connection: close\r\n"),
    "closing, and not": get(more="Connection: keep-alive, Close\r\n"),
    "HTTP/1.0": get(version="1.0"),
}
# As it should be, if seldom seen: what is answered, with what comes after it.
WELL_FORMED = {
    "two": (get(), [200, 404]),
    "four": (get() + first(b"GET", b"HEAD") + get("/talks/compilers.ics"), [200, 200, 200, 404]),
    "a line before": (b"\r\n" + get(), [200, 404]),
    "HTTP/1.0, kept": (get(version="1.0", more="Connection: keep-alive\r\n"), [200, 404]),
    "its whole address": (get(f"http://{HOST}/healthz"), [200, 404]),
    "its whole address, by https": (get(f"HTTPS://{HOST.upper()}/healthz"), [200, 404]),
    "chunks": (post(CHUNKED, ONE), [204, 404]),
    "chunks in capitals": (post(CHUNKED.upper(), ONE), [204, 404]),
    "no chunks": (post(CHUNKED, END), [204, 404]),
    "an extension": (post(CHUNKED, b'1;a=b;c="d;e"\r\na\r\n' + END), [204, 404]),
    "a trailer": (post(CHUNKED, b"0\r\nX: y\r\n\r\n"), [204, 404]),
    "naughts": (post(CHUNKED, b"0" * 20 + b"1\r\na\r\n" + END), [204, 404]),
    "a request for a body": (post(f"Content-Length: {len(AFTER)}\r\n", AFTER), [204, 404]),
    "looking, with a body": (get(more=f"Content-Length: {len(AFTER)}\r\n") + AFTER, [200, 404]),
    "a body that nobody reads": (post("Content-Length: 9\r\n", b"GET / HTT", "/x"), [405, 404]),
    "a body that is refused": (
        post(f"{FORM}Origin: https://evil.example\r\nContent-Length: {len(AFTER)}\r\n", AFTER,
             "/talks/compilers/questions"),
        [403, 404],
    ),
    "a name with a line below": (get(more="Transfer_Encoding: chunked\r\n"), [200, 404]),
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    running = LiveServer(folder, COMPANION_ORIGINS=f"https://{HOST}", COMPANION_PROXIES="1")
    yield running
    running.stop()
    assert "Traceback" not in running.log()


def answers(server: LiveServer, request: bytes, *, is_all: bool = False) -> list[int]:
    """Return what is answered to bytes and to a request after them, until the server closes.

    Where it need not close, as more might come, it is told that this ``is_all``.
    """
    heard = exchange(server, request + AFTER, is_all=is_all)
    return [int(status) for status in STATUS.findall(heard)]


def exchange(server: LiveServer, sent: bytes, *, is_all: bool = True) -> bytes:
    """Send bytes, and return all that comes back until the server closes."""
    heard = b""
    with socket.create_connection(("127.0.0.1", server.port), 20) as sock:
        sock.sendall(sent)
        if is_all:
            sock.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while chunk := sock.recv(1 << 16):
                heard += chunk
    return heard


def test_what_can_be_read_as_two_requests_is_refused_and_nothing_after_it_is_answered(server):
    heard = {
        kind: answers(server, request) for kind, request in (MALFORMED | MALFORMED_TO_US).items()
    }

    assert {
        kind: said for kind, said in heard.items() if len(said) != 1 or said[0] not in REFUSED
    } == {}


def test_what_ends_a_connection_ends_it(server):
    heard = {kind: answers(server, request) for kind, request in HALF_DONE.items()}

    assert {kind: said for kind, said in heard.items() if len(said) != 1} == {}


def test_what_is_well_formed_is_answered_once_each_and_in_order(server):
    heard = {
        kind: answers(server, request, is_all=True) for kind, (request, _) in WELL_FORMED.items()
    }

    assert heard == {kind: expected for kind, (_, expected) in WELL_FORMED.items()}


def test_a_form_that_is_cut_off_does_nothing(server):
    page = exchange(server, get("/talks/compilers", "Connection: close\r\n")).decode()
    cookie = f"Cookie: {page.partition('Set-Cookie: ')[2].partition(';')[0]}\r\n"
    asking = f"{FORM}{cookie}Origin: https://{HOST}\r\n"
    text = b"key=a-key-of-adas&text=Is+this+all+of+my+question%3F"
    heard = {
        exchange(server, post(asking + framing, body, "/talks/compilers/questions"))[:12]
        for framing, body in (
            ("Content-Length: 99\r\n", text),
            (CHUNKED, b"%x\r\n" % len(text) + text + b"\r\n"),
            (CHUNKED, b"63\r\n" + text),
        )
    }

    assert (heard, server.query("SELECT text FROM question")) == ({b"HTTP/1.1 400"}, [])
    whole = post(f"{asking}Content-Length: {len(text)}\r\n", text, "/talks/compilers/questions")
    assert exchange(server, whole).startswith(b"HTTP/1.1 303 ")


@pytest.fixture(scope="module")
def nginx(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    proxy = Nginx(tmp_path_factory.mktemp("nginx"), server.port)
    yield proxy
    proxy.process.terminate()
    proxy.process.wait(10)


@pytest.mark.skipif(not (NGINX and shutil.which("openssl")), reason="there is no nginx here")
def test_through_nginx_nobody_hears_what_another_has_asked_for(nginx):
    """Bob, who comes next, takes the connection to us that Ada's request has been sent by."""
    bobs = f"GET /talks/compilers.ics HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
    for kind, request in (MALFORMED | MALFORMED_TO_US | HALF_DONE | _well_formed()).items():
        with nginx.connect() as ada, suppress(OSError):
            ada.sendall(request + AFTER)
            said = ada.recv(1 << 16)
        statuses = [int(status) for status in STATUS.findall(said)]
        bob = nginx.ask(bobs)

        assert kind not in MALFORMED or statuses[0] in REFUSED, (kind, said)
        assert (bob.status, bob.headers["content-type"]) == (200, "text/calendar; charset=utf-8"), (
            kind
        )


def _well_formed() -> dict[str, bytes]:
    return {f"well formed, {kind}": request for kind, (request, _) in WELL_FORMED.items()}

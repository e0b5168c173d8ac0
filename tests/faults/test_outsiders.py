"""What strangers send a real server, byte by byte, and what is left of it afterwards."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from companion.store.models import Role
from tests.support.indoors.sitecustomize import REACHED
from tests.support.live import INDOORS, LiveServer, write_talk
from tests.support.watcher import Watcher, enter, token

pytestmark = pytest.mark.slow
ODD = "127.0.0.77"  # where these people come from, so that it can be looked for


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    running = LiveServer(folder)
    yield running
    running.stop()


def ask(server: LiveServer, method: str, path: str, body: str = "", **headers: str) -> int:
    """Send a request from the odd address; return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, 10, (ODD, 0))
    usual = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "203.0.113.9"}
    connection.request(
        method, path, body, usual | {k.replace("_", "-"): v for k, v in headers.items()}
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_no_secret_and_no_address_is_left_in_the_log(server):
    key = Path(f"{server.database}.key").read_text().strip()
    secret, cookie = token(server, "compilers", Role.MODERATOR), "role=stolen-cookie-value"
    mine = enter(server, secret, "Grace")
    desk = Watcher(server, "compilers", "moderate", mine)
    log_before = len(server.log())

    ada = urlencode({"token": secret, "name": "Ada"})
    codes = [
        ask(server, "POST", "/enter", ada, Origin=server.origin),
        ask(server, "POST", "/enter", urlencode({"token": f"{secret}x"}), Origin=server.origin),
        ask(server, "POST", "/enter", urlencode({"token": secret}), Origin="https://evil.example"),
        ask(server, "GET", f"/enter?token={secret}", Cookie=cookie),
        ask(server, "GET", f"/{secret}?key={key}", Cookie=mine),
        ask(server, "POST", "/csp", json.dumps([{"body": {"documentURL": f"http://x/?{secret}"}}])),
        ask(server, "GET", f"/socket.io/?EIO=4&transport=polling&sid={secret}", Cookie=mine),
        ask(server, "GET", f"/socket.io/?EIO=4&transport=websocket&sid=%0aERROR%20{secret}"),
        ask(server, "PUT", f"/talks/compilers?token={secret}", Cookie=mine),
    ]
    with socket.create_connection(("127.0.0.1", server.port), 10, (ODD, 0)) as sock:
        sock.sendall(f"GET /{secret} HTTP/9.9\r\nCookie: {mine}\r\n\r\n".encode())
        sock.recv(1000)
    desk.leave()

    assert codes == [303, 422, 403, 200, 404, 204, 400, 400, 405]
    log = server.log()
    assert len(log) > log_before
    for word in (
        key,
        secret,
        mine.partition("=")[2],
        "stolen-cookie-value",
        ODD,
        "203.0.113.9",
        "127.0.0.1",
    ):
        assert word not in log.replace(server.origin, ""), word


@pytest.mark.parametrize(
    "reach",
    [
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "__import__('urllib.request').request.urlopen('http://192.0.2.1/', timeout=1)",
    ],
)
def test_a_server_that_reached_for_another_machine_would_be_found_out(reach):
    ran = subprocess.run(
        [sys.executable, "-c", f"import socket; {reach}"],
        env=os.environ | {"PYTHONPATH": INDOORS},
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert ran.returncode == 1
    assert REACHED in ran.stderr

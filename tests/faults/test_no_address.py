"""One odd address does everything that can be done here, and is found nowhere afterwards."""

import json
import socket
import uuid
from contextlib import suppress
from pathlib import Path

import pytest

from companion.store.models import Role
from tests.faults.test_serving import companion
from tests.support.live import Attendee, LiveServer, write_talk
from tests.support.watcher import Watcher, enter, token

pytestmark = pytest.mark.slow
ODD = "127.0.0.77"
MALFORMED = (
    b"NO REQUEST AT ALL\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"get\x00 / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nBad Header: 127.0.0.77\r\n\r\n",
    b"GET / HTTP/1.1\r\nX-Forwarded-For 127.0.0.77\r\n\r\n",
    b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: bees\r\n\r\n",
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: bees\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
)


@pytest.fixture(params=["text", "json"])
def server(tmp_path, monkeypatch, request):
    write_talk(tmp_path, "compilers")
    server = LiveServer(
        tmp_path, GUNICORN_CMD_ARGS="--access-logfile -", COMPANION_LOG=request.param
    )
    connect = socket.socket.connect

    def connect_from_there(here: socket.socket, address: object) -> None:
        if here.family == socket.AF_INET:
            here.bind((ODD, 0))
        connect(here, address)

    monkeypatch.setattr(socket.socket, "connect", connect_from_there)
    yield server
    if server.process.poll() is None:
        server.stop()


def send(server: LiveServer, request: bytes) -> bytes:
    """Send some bytes and no more; return the answer."""
    with socket.socket() as client:
        client.connect(("127.0.0.1", server.port))
        assert client.getsockname()[0] == ODD
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionResetError):  # what it has not read it does not want
            while some := client.recv(65_536):
                answer += some
    return answer


def act(server: LiveServer) -> None:
    """Ask, vote, moderate, lose one's way, and send what nobody can read."""
    ada = Attendee(server, "compilers")
    asked = ada.ask("How do bees find home?")
    assert not ada.call("vote", None)["ok"]
    bob = Attendee(server, "compilers")
    assert bob.vote(asked["id"])["ok"]
    bob.leave()
    text = "How do ants find home?"
    assert ada.post("questions", text=text, key=str(uuid.uuid4())) == 200
    host = f"Host: 127.0.0.1:{server.port}\r\nConnection: close".encode()
    assert b" 404 " in send(server, b"GET /nowhere HTTP/1.1\r\n%s\r\n\r\n" % host)[:20]
    assert ada.post("questions", text="") == 422
    ada.leave()
    cookie = enter(server, token(server, "compilers", Role.MODERATOR))
    grace = Watcher(server, "compilers", "moderate", cookie)
    assert grace.post("desk/questions", ids=asked["id"], do="pin") == 200
    grace.leave()
    with pytest.raises(AssertionError, match="nobody was let in"):
        enter(server, "a-wrong-secret")
    answers = [send(server, request) for request in MALFORMED]
    assert sum(b" 400 " in answer[:20] for answer in answers) >= 5


def test_an_address_is_kept_nowhere(server, tmp_path):
    act(server)
    made = ("export", "compilers", "--format", "json", "-o", str(tmp_path / "made.json"))
    assert companion(server, *made).returncode == 0
    assert companion(server, "backup", str(tmp_path / "kept.sqlite3")).returncode == 0
    read = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert {"board.sqlite3", "board.sqlite3-wal", "kept.sqlite3"} <= {path.name for path in read}
    assert found_in(read, ODD.encode()) == []
    assert found_in(read, socket.inet_aton(ODD)) == []


@pytest.mark.parametrize("server", ["json"], indirect=True)
def test_as_json_what_was_asked_has_a_line(server):
    ada = Attendee(server, "compilers")
    assert ada.post("questions", text="") == 422
    ada.leave()
    server.stop()

    lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
    asked = [line for line in lines if line.get("route") == "board.ask"]
    assert [(line["method"], line["status"]) for line in asked] == [("POST", 422)]
    assert asked[0]["request_id"]
    assert "health.healthz" not in {line.get("route") for line in lines}


def found_in(files: dict[Path, bytes], what: bytes) -> list[Path]:
    return [path for path, content in files.items() if what in content]

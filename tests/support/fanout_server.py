"""The fan-out alone on a server of its own, and raw clients that can do what no browser would."""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.frames import CLOSE, TEXT, masked
from tests.support.live import eventually, free_port

ROOT = Path(__file__).resolve().parents[2]
# A server of little patience, with a short queue and quick pings; and one where one may send few
# frames, and has to join soon.
STRICT = {
    "MAX_QUEUED_FRAMES": "50",
    "MAX_QUEUED_BYTES": "5000000",
    "PING_INTERVAL": "0.4",
    "PING_TIMEOUT": "0.4",
}
CHATTY = {"FRAMES_A_MINUTE": "40", "JOIN_SECONDS": "0.5", "PING_TIMEOUT": "2"}
PEERS: list["Peer"] = []


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
        assert eventually(self._answers, 10), "".join(self.log)

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


def running(**options: object) -> Iterator[Server]:
    server = Server(**options)  # type: ignore[arg-type]
    yield server
    log = server.stop()
    assert "Traceback" not in log, log


def all_leave() -> None:
    """Close all connections that are left."""
    while PEERS:
        PEERS.pop().sock.close()

"""Requests as no browser would send them, byte by byte."""

import socket
import threading
import time
from contextlib import suppress

PATIENCE = 20.0


class Answer:
    """What came back until the server closed the connection, or as much of it as was waited for."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        head, _, self.body = raw.decode("latin-1").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        self.status = int(first.split()[1]) if first else 0
        self.headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
        }


def opening(
    host: str, *more: str, query: str = "EIO=4&transport=websocket", path: str = ""
) -> bytes:
    """Return the request that opens a socket, of a server below a path."""
    lines = (
        f"GET {path}/socket.io/?{query} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *more,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def send(port: int, request: bytes) -> Answer:
    """Send what is said to be a request; return the answer, once the server has closed."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as sock:
        with suppress(OSError):
            sock.sendall(request)
            sock.shutdown(socket.SHUT_WR)
        return Answer(_all_of(sock))


def _all_of(sock: socket.socket) -> bytes:
    received = bytearray()
    with suppress(ConnectionResetError):
        while chunk := sock.recv(65_536):
            received += chunk
    return bytes(received)


class Trickle:
    """A client that sends a byte now and then, and never comes to an end."""

    def __init__(self, port: int, beginning: bytes, drop: bytes = b"x") -> None:
        self._sock = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._sock.sendall(beginning)
        self._drop, self._over = drop, threading.Event()
        threading.Thread(target=self._go_on, daemon=True).start()

    def _go_on(self) -> None:
        with suppress(OSError):
            while not self._over.wait(0.5):
                self._sock.sendall(self._drop)

    def outcome(self) -> tuple[Answer, float]:
        """Return what the server says in the end, and how long it has waited from now on."""
        started = time.monotonic()
        try:
            return Answer(_all_of(self._sock)), time.monotonic() - started
        finally:
            self._over.set()
            self._sock.close()

"""The server's end of RFC 6455 on gevent: small, uncompressed and bounded in memory."""

import binascii
import ssl
import time
from base64 import b64decode, b64encode
from codecs import getincrementaldecoder
from collections import deque
from hashlib import sha1
from typing import Any

from gevent import get_hub

MAX_QUEUED_FRAMES = 2_000
MAX_QUEUED_BYTES = 16 * 1024 * 1024

NORMAL, PROTOCOL_ERROR, NOT_TEXT, NOT_UTF8, TOO_MANY, TOO_BIG = 1000, 1002, 1003, 1007, 1008, 1009

_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_OPCODES = frozenset((_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG))
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CHUNK = 4096
_READABLE, _WRITABLE = 1, 2
_Utf8 = getincrementaldecoder("utf-8")


class HandshakeError(Exception):
    """The request does not open a WebSocket; the text says why."""


class _ViolationError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def handshake(environ: dict[str, Any]) -> bytes:
    """Return the response that opens the WebSocket asked for; no extension is ever accepted."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    if "upgrade" not in environ.get("HTTP_CONNECTION", "").lower():
        raise HandshakeError("Not an upgrade")
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        raise HandshakeError("Unsupported WebSocket version")
    if not _is_key(key):
        raise HandshakeError("Invalid WebSocket key")
    # SHA-1 is what the protocol prescribes; nothing secret depends on it.
    proof = b64encode(sha1(key.encode() + _GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + proof + b"\r\n\r\n"
    )


def _is_key(text: str) -> bool:
    try:
        return len(b64decode(text, validate=True)) == 16
    except (ValueError, binascii.Error):
        return False


def client_socket(environ: dict[str, Any]) -> Any:
    """Return the gevent socket of a request served by gunicorn or by gevent itself."""
    sock = environ.get("gunicorn.socket") or environ["wsgi.input"].raw._sock
    if isinstance(sock, ssl.SSLSocket):
        raise HandshakeError("TLS ends at the proxy, not here")
    return sock


def frame(payload: str | bytes, opcode: int | None = None) -> bytes:
    """Return one whole, final, unmasked frame: text for ``str``, binary for ``bytes``."""
    body = payload.encode() if isinstance(payload, str) else payload
    if opcode is None:
        opcode = _TEXT if isinstance(payload, str) else _BINARY
    size = len(body)
    if size < 126:
        return bytes((0x80 | opcode, size)) + body
    if size < 65536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2, "big") + body
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8, "big") + body


class WebSocket:
    """One open connection: read by one greenlet, written by any, never blocking a writer."""

    def __init__(self, sock: Any, max_message: int, frames_a_minute: int | None = None) -> None:
        """Take over a gevent socket.

        No message longer than ``max_message`` bytes is read, and not more frames than so many, of
        whatever kind: what is over the allowance ends the connection.
        """
        self._sock = sock
        self._frames_a_minute = frames_a_minute
        self._allowance, self._counted_at = float(frames_a_minute or 0), time.monotonic()
        # gevent's own send() waits for room; the socket underneath says EAGAIN at once.
        self._raw_send = sock._sock.send
        self._max_message = max_message
        self._received = bytearray()
        self._queue: deque[bytes | memoryview] = deque()
        self._queued_bytes = 0
        self._closing = False
        self._readable = get_hub().loop.io(sock.fileno(), _READABLE)
        self._writable: Any = None

    @property
    def has_unread(self) -> bool:
        """Whether received bytes wait to be read."""
        return bool(self._received)

    @property
    def is_behind(self) -> bool:
        """Whether the client has still to take what was sent before."""
        return bool(self._queue)

    def allow(self, frames_a_minute: int) -> None:
        """Read so many frames a minute from now on, if they are counted at all."""
        if self._frames_a_minute is not None:
            self._allowance += frames_a_minute - self._frames_a_minute
            self._frames_a_minute = frames_a_minute

    def send(self, data: bytes) -> None:
        """Write whole frames, queueing what the socket does not take; drop a hopeless client."""
        if self._queue or self._closing:
            self._enqueue(data)
            return
        try:
            sent = self._raw_send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.abort()
            return
        if sent < len(data):
            self._enqueue(memoryview(data)[sent:])

    def receive(self) -> str | bytes | None:
        """Return the next message, or None once there will be none."""
        try:
            return self._message()
        except _ViolationError as violation:
            self.close(violation.code)
        except UnicodeDecodeError:
            self.close(NOT_UTF8)
        except OSError:
            self.abort()
        return None

    def close(self, code: int = NORMAL) -> None:
        """Say goodbye after what is queued; the reader ends when the client answers."""
        self._part(code.to_bytes(2, "big"))

    def abort(self) -> None:
        """Cut the connection; wakes the reader, and never blocks."""
        self._closing = True
        self._queue.clear()
        self._shutdown()

    def release(self) -> None:
        """Let go of the socket, which its server closes next."""
        self.abort()
        self._readable.close()
        if self._writable is not None:
            self._writable.close()
            self._writable = None

    def _part(self, status: bytes) -> None:
        if self._closing:
            return
        self.send(frame(status, _CLOSE))
        self._closing = True
        if not self._queue:
            self._shutdown(half=True)

    def _shutdown(self, *, half: bool = False) -> None:
        try:
            self._sock.shutdown(1 if half else 2)
        except OSError:
            return

    def _enqueue(self, data: bytes | memoryview) -> None:
        if self._closing:
            return
        full = self._queued_bytes + len(data) > MAX_QUEUED_BYTES
        if full or len(self._queue) >= MAX_QUEUED_FRAMES:
            self.abort()
            return
        if self._writable is None:
            self._writable = get_hub().loop.io(self._sock.fileno(), _WRITABLE)
        if not self._queue:
            self._writable.start(self._drain)
        self._queue.append(data)
        self._queued_bytes += len(data)

    def _drain(self) -> None:
        """Send from the queue until the socket is full again; runs in the hub, so never waits."""
        try:
            while self._queue:
                head = self._queue[0]
                sent = self._raw_send(head)
                self._queued_bytes -= sent
                if sent < len(head):
                    self._queue[0] = memoryview(head)[sent:]
                    return
                self._queue.popleft()
        except BlockingIOError:
            return
        except OSError:
            self.abort()
        self._queued_bytes = 0
        self._writable.stop()
        if self._closing:
            self._shutdown(half=True)

    def _message(self) -> str | bytes | None:
        kind, body, text = _CONTINUATION, bytearray(), _Utf8()
        while True:
            opcode, final, payload = self._next_frame(room=self._max_message - len(body))
            if opcode >= _CLOSE:
                self._answer(opcode, payload)
                if opcode == _CLOSE:
                    return None
                continue
            if (opcode == _CONTINUATION) != (kind != _CONTINUATION):
                raise _ViolationError(PROTOCOL_ERROR)
            kind = kind or opcode
            body += payload
            if kind == _TEXT:
                text.decode(payload, final)  # what is wrong is told at once, not at the end
            if final:
                return body.decode() if kind == _TEXT else bytes(body)

    def _next_frame(self, room: int) -> tuple[int, bool, bytes]:
        first, second = self._take(2)
        self._spend()
        opcode, final, size = first & 0x0F, bool(first & 0x80), second & 0x7F
        if first & 0x70 or opcode not in _OPCODES or not second & 0x80:
            raise _ViolationError(PROTOCOL_ERROR)
        if opcode >= _CLOSE:
            if size > 125 or not final:
                raise _ViolationError(PROTOCOL_ERROR)
        elif size > 125:
            size = self._long_size(size)
        if opcode < _CLOSE and size > room:
            raise _ViolationError(TOO_BIG)  # before a byte of it is read
        mask = self._take(4)
        return opcode, final, _unmask(self._take(size), mask)

    def _long_size(self, kind: int) -> int:
        size = int.from_bytes(self._take(2 if kind == 126 else 8), "big")
        if size < (126 if kind == 126 else 65536):
            raise _ViolationError(PROTOCOL_ERROR)  # it would fit into fewer bytes, and has to
        return size

    def _spend(self) -> None:
        most = self._frames_a_minute
        if most is None:
            return
        now = time.monotonic()
        earned = (now - self._counted_at) * most / 60
        self._allowance, self._counted_at = min(most, self._allowance + earned) - 1, now
        if self._allowance < 0:
            raise _ViolationError(TOO_MANY)

    def _answer(self, opcode: int, payload: bytes) -> None:
        if opcode == _PING:
            self.send(frame(payload, _PONG))
        elif opcode == _CLOSE:
            payload[2:].decode()
            if len(payload) == 1 or (payload and not _may_close_with(payload)):
                raise _ViolationError(PROTOCOL_ERROR)
            self._part(payload[:2])

    def _take(self, count: int) -> bytes:
        while len(self._received) < count:
            # Waiting first gives every other client its turn, however much this one sends.
            get_hub().wait(self._readable)
            chunk = self._sock.recv(_CHUNK)
            if not chunk:
                raise ConnectionResetError
            self._received += chunk
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken


def _unmask(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    pad = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")


def _may_close_with(payload: bytes) -> bool:
    code = int.from_bytes(payload[:2], "big")
    return (1000 <= code <= 1014 and code not in (1004, 1005, 1006)) or 3000 <= code <= 4999

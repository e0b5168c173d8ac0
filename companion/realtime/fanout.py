"""Broadcasts for Socket.IO: one frame, encoded once, straight to every socket in the room."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

import engineio
import gevent
import socketio
from engineio import packet as engine
from engineio.exceptions import SocketIsClosedError
from socketio import packet

from companion.board.others import Others
from companion.realtime.metrics import BROADCAST_SECONDS
from companion.realtime.websocket import (
    NOT_TEXT,
    PROTOCOL_ERROR,
    HandshakeError,
    WebSocket,
    client_socket,
    frame,
    handshake,
)

JOIN_SECONDS, CLOSE_SECONDS = 5.0, 3.0
OPENING = {"transport": ["websocket"], "EIO": ["4"]}
NO_SOCKET = "Only a WebSocket can be opened here. Open the talk's page instead.\n"
FROM_ELSEWHERE = "Another site's page has asked for this. Open the talk's own page and try again.\n"
# The library takes a client's event of such a name for the real thing.
RESERVED = frozenset(("connect", "disconnect", "connect_error"))
# What is told of other processes' broadcasts, and of those that nobody misses.
EMIT, VOLATILE = "emit", "volatile"

_PING = frame(str(engine.PING))
_log = logging.getLogger(__name__)


def install(server: socketio.Server, frames_a_minute: int | None = None) -> None:
    """Let our own WebSocket endpoint serve ``server``; test servers without gevent keep theirs.

    A client may send so many frames; one that is in no namespace for too long is cut off.
    """
    server.packet_class = TextPacket
    if server.eio.async_mode == "gevent":
        server.eio.__class__ = Engine
        server.eio.frames_a_minute = frames_a_minute
        server.eio.has_joined = lambda sid: server.manager.sid_from_eio_sid(sid, "/") is not None


def emit_here(server: socketio.Server, event: str, data: Any, room: str | None = None) -> None:
    """Send an event to a room's clients in this process, or to all of them; to none of another."""
    server.manager.emit(event, data, "/", room, ignore_queue=True)


def emit_volatile(server: socketio.Server, event: str, data: Any, room: str) -> None:
    """Send what is worth nothing a moment later: whoever is behind, or away, never hears of it."""
    server.manager.emit_volatile(event, data, room)


def allow(server: socketio.Server, sid: str, frames_a_minute: int) -> None:
    """Let one client send more than others, if anybody counts."""
    client = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, "/"))
    if isinstance(client, Client):
        client.websocket.allow(frames_a_minute)


class AttachmentError(ValueError):
    """A client has announced bytes; nobody's browser does."""


class TextPacket(packet.Packet):  # type: ignore[misc]
    """A packet of Socket.IO without attachments: a client that announces some sends no packet."""

    def decode(self, encoded_packet: str) -> int:
        """Read a packet; raises ValueError for one that no browser of ours sends."""
        attachments: int = super().decode(encoded_packet)
        if attachments or self.packet_type in (packet.BINARY_EVENT, packet.BINARY_ACK):
            raise AttachmentError
        if self.packet_type == packet.EVENT and not _is_event(self.data):
            raise ValueError("not an event")
        return attachments


def _is_event(data: object) -> bool:
    name = data[0] if isinstance(data, list) and data else None
    return isinstance(name, str) and name not in RESERVED


class Manager(socketio.Manager):  # type: ignore[misc]
    """Writes a broadcast to each socket itself instead of queueing it for a greenlet each.

    Each process that serves writes the packet, as one has encoded it, to its own sockets.
    """

    def __init__(
        self,
        others: Others,
        subject: Callable[[str], str] = str,
        gather: Callable[[str], None] = lambda room: None,
    ) -> None:
        """Tell ``others`` what is for a room, and of which ``subject`` that is.

        ``gather`` is called before anything is told to a room, so that all who belong there are.
        """
        super().__init__()
        self._others, self._subject, self._gather = others, subject, gather
        others.on(EMIT, self._hear)
        others.on(VOLATILE, self._hear_volatile)

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: str | list[str] | None = None,
        callback: Callable[..., None] | None = None,
        to: Any = None,
        **kwargs: Any,
    ) -> None:
        """Send an event to a client, a room or everyone; leaves the odd cases to the library."""
        encoded, room = self._encoded(event, data, namespace), to or room
        if callback or isinstance(encoded, list):
            super().emit(event, data, namespace, room, skip_sid, callback, **kwargs)
            return
        if not kwargs.get("ignore_queue"):
            self._pass_on(room, encoded)
        if room:
            self._gather(room)
        if isinstance(self.server.eio, Engine):
            with BROADCAST_SECONDS.time():
                self._deliver(encoded, self._audience(namespace, room, skip_sid))
        else:
            super().emit(event, data, namespace, room, skip_sid, **kwargs)

    def emit_volatile(self, event: str, data: Any, room: str) -> None:
        """Send an event to those in a room who can take it at once, here and elsewhere."""
        encoded = self._encoded(event, data, "/")
        if not self._others.trouble:
            self._others.tell(VOLATILE, room, encoded)
        self._hear_volatile("", room, encoded)

    def _hear_volatile(self, _worker: str, room: str, encoded: str | list[str | bytes]) -> None:
        self._deliver(encoded, self._audience("/", room, None), is_volatile=True)

    def _pass_on(self, room: str | None, encoded: str) -> None:
        self._others.tell(EMIT, room, encoded, about=self._subject(room) if room else "")

    def _hear(self, _worker: str, room: str | None, encoded: str) -> None:
        if room:
            self._gather(room)
        self._deliver(encoded, self._audience("/", room, None))

    def _encoded(self, event: str, data: Any, namespace: str) -> str | list[str | bytes]:
        arguments = data if isinstance(data, tuple) else () if data is None else (data,)
        content = [event, *arguments]
        encoded: str | list[str | bytes] = self.server.packet_class(
            packet.EVENT, namespace=namespace, data=content
        ).encode()
        return encoded

    def _audience(
        self, namespace: str, room: Any, skip_sid: str | list[str] | None
    ) -> Iterator[str]:
        skipped = skip_sid if isinstance(skip_sid, list) else [skip_sid]
        for sid, client_id in self.get_participants(namespace, room):
            if sid not in skipped:
                yield client_id

    def _deliver(
        self,
        encoded: str | list[str | bytes],
        audience: Iterator[str],
        *,
        is_volatile: bool = False,
    ) -> None:
        message = engine.Packet(engine.MESSAGE, encoded)
        data = frame(message.encode())
        clients = self.server.eio.sockets
        for client_id in audience:
            client = clients.get(client_id)
            if client is None:  # a test client, which has no socket
                self.server._send_eio_packet(client_id, message)
            elif not (is_volatile and client.websocket.is_behind):
                client.websocket.send(data)


class Client:
    """One connected client: engine.io's idea of a socket, without its queue and greenlets."""

    connected = upgraded = True

    def __init__(self, host: "Engine", websocket: WebSocket) -> None:
        """Join ``host`` under a new id; nothing is sent yet."""
        self._engine = host
        self.sid = host.generate_id()
        self.websocket = websocket
        self.session: dict[str, Any] = {}
        self.closing = self.closed = False
        self._reason = host.reason.TRANSPORT_CLOSE
        self._pinged, self._due = False, time.monotonic() + host.ping_interval
        self._outside_since: float | None = time.monotonic()
        self._has_joined = False

    def serve(self, greeting: bytes) -> None:
        """Greet the client, then handle what it sends until one of us has gone."""
        try:
            self.websocket.send(greeting)
            while (message := self.websocket.receive()) is not None:
                if not self.closing:
                    self._handle(message)
                if self.websocket.has_unread:
                    gevent.sleep(0)
        finally:
            self.websocket.release()
            self.close(abort=True, reason=self._reason)

    def send(self, pkt: engine.Packet) -> None:
        """Send one packet, after all that were sent before."""
        if self.closed:
            raise SocketIsClosedError
        self.websocket.send(frame(pkt.encode()))

    def close(self, *, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Tell the application that the client leaves, then tell the client, unless it has gone."""
        if self.closing:
            return
        self.closing = True
        left = reason or self._engine.reason.SERVER_DISCONNECT
        self._engine._trigger_event("disconnect", self.sid, left, run_async=False)
        if not abort:
            self.send(engine.Packet(engine.CLOSE))
            self.websocket.close()
            patience = min(self._engine.ping_timeout, CLOSE_SECONDS)
            gevent.spawn_later(patience, self.websocket.abort)
        self.closed = True

    def beat(self, now: float) -> None:
        """Ping when it is time; cut off a client that does not answer, or does not join."""
        if self._is_outside(now):
            self.websocket.abort()
        if now < self._due:
            return
        if self._pinged:
            self._reason = self._engine.reason.PING_TIMEOUT
            self.websocket.abort()
        else:
            self._pinged, self._due = True, now + self._engine.ping_timeout
            self.websocket.send(_PING)

    def _is_outside(self, now: float) -> bool:
        """Whether it has been in no namespace for too long."""
        if self._engine.has_joined(self.sid):
            self._outside_since = None
        elif self._outside_since is None:
            self._outside_since = now
        return self._outside_since is not None and now - self._outside_since > JOIN_SECONDS

    def _handle(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.websocket.close(NOT_TEXT)
            return
        try:
            pkt = engine.Packet(encoded_packet=message)
        except ValueError:
            self.websocket.close(PROTOCOL_ERROR)
            return
        if pkt.packet_type == engine.MESSAGE:
            self._take(pkt.data)
        elif pkt.packet_type == engine.PONG:
            self._pinged, self._due = False, time.monotonic() + self._engine.ping_interval
        elif pkt.packet_type == engine.CLOSE:
            self.close(reason=self._engine.reason.CLIENT_DISCONNECT)

    def _take(self, data: str | bytes) -> None:
        """Hand a message on; events answer for their own failures, so one here is the client's."""
        try:
            self._engine.handlers["message"](self.sid, data)
        except AttachmentError:
            self.websocket.close(NOT_TEXT)
        except Exception as error:  # whatever it is, it strikes nobody but that client
            _log.info("a client sent what is no packet of Socket.IO: %s", type(error).__name__)
            self.websocket.close(PROTOCOL_ERROR)
        was_in, self._has_joined = self._has_joined, self._engine.has_joined(self.sid)
        if was_in and not self._has_joined:  # nobody comes back by the same connection
            self.close(reason=self._engine.reason.CLIENT_DISCONNECT)


class Engine(engineio.Server):  # type: ignore[misc]
    """Engine.IO over WebSocket alone, one greenlet per client and one timer for all of them."""

    start_service_task: bool
    frames_a_minute: int | None
    has_joined: Callable[[str], bool]

    def handle_request(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Open a socket for a page of ours; refuse all else without repeating any of it."""
        said = self._objection(environ)
        answer = self._refusal(said) if said else self._open(environ)
        if isinstance(answer, list):
            return answer
        start_response(answer["status"], answer["headers"])
        return [answer["response"]]

    def _objection(self, environ: dict[str, Any]) -> str:
        """Return why a request opens no socket, or ""."""
        origin = environ.get("HTTP_ORIGIN")
        if origin and origin not in self._cors_allowed_origins(environ):
            return FROM_ELSEWHERE
        asked = parse_qs(environ.get("QUERY_STRING", ""))
        upgrade = environ.get("HTTP_UPGRADE", "").lower()
        wanted = {"transport": asked.get("transport"), "EIO": asked.get("EIO")}
        is_opening = environ["REQUEST_METHOD"] == "GET" and "sid" not in asked
        opens = is_opening and wanted == OPENING and upgrade == "websocket"
        return "" if opens else NO_SOCKET

    def _refusal(self, said: str) -> dict[str, Any]:
        kind = ("Content-Type", "text/plain; charset=utf-8")
        return {"status": "400 BAD REQUEST", "headers": [kind], "response": said.encode()}

    def _open(self, environ: dict[str, Any]) -> Any:
        try:
            accepted = handshake(environ)
            sock = client_socket(environ)
            websocket = WebSocket(sock, self.max_http_buffer_size, self.frames_a_minute)
        except HandshakeError as refusal:
            return self._refusal(f"{refusal}. {NO_SOCKET}")
        client = Client(self, websocket)
        self.sockets[client.sid] = client
        # Socket.IO never refuses here: it refuses namespaces, once the client asks for one.
        self._trigger_event("connect", client.sid, environ, run_async=False)
        self._start_beating()
        try:
            client.serve(accepted + frame(self._open_packet(client).encode()))
        finally:
            self.sockets.pop(client.sid, None)
        if "gunicorn.socket" in environ:
            raise StopIteration  # gunicorn's sign for: nothing to answer, close the connection
        return []

    def _open_packet(self, client: Client) -> engine.Packet:
        return engine.Packet(
            engine.OPEN,
            {
                "sid": client.sid,
                "upgrades": [],
                "pingTimeout": int(self.ping_timeout * 1000),
                "pingInterval": int(self.ping_interval * 1000),
                "maxPayload": self.max_http_buffer_size,
            },
        )

    def _start_beating(self) -> None:
        if self.start_service_task:
            self.start_service_task = False
            self.service_task_handle = self.start_background_task(self._service_task)

    def _service_task(self) -> None:
        self.service_task_event = self.create_event()
        while not self.service_task_event.wait(timeout=min(1.0, self.ping_timeout / 4)):
            now = time.monotonic()
            for client in list(self.sockets.values()):
                self._beat(client, now)

    def _beat(self, client: Client, now: float) -> None:
        try:
            client.beat(now)
        except Exception:  # the others' hearts must go on
            _log.exception("a client could not be pinged")
            client.websocket.abort()

"""Our WebSocket endpoint with nothing above it: says back what it hears; run by gunicorn."""

from collections.abc import Callable, Iterable
from typing import Any

from companion.realtime.websocket import HandshakeError, WebSocket, client_socket, frame, handshake

MOST = 70_000


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve one connection until it ends."""
    try:
        accepted = handshake(environ)
    except HandshakeError as refusal:
        start_response("400 Bad Request", [("Content-Type", "text/plain")])
        return [str(refusal).encode()]
    websocket = WebSocket(client_socket(environ), MOST)
    websocket.send(accepted)
    try:
        while (message := websocket.receive()) is not None:
            websocket.send(frame(message))
    finally:
        websocket.release()
    raise StopIteration  # gunicorn's sign for: nothing to answer, close the connection

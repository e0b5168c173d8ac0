"""A server that only fans out, for tests and measurements; run by gunicorn, or as a script."""
# ruff: noqa: E402 (everything imported after the patch has to see it)

from gevent import monkey

monkey.patch_all()

import gc
import os
import sys
import time
from typing import Any

import gevent
from flask import Flask, request
from flask_socketio import SocketIO, join_room

from companion.board.others import Nobody
from companion.realtime import fanout, websocket
from companion.realtime.relay import GAP, Relay

app = Flask(__name__)
gaps: list[int] = []
socketio = SocketIO()
padding: dict[int, str] = {}


@socketio.on("join")
def join(_: Any) -> str:
    """Join the room that hears the broadcasts."""
    join_room("talk")
    return "ok"


@socketio.on("leave_by_server")
def leave_by_server(_: Any) -> None:
    """Ask to be closed by the server."""
    server = socketio.server
    client_id = server.manager.eio_sid_from_sid(request.sid, "/")
    server.start_background_task(server.eio.disconnect, client_id)


@socketio.on("bench")
def bench(order: dict[str, int]) -> None:
    """Broadcast a payload of the size asked for."""
    size = order["size"]
    text = padding.get(size) or padding.setdefault(size, "x" * size)
    socketio.emit("msg", {"id": order["id"], "t": order["t"], "p": text}, to="talk")


@socketio.on("others")
def others(word: str) -> None:
    """Tell everyone in the room but the sender."""
    socketio.emit("msg", word, to="talk", skip_sid=request.sid)


@socketio.on("reply")
def reply(word: str) -> None:
    """Answer the sender through the room, the library's own way, and the room again."""
    socketio.emit("msg", [word, 1], to="talk")
    socketio.emit("msg", [word, 2], to=request.sid, callback=lambda: None)
    socketio.emit("msg", [word, 3], to="talk")


@app.get("/emit/<room>/<word>")
def emit(room: str, word: str) -> str:
    """Broadcast a word and say how many milliseconds that took."""
    started = time.monotonic()
    socketio.emit("msg", word, to=room)
    return str(1000 * (time.monotonic() - started))


@app.get("/volatile/<room>/<word>")
def volatile(room: str, word: str) -> str:
    """Send a word to those who can take it at once."""
    fanout.emit_volatile(socketio.server, "msg", word, room)
    return "ok"


@socketio.on("allow")
def allow(frames: int) -> None:
    """Have the sender be one who may send so many frames a minute."""
    fanout.allow(socketio.server, request.sid, frames)


@app.get("/burst/<int:count>/<int:size>")
def burst(count: int, size: int) -> str:
    """Broadcast ``count`` messages, letting other greenlets run in between."""
    for number in range(count):
        bench({"id": number, "t": 0, "size": size})
        gevent.sleep(0)
    return "ok"


@app.get("/state")
def state() -> dict[str, Any]:
    """Tell what a test cannot see from outside."""
    gc.collect()
    greenlets = [o for o in gc.get_objects() if isinstance(o, gevent.Greenlet) and not o.dead]
    eio = socketio.server.eio
    return {
        "clients": len(eio.sockets),
        "greenlets": len(greenlets),
        "endpoints": sorted({type(client).__module__ for client in eio.sockets.values()}),
        "backlog": sum(len(client.websocket._queue) for client in eio.sockets.values()),
        "environs": len(socketio.server.environ),
        "pid": os.getpid(),
        "gaps": len(gaps),
    }


def _limits() -> None:
    for name in ("MAX_QUEUED_FRAMES", "MAX_QUEUED_BYTES"):
        if name in os.environ:
            setattr(websocket, name, int(os.environ[name]))
    fanout.JOIN_SECONDS = float(os.environ.get("JOIN_SECONDS", fanout.JOIN_SECONDS))


_limits()
colleagues = Relay(os.environ["REDIS"], "a secret") if "REDIS" in os.environ else Nobody()
socketio.init_app(
    app,
    async_mode="gevent",
    client_manager=fanout.Manager(colleagues),
    transports=["websocket"],
    cors_allowed_origins=["http://good.example"],
    max_http_buffer_size=16_384,
    async_handlers=False,
    always_connect=False,
    ping_interval=float(os.environ.get("PING_INTERVAL", "20")),
    ping_timeout=float(os.environ.get("PING_TIMEOUT", "10")),
    manage_session=False,
)
fanout.install(socketio.server, int(os.environ.get("FRAMES_A_MINUTE", "0")) or None)
colleagues.on(GAP, lambda: gaps.append(1))
colleagues.start()

if __name__ == "__main__":
    from gevent.pywsgi import WSGIServer

    WSGIServer(("127.0.0.1", int(sys.argv[1])), app, log=None).serve_forever()

"""The application as `companion serve` serves it, with a bench in it; nobody else starts this."""
# ruff: noqa: I001 (companion.server patches the standard library, so it comes first)

from __future__ import annotations

from companion import server

import os
import time

import gevent
from flask import Flask, request

from benchmarks.stage import SLUG
from companion.cli.serve import prepare
from companion.realtime.sockets import room
from companion.settings import read_settings

PAYLOAD = "x" * 100
TICK = 0.005


class Server(server.Server):
    """The server, whose application can also be asked to broadcast and how late it was."""

    def load(self) -> Flask:
        """Return the application with the bench put in."""
        app = super().load()
        _answer_bench(app)
        _answer_delays(app)
        return app


def _answer_bench(app: Flask) -> None:
    socketio = app.extensions["sockets"].socketio

    def bench(wish: dict[str, int]) -> None:
        socketio.emit("bench", {"id": wish["id"], "payload": PAYLOAD}, to=room(SLUG))

    socketio.on_event("bench", bench)


def _answer_delays(app: Flask) -> None:
    """Note how late the event loop wakes a sleeper, and tell it for any stretch of time."""
    noted: list[tuple[float, float]] = []

    def tick() -> None:
        while True:
            due = time.monotonic() + TICK
            gevent.sleep(TICK)
            noted.append((due, (time.monotonic() - due) * 1000))

    @app.get("/benchmark/delays")
    def delays() -> dict[str, list[float]]:
        begin, end = float(request.args["from"]), float(request.args["until"])
        return {"ms": [late for due, late in noted if begin <= due <= end]}

    gevent.spawn(tick)


if __name__ == "__main__":
    server.Server = Server  # type: ignore[misc]
    settings = read_settings(os.environ)
    server.run(settings, prepare(settings))

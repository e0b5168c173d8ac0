"""How people follow, told to the desk and the speaker alone, each worker to its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from companion.board.pulse_service import PulseService
from companion.board.pulses import Pulse
from companion.realtime.rooms import View, attending, room
from companion.realtime.throttle import Throttle
from companion.realtime.windows import Windows
from companion.store.engine import db

PULSE_SECONDS = 1.0


class LivePulse:
    """Hears of each press at whichever worker, and now and then tells what they come to."""

    def __init__(
        self,
        app: Flask,
        service: PulseService,
        windows: Windows,
        emit_here: Callable[[str, str, dict[str, Any]], None],
        is_alone: Callable[[], bool],
        later: tuple[Callable[..., object], Callable[..., object]],
    ) -> None:
        """Send with ``emit_here``; ``is_alone`` says whether other workers are not heard of."""
        self._app, self._service, self._windows = app, service, windows
        self._emit_here, self._is_alone = emit_here, is_alone
        self._told: dict[str, str] = {}
        self._throttle = Throttle(PULSE_SECONDS, self._send, *later)
        service.pulses.on_press = self._throttle.touch

    def now(self, talk: str) -> Pulse:
        """Return how a talk's people follow, as far as this worker hears of the others'."""
        here = self._windows.people(*attending(talk))
        return self._service.pulse(db.session(), talk, here, is_alone=self._is_alone())

    def fade(self) -> None:
        """Have those who see it hear what has faded, wherever anything was pressed of late."""
        for talk in self._service.pulses.talks():
            self._throttle.touch(talk)

    def tell_again(self) -> None:
        """Have those who have been told something hear whether it is all of it."""
        for talk in list(self._told):
            self._throttle.touch(talk)

    def _send(self, talk: str) -> None:
        """Tell whoever looks, if it has changed: all workers know what was pressed at any."""
        seen = {room(talk, view) for view in (View.MODERATE, View.SPEAKER)}
        seen &= set(self._windows.rooms())
        if not seen:
            self._told.pop(talk, None)
            return
        with self._app.app_context():
            pulse = self.now(talk)
        if self._told.get(talk) == pulse.digest:
            return
        self._told[talk] = pulse.digest
        for here in sorted(seen):
            self._emit_here("pulse", here, pulse.told())

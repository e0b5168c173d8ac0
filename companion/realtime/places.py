"""Where a wall's notes, clusters and marks are, told to those at the wall at most so often."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from companion.board.events import WallArranged
from companion.board.strokes import told_since
from companion.board.wall import WallMode, areas_since, places_since, told
from companion.realtime.broadcasts import Emit
from companion.realtime.rooms import View, room
from companion.realtime.throttle import Throttle
from companion.store.engine import db
from companion.store.events import Bus


class Places:
    """Listens to what is arranged, and tells what is where since."""

    def __init__(
        self,
        app: Flask,
        emit: Emit,
        interval: float,
        later: tuple[Callable[..., object], Callable[..., object]],
    ) -> None:
        """Send with ``emit`` once an ``interval``."""
        self._app, self._emit = app, emit
        self._since: dict[str, int] = {}
        self.throttle = Throttle(interval, self._send, *later)

    def listen(self, bus: Bus) -> None:
        """Listen to whatever is arranged."""
        bus.on(WallArranged, self._note_arranged)

    def _note_arranged(self, event: WallArranged) -> None:
        self._since.setdefault(event.talk, event.after)
        self.throttle.touch(event.talk)

    def _send(self, talk: str) -> None:
        """Send where notes are now, whichever worker's people moved them since.

        A wall that is put away is for moderators alone: it says no more than that something has
        changed, and only pages that show it look what.
        """
        after, here = self._since.pop(talk), room(talk, View.WALL)
        try:
            with self._app.app_context():
                mode, revision, places = places_since(db.session(), talk, after)
                areas = areas_since(db.session(), talk, after)
                marked = told_since(db.session(), talk, after)
        except Exception:  # they are still to be told
            self._since[talk] = min(after, self._since.get(talk, after))
            raise
        if mode is WallMode.OFF:
            self._emit("rearranged", here, {})
        else:
            self._emit("wall", here, told(revision, after, places, areas) | marked)

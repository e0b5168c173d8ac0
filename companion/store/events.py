"""Events: frozen facts about a talk, published in order once they are on disk."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """A change of one talk's board, with the revision it made.

    ``after`` is the board's public revision before it: a listener that has not seen that one has
    missed something.
    """

    talk: str
    revision: int
    after: int


class EventsMissed(Event):
    """Somebody may not have been told what happened on a talk: all of it is to be fetched again."""


E = TypeVar("E", bound=Event)
Listener = Callable[[E], None]


class Bus:
    """Brings events to those who listen, in the order in which they are published."""

    def __init__(self) -> None:
        """Start with nobody listening."""
        self._listeners: defaultdict[type[Event], list[Listener[Any]]] = defaultdict(list)

    def on(self, kind: type[E], listener: Listener[E]) -> None:
        """Call ``listener`` with every event of exactly this kind."""
        self._listeners[kind].append(listener)

    def publish(self, event: Event) -> None:
        """Tell everyone; a listener that fails is logged, for the change is already real.

        Those whom it should have told are told to fetch again.
        """
        has_failed = False
        for listener in self._listeners[type(event)]:
            try:
                listener(event)
            except Exception:  # the change is real, and others are still to hear of it
                _log.exception("a listener failed on %s", type(event).__name__)
                has_failed = True
        if has_failed and not isinstance(event, EventsMissed):
            self.publish(EventsMissed(event.talk, event.revision, event.after))

"""What has happened on a board: frozen facts, published after they are on disk."""

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

    ``after`` is the revision of the last change before it that was not a vote: a listener that
    has not seen that one has missed something.
    """

    talk: str
    revision: int
    after: int


@dataclass(frozen=True)
class QuestionOpened(Event):
    """A question has become visible to everybody."""

    question: int


@dataclass(frozen=True)
class QuestionEdited(Event):
    """A question that everybody sees has other words now."""

    question: int


@dataclass(frozen=True)
class QuestionChanged(Event):
    """A question that everybody sees is answered, up now or next, pinned, or no longer so."""

    question: int


@dataclass(frozen=True)
class QuestionHidden(Event):
    """A question is no longer to be seen: withdrawn, declined, or held again for a moderator."""

    question: int


@dataclass(frozen=True)
class BoardChanged(Event):
    """Many questions that everybody sees, or no longer sees, are different at once."""


@dataclass(frozen=True)
class QuestionHeld(Event):
    """A question waits for a moderator, and says something new."""

    question: int


@dataclass(frozen=True)
class VotesChanged(Event):
    """A question has this many votes now."""

    question: int
    votes: int


@dataclass(frozen=True)
class TalkChanged(Event):
    """The talk's own file says something else now: its times, its links or its words."""


@dataclass(frozen=True)
class RulesChanged(Event):
    """Somebody at the desk has moved the talk's times or its recording's, or what people may do."""


@dataclass(frozen=True)
class ViewsChanged(Event):
    """The big screen shows something else, or the speaker may do something else."""


@dataclass(frozen=True)
class DeskChanged(Event):
    """Something is different that only the desk shows."""


@dataclass(frozen=True)
class MessageChanged(Event):
    """The chair has something to say to the speaker, or the speaker has read it."""


@dataclass(frozen=True)
class AskerTold(Event):
    """What somebody asked was decided upon; ``author`` is who they are on this talk."""

    author: str


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
        """Tell everyone; a listener that fails is logged, for the change is already real."""
        for listener in self._listeners[type(event)]:
            try:
                listener(event)
            except Exception:
                _log.exception("a listener failed on %s", event)

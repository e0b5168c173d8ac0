"""Whoever listens to a bus and writes down what is said."""

from companion.board.events import QuestionShown
from companion.store.events import Bus, Event

KINDS = (*Event.__subclasses__(), *QuestionShown.__subclasses__())


class Listener:
    """Hears every event, in order."""

    def __init__(self, bus: Bus) -> None:
        self._heard: list[Event] = []
        for kind in KINDS:
            bus.on(kind, self._heard.append)

    def heard(self) -> list[Event]:
        """Return what was heard since this was asked last."""
        heard, self._heard[:] = list(self._heard), []
        return heard


def shown(kind: type[QuestionShown], *where: str | int) -> QuestionShown:
    """Return an event to compare with: how the question looked is no part of what happened."""
    return kind(*where, card=None, state=None)  # type: ignore[arg-type]

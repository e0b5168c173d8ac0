"""Who has which views open, with how many windows: at this worker and, as they tell, the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from companion.board.others import Others

MAX_WINDOWS, MAX_SOCKETS = 20, 60
ONE, ALL = "windows", "all windows"


class _Place:
    """One worker's windows, by room and person."""

    def __init__(self) -> None:
        self.rooms: dict[str, dict[str, int]] = {}
        self.sockets: Counter[str] = Counter()

    def count(self, room: str, person: str, windows: int) -> None:
        """Have somebody have so many windows in a room."""
        people = self.rooms.setdefault(room, {})
        self.sockets[person] += windows - people.pop(person, 0)
        if windows:
            people[person] = windows
        if not people:
            del self.rooms[room]
        if not self.sockets[person]:
            del self.sockets[person]

    def people(self, room: str) -> Mapping[str, int]:
        """Return who is in a room."""
        return self.rooms.get(room, {})


def _in(rooms: Iterable[str], *places: _Place) -> set[str]:
    return {person for place in places for room in rooms for person in place.people(room)}


class Windows:
    """Counts people, not windows, and lets nobody have too many of these, whichever the worker."""

    def __init__(self, others: Others, on_change: Callable[[str], None]) -> None:
        """Count beside ``others``; ``on_change`` is told the room where somebody came or went."""
        self._others, self._on_change = others, on_change
        self._here = _Place()
        self._elsewhere: dict[str, _Place] = {}
        others.on(ONE, self._hear)
        others.on(ALL, self._hear_all)

    def is_one_too_many(self, room: str, person: str) -> bool:
        """Whether somebody may not open another window."""
        places = (self._here, *self._elsewhere.values())
        return (
            sum(place.people(room).get(person, 0) for place in places) >= MAX_WINDOWS
            or sum(place.sockets[person] for place in places) >= MAX_SOCKETS
        )

    def open(self, room: str, person: str) -> None:
        """Count a window more."""
        self._count(room, person, self._here.people(room).get(person, 0) + 1)

    def close(self, room: str, person: str) -> None:
        """Count a window less; with the last of them somebody is gone."""
        self._count(room, person, max(0, self._here.people(room).get(person, 0) - 1))

    def rooms(self) -> list[str]:
        """Return where somebody is at this worker."""
        return list(self._here.rooms)

    def people(self, *rooms: str) -> int:
        """Return how many people are in some rooms, each once, at whichever worker."""
        return len(_in(rooms, self._here, *self._elsewhere.values()))

    def share(self, *rooms: str) -> int:
        """Return how many people are this worker's to count, so that all workers' shares add up."""
        first = [place for name, place in self._elsewhere.items() if name < self._others.name]
        return len(_in(rooms, self._here) - _in(rooms, *first))

    def tell_all(self, *_: object) -> None:
        """Tell the others who is here: they may have missed something, or have just begun."""
        self._others.tell(ALL, self._here.rooms)

    def forget(self, worker: str) -> None:
        """Count nobody any more who was at a worker that is gone."""
        self._replace(worker, _Place())

    def _count(self, room: str, person: str, windows: int) -> None:
        self._here.count(room, person, windows)
        self._others.tell(ONE, room, person, windows)
        self._on_change(room)

    def _hear(self, worker: str, room: str, person: str, windows: int) -> None:
        self._elsewhere.setdefault(worker, _Place()).count(room, person, windows)
        self._on_change(room)

    def _hear_all(self, worker: str, rooms: Mapping[str, Mapping[str, int]]) -> None:
        place = _Place()
        for room, people in rooms.items():
            for person, windows in people.items():
                place.count(room, person, windows)
        self._replace(worker, place)

    def _replace(self, worker: str, place: _Place) -> None:
        before = self._elsewhere.pop(worker, _Place())
        if place.rooms:
            self._elsewhere[worker] = place
        for room in before.rooms.keys() | place.rooms.keys():
            self._on_change(room)

"""A wall as a page shows it: static/js/wall/{places,clusters,told,seats,hands}.js again."""

from collections.abc import Iterable, Sequence
from typing import Any

from companion.board.wall import Area, Place, WallView

MIDDLE, TOP = 104, 24
INBOX, LOOSE = "inbox", "loose"
Shown = tuple[Any, ...]  # of a note in which list and where, of a cluster where


class WallMap:
    """Notes by their numbers and clusters by theirs below 0: as told of, and as they are shown."""

    forgets = True  # what is gone that another held

    def __init__(self) -> None:
        self.notes: dict[int, Place] = {}
        self.areas: dict[int, Area] = {}
        self.shown: dict[int, Shown] = {}
        self.held: list[int] = []
        self.aloft: dict[int, Shown] = {}

    def __contains__(self, number: int) -> bool:
        return number in self.notes or number in self.areas

    @property
    def clusters(self) -> list[int]:
        """Return which clusters there are, as forms call them."""
        return sorted(-number for number in self.areas)

    # places.js and clusters.js

    def put(self, place: Place) -> None:
        self.notes[place.id] = place
        self.lay(place.id)

    def put_area(self, area: Area) -> None:
        self.areas[-area.id] = area
        self.lay(-area.id)

    def lay(self, number: int) -> None:
        """Show something where it was told to be, unless a hand has it."""
        if number not in self or number in self.held or self.is_aloft(number):
            return
        if number < 0:
            self.shown[number] = self.areas[number].x, self.areas[number].y
            return
        place = self.notes[number]
        if place.cluster is None or -place.cluster in self.areas:
            self.shown[number] = shown_at(place)

    def seat(self, x: int, y: int) -> dict[str, str]:
        """Return what is wished for a note that is put down at a place on the map."""
        over = [area for area in self.areas.values() if _has(area, x, y)]
        if not over:
            return {"x": str(x), "y": str(y), "cluster": ""}
        area = max(over, key=lambda area: area.z)
        at = max(0, x - area.x), max(0, y - area.y)
        return {"x": str(at[0]), "y": str(at[1]), "cluster": str(area.id)}

    # told.js

    def take(self, places: Iterable[Sequence[Any]], areas: Iterable[Sequence[Any]]) -> bool:
        """Have all be as is told; return whether it all was there."""
        told = [Area(*area) for area in areas if len(area) > 1]
        are_here = [self._take_area(area) for area in told]
        are_here += [self._take_place(Place(*place)) for place in places]
        self.drop_gone([area[0] for area in areas if len(area) == 1])
        return all(are_here)

    def _take_area(self, area: Area) -> bool:
        if -area.id not in self.areas:
            return False
        self.put_area(area)
        return True

    def _take_place(self, place: Place) -> bool:
        if place.id in self.notes:
            self.put(place)
        return place.id in self.notes or place.x is None

    def drop_gone(self, clusters: list[int]) -> None:
        """Remove clusters, with what is shown in them still."""
        for id in clusters:
            self.areas.pop(-id, None)
            for note in [note for note in self.notes if self.shown[note][0] == id]:
                del self.notes[note]

    # hands.js

    def hold(self, number: int, x: int, y: int) -> None:
        """Have something be in the hand, and show it where that is."""
        self.held.append(number)
        self._show(number, x, y)

    def let_go(self, number: int) -> None:
        self.held.remove(number)
        self.lay(number)

    def _show(self, number: int, x: int, y: int) -> None:
        self.shown[number] = (x, y) if number < 0 else (LOOSE, x, y)

    def show(self, number: int, x: int, y: int) -> None:
        """Show something where another's hand is."""
        if number not in self.held:
            self.aloft.setdefault(number, self._told(number))
            self._show(number, x, y)

    def is_aloft(self, number: int) -> bool:
        if number in self.aloft and self.aloft[number] != self._told(number):
            del self.aloft[number]
        return number in self.aloft

    def land(self, number: int) -> None:
        """Show something where it belongs again, after another's hand."""
        if number in self or self.forgets:
            self.aloft.pop(number, None)
        self.lay(number)

    def _told(self, number: int) -> Shown:
        if number < 0:
            return self.areas[number].x, self.areas[number].y
        return shown_at(self.notes[number])

    # What was fetched

    def swap(self, page: WallView) -> None:
        """Have all be as it was fetched, but for where hands have it."""
        self.areas = {-cluster.area.id: cluster.area for cluster in page.clusters}
        self.notes = {note.place.id: note.place for note in (*page.placed, *page.inbox)}
        old, here = self.shown, (*self.areas, *self.notes)
        self.shown = {number: old.get(number) or self._told(number) for number in here}
        for number in self.shown:
            self.lay(number)


def _has(area: Area, x: int, y: int) -> bool:
    across = area.x <= x + MIDDLE <= area.x + area.width
    return across and area.y <= y + TOP <= area.y + area.height


def shown_at(place: Place) -> Shown:
    """Return in which list a note that was told of is shown, and where."""
    if place.x is None:
        return INBOX, None, None
    return place.cluster or LOOSE, place.x, place.y

"""Clusters on a wall, as those who run its talk and attendees make them, and as they are seen."""

from sqlalchemy.orm import Session

from companion.board import arranging, clusters
from companion.board import wall as walls
from companion.board.wall_input import NewCluster
from companion.moderation import wall
from tests.support.moderation import GRACE


def make(grace, title: str = "Performance", *notes: int, who=GRACE, **fields: str) -> int:
    """Make a cluster; return the change's number."""
    wish = {"title": title, **fields}
    return wall.read_done(grace.do(wall.make_cluster, wish, list(map(str, notes)), who=who)).change


def alter(grace, cluster: int = 1, who=GRACE, **fields: str) -> int:
    return wall.read_done(grace.do(wall.alter_cluster, cluster, fields, who=who)).change


def put(grace, note: int, who=GRACE, **wish: str) -> int:
    return wall.read_done(grace.do(wall.arrange, note, wish, who=who)).change


def back(grace, change: int) -> int:
    return wall.read_done(grace.do(wall.put_back, change)).change


def as_attendee(room, visitor: str, do):
    """Have an attendee do something on the wall; return the change's number."""

    def work(change, talk):
        who = arranging.attendee(change.session, talk, visitor)
        return do(change, talk, who).change

    return room.write(work)


def name(room, visitor: str, title: str) -> int:
    new = NewCluster(title, f"key-{title}")
    return as_attendee(
        room, visitor, lambda change, talk, who: clusters.make(change, talk, who, new)
    )


def view(room) -> walls.WallView:
    with Session(room.engine) as session:
        return walls.wall(session, room.loader.load(session))


def outline(room) -> dict[str, list[int]]:
    return {one.area.title: [note.card.id for note in one.notes] for one in view(room).clusters}


def area(room, number: int = 1) -> walls.Area:
    return next(one.area for one in view(room).clusters if one.area.id == number)


def seen(room) -> dict[int, tuple[int, int]]:
    """Return where on the map each note is that is placed."""
    areas = {one.area.id: one.area for one in view(room).clusters}
    found = {}
    for note in view(room).placed:
        of = areas.get(note.place.cluster or 0)
        x, y = (of.x, of.y) if of else (0, 0)
        found[note.card.id] = (note.place.x + x, note.place.y + y)
    return found

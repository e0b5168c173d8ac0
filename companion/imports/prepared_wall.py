"""A wall that was prepared elsewhere, as our own export or a template writes it in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from companion.board.backgrounds import AXIS_MAX, Background
from companion.board.input import one_line
from companion.board.wall import COLOURS, MOST_CLUSTERS, TITLE_MAX
from companion.board.wall_input import FURTHEST
from companion.errors import Refused
from companion.imports.decoding import plain
from companion.messages import gettext

BACKGROUNDS = tuple(map(str, Background))
LEAST = 40  # pixels
NO_WALL = gettext("“wall” is no object. Write it as Companion's JSON export does.")
NO_CLUSTERS = gettext(
    "The wall: “clusters” has to be a list of at most %(most)s objects. Leave out the others.",
    most=MOST_CLUSTERS,
)
NO_BACKGROUND = gettext(
    "The wall: there is no such background. Choose one of %(names)s.",
    names=", ".join(BACKGROUNDS),
)
NO_AXIS = gettext(
    "The wall: say in at most %(most)s characters what “across” and “up” mean.", most=AXIS_MAX
)
NO_TITLE = gettext("Say its “title” in at most %(most)s characters.", most=TITLE_MAX)
NO_COLOUR = gettext("Choose as “colour” one of %(names)s.", names=", ".join(COLOURS))
NO_CLUSTER = gettext("Name as “cluster” one of the wall's clusters, by its title.")
NO_NUMBER = gettext("Give as “cluster_number” the “number” of one of the wall's clusters.")
HALF = gettext("Give both “x” and “y”, or neither.")


@dataclass(frozen=True)
class PreparedCluster:
    """A titled area; without ``x`` and ``y`` it goes where there is room.

    Without a size it is as large as its notes need. Notes name it by its ``number``, if it has one.
    """

    title: str
    x: int | None = None
    y: int | None = None
    width: int | None = None
    height: int | None = None
    colour: str = ""
    number: object = None


@dataclass(frozen=True)
class PreparedSpot:
    """Where a note goes: into one of the clusters, by its place in the list, or onto the wall.

    ``x`` and ``y`` are from the wall's corner; in a cluster a note can do without.
    """

    cluster: int | None = None
    x: int | None = None
    y: int | None = None
    colour: str = ""


@dataclass(frozen=True)
class PreparedWall:
    """A wall to be brought in; ``spots`` are those of the file's questions, by their numbers."""

    background: str = "blank"
    across: str = ""
    up: str = ""
    clusters: tuple[PreparedCluster, ...] = ()
    spots: Mapping[int, PreparedSpot] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be different with it."""
        is_bare = self.background in (Background.BLANK, Background.PICTURE) and not self.clusters
        return is_bare and not any(spot != PreparedSpot() for spot in self.spots.values())


def read_wall(document: Mapping[str, object]) -> PreparedWall:
    """Return what a document says of its wall, without its notes; raises Refused."""
    wall = document.get("wall", {})
    if not isinstance(wall, dict):
        raise Refused(NO_WALL)
    background = wall.get("background", "blank")
    if background not in BACKGROUNDS:
        raise Refused(NO_BACKGROUND)
    across, up = (_text(wall.get(name, ""), AXIS_MAX) for name in ("across", "up"))
    if across is None or up is None:
        raise Refused(NO_AXIS)
    return PreparedWall(str(background), across, up, _clusters(wall.get("clusters", [])))


def _clusters(found: object) -> tuple[PreparedCluster, ...]:
    is_list = isinstance(found, list) and all(isinstance(each, dict) for each in found)
    if not isinstance(found, list) or not is_list or len(found) > MOST_CLUSTERS:
        raise Refused(NO_CLUSTERS)
    return tuple(_at(number, each) for number, each in enumerate(found, start=1))


def _at(number: int, found: Mapping[str, object]) -> PreparedCluster:
    try:
        return _cluster(found)
    except Refused as reason:
        raise Refused(
            gettext("Cluster %(number)s: %(why)s", number=number, why=reason.message)
        ) from None


def _cluster(found: Mapping[str, object]) -> PreparedCluster:
    title = _text(found.get("title", ""), TITLE_MAX)
    if title is None:
        raise Refused(NO_TITLE)
    x, y = _both(found)
    width, height = (_number(found, name, LEAST) for name in ("width", "height"))
    return PreparedCluster(title, x, y, width, height, _colour(found), found.get("number"))


def read_spot(row: Mapping[str, object], clusters: Sequence[PreparedCluster]) -> PreparedSpot:
    """Return where a question's row says that its note goes; raises Refused."""
    x, y = _both(row)
    return PreparedSpot(_inside(row, clusters), x, y, _colour(row))


def _inside(row: Mapping[str, object], clusters: Sequence[PreparedCluster]) -> int | None:
    """Return which cluster a row names: by number, as exports do, or by title, as people do."""
    number, title = row.get("cluster_number"), row.get("cluster") or ""
    numbers = [cluster.number for cluster in clusters]
    titles: list[object] = [cluster.title for cluster in clusters]
    if number is not None:
        if number not in numbers:
            raise Refused(NO_NUMBER)
        return numbers.index(number)
    if title and title not in titles:
        raise Refused(NO_CLUSTER)
    return titles.index(title) if title else None


def _both(found: Mapping[str, object]) -> tuple[int | None, int | None]:
    x, y = (_number(found, name, 0) for name in ("x", "y"))
    if (x is None) is not (y is None):
        raise Refused(HALF)
    return x, y


def _number(found: Mapping[str, object], name: str, least: int) -> int | None:
    number = found.get(name)
    if number is None:
        return None
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    if not isinstance(number, int) or not is_whole or not least <= number <= FURTHEST:
        raise Refused(
            gettext(
                "Give “%(name)s” as a whole number from %(least)s to %(most)s.",
                name=name,
                least=least,
                most=FURTHEST,
            )
        )
    return number


def _colour(found: Mapping[str, object]) -> str:
    colour = found.get("colour") or ""
    if not isinstance(colour, str) or (colour and colour not in COLOURS):
        raise Refused(NO_COLOUR)
    return colour


def _text(found: object, most: int) -> str | None:
    """Return a line of text, None where it is none or too long."""
    if not isinstance(found, str) or len(found) > 4 * most:
        return None
    text = one_line(plain(found))
    return text if len(text) <= most else None

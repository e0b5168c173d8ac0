"""What forms wish of the wall, read: where something is to be, and how."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from companion.board.input import CLIENT_KEY, DAMAGED, one_line
from companion.board.rows import MAX_ID
from companion.board.wall import COLOURS, TITLE_MAX
from companion.errors import Refused
from companion.messages import gettext

FURTHEST = 20_000
DIGITS = 5
TASKS = ("fit", "tidy", "front", "dissolve")
CLUSTER_GONE = gettext("This cluster is not on the wall any more. Choose another one.")
UNTITLED = gettext("Say in 1 to %(most)s characters what belongs into the cluster.", most=TITLE_MAX)
NO_WISH = gettext("Say where the note is to be, or which colour it gets.")
NO_TASK = gettext("Say what is to become of the cluster: its name, colour, place or size.")
Fields = dict[str, Any]


@dataclass(frozen=True)
class NewCluster:
    """A cluster as it is wanted; without ``x`` and ``y`` it goes where there is room."""

    title: str
    key: str
    x: int | None = None
    y: int | None = None
    notes: tuple[int, ...] = ()


@dataclass(frozen=True)
class ClusterWish:
    """How a cluster is wanted, and what else is done to it: one of `TASKS`, or ""."""

    fields: Fields
    task: str = ""


def read_wish(fields: Mapping[str, str]) -> Fields:
    """Return where a note is wanted and in which colour, as far as a form says; raises Refused.

    A cluster without a place is for a free one in it, and none for where the note is seen by then.
    """
    wish: Fields = {}
    if fields.get("off") == "1":
        wish = {"x": None, "y": None, "cluster_id": None}
    elif "x" in fields or "y" in fields:
        wish = _point(fields) | {"cluster_id": _cluster(fields.get("cluster", ""))}
    elif "dx" in fields or "dy" in fields:
        wish = _steps(fields)
    elif "cluster" in fields:
        wish = {"cluster_id": _cluster(fields["cluster"])}
    if "colour" in fields:
        wish["colour"] = _colour(fields["colour"])
    if not wish:
        raise Refused(NO_WISH)
    return wish


def read_cluster_wish(fields: Mapping[str, str]) -> ClusterWish:
    """Return how a form wishes a cluster to be; raises Refused."""
    wish: Fields = {}
    task = fields.get("do", "")
    if "x" in fields or "y" in fields:
        wish = _point(fields)
    elif "dx" in fields or "dy" in fields:
        wish = _steps(fields)
    if "colour" in fields:
        wish["colour"] = _colour(fields["colour"])
    if "title" in fields:
        wish["title"] = _title(fields["title"])
    if bool(wish) is bool(task) or (task and task not in TASKS):
        raise Refused(NO_TASK)
    return ClusterWish(wish, task)


def read_new_cluster(fields: Mapping[str, str], notes: Sequence[str] = ()) -> NewCluster:
    """Return the cluster that a form wishes for, with the notes that go into it."""
    title, key = _title(fields.get("title", "")), fields.get("key") or secrets.token_hex(16)
    if not CLIENT_KEY.fullmatch(key):
        raise Refused(DAMAGED)
    at = _point(fields) if "x" in fields or "y" in fields else {}
    wanted = dict.fromkeys(_cluster(note) for note in notes)
    return NewCluster(title, key, **at, notes=tuple(filter(None, wanted)))


def _title(typed: str) -> str:
    title = one_line(typed) if len(typed) <= 4 * TITLE_MAX else typed
    if not 0 < len(title) <= TITLE_MAX:
        raise Refused(UNTITLED)
    return title


def _cluster(typed: str) -> int | None:
    if not typed:
        return None
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MAX_ID))
    if not is_number or not 0 < int(typed) <= MAX_ID:
        raise Refused(CLUSTER_GONE)
    return int(typed)


def _point(fields: Mapping[str, str]) -> Fields:
    return {name: _coordinate(fields.get(name, "")) for name in ("x", "y")}


def _steps(fields: Mapping[str, str]) -> Fields:
    return {name: _step(fields.get(name, "")) for name in ("dx", "dy")}


def _step(typed: str) -> int:
    far = _coordinate(typed.removeprefix("-"))
    return -far if typed.startswith("-") else far


def _coordinate(typed: str) -> int:
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS
    if not is_number or int(typed) > FURTHEST:
        raise Refused(
            gettext("Give both places as whole numbers from 0 to %(most)s.", most=FURTHEST)
        )
    return int(typed)


def _colour(name: str) -> str:
    if name and name not in COLOURS:
        raise Refused(gettext("Choose one of the colours in the list."))
    return name


def stepped(wish: Fields, x: int, y: int) -> Fields:
    """Return a wish with places instead of steps, which go from where something is by now."""
    if "dx" not in wish:
        return wish
    rest = {name: new for name, new in wish.items() if name not in ("dx", "dy")}
    return rest | {"x": within(x + wish["dx"]), "y": within(y + wish["dy"])}


def within(at: int) -> int:
    """Return a place that is on the wall."""
    return min(FURTHEST, max(0, at))

"""What others have done on the wall since: that is theirs, so that nobody undoes it by the way."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.wall_changes import Arranger, Fields, by
from companion.store.models import Talk
from companion.store.wall import WallChange

NOTE, CLUSTER, MARK, BACKGROUND = "note", "cluster", "mark", "background"
COLUMNS = {
    NOTE: WallChange.question_id,
    CLUSTER: WallChange.cluster_id,
    MARK: WallChange.stroke_id,
}
# What goes along with a note or cluster is in its change, under such a name, by its number.
ALONG = {"notes": NOTE, "clusters": CLUSTER}
Subject = tuple[str, int]
Last = dict[tuple[Subject, str], int]


class Did(Protocol):
    """A change, or as much of one as says what it did."""

    id: int
    question_id: int | None
    cluster_id: int | None
    stroke_id: int | None
    before: str


def last_by_others(
    session: Session, row: Talk, whose: Arranger, after: int, of: Collection[Subject] = ()
) -> Last:
    """Return the last change of each field that another than ``whose`` made after a change.

    ``of`` is what those are wanted of, all if it is empty; it may be of more.
    """
    columns = WallChange.id, *COLUMNS.values(), WallChange.before
    later = sa.select(*columns).where(WallChange.talk_id == row.id, WallChange.id > after)
    found: Iterable[Any] = session.execute(
        later.where(~by(WallChange, whose), *_could_be(of)).order_by(WallChange.id)
    )
    return {
        (subject, name): one.id
        for one in found
        for subject, fields in _parts(one)
        for name in fields
    }


def subjects_of(done: Did) -> list[Subject]:
    """Return to what a change did something."""
    return [subject for subject, _ in _parts(done)]


def _could_be(of: Collection[Subject]) -> list[sa.ColumnElement[bool]]:
    """Return the condition for changes to some things, or to others along with which those went."""
    kinds = {kind for kind, _ in of}
    found = [
        *(
            COLUMNS[kind].in_([id for of_kind, id in of if of_kind == kind])
            for kind in kinds
            if kind in COLUMNS
        ),
        *(WallChange.before.contains(f'"{name}"') for name, kind in ALONG.items() if kind in kinds),
        *([is_background()] if BACKGROUND in kinds else ()),
    ]
    return [sa.or_(*found)] if found else []


def is_background() -> sa.ColumnElement[bool]:
    """Return the condition for changes of a wall's background."""
    return sa.and_(*(each.is_(None) for each in COLUMNS.values()))


def untouched(done: Did, others: Mapping[tuple[Subject, str], int]) -> dict[Subject, Fields]:
    """Return what a change did to each, but for those fields that another has changed after it.

    Not even to what they were by then: who does the same again means it.
    """
    return {
        subject: {
            name: diff for name, diff in fields.items() if others.get((subject, name), 0) < done.id
        }
        for subject, fields in _parts(done)
    }


def _parts(done: Did) -> Iterator[tuple[Subject, Fields]]:
    """Yield what a change did to what it was one of, and to what went along with that."""
    diffs = json.loads(done.before)
    for name, kind in ALONG.items():
        for number, moved in diffs.pop(name, {}).items():
            yield (kind, int(number)), moved
    yield _subject(done), diffs


def _subject(done: Did) -> Subject:
    numbers = {NOTE: done.question_id, CLUSTER: done.cluster_id, MARK: done.stroke_id}
    return next(((kind, id) for kind, id in numbers.items() if id), (BACKGROUND, 0))

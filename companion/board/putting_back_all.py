"""Undoing all that somebody did on the wall, in one go: as `putting_back` does with one change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import clusters, drawing
from companion.board.talk_state import LockedTalk
from companion.board.wall_changes import (
    CLUSTER_FIELDS,
    NOTE_FIELDS,
    PUT_BACK,
    Arranger,
    Fields,
    Logged,
    Moved,
    before_all,
    by,
    count_change,
    fields_of,
    highest,
    keep_all,
    of,
    room_left,
    set_along,
    set_fields,
)
from companion.board.wall_since import CLUSTER, NOTE, Last, last_by_others, untouched
from companion.store.engine import AFRESH
from companion.store.models import PUBLIC, Question, Talk
from companion.store.wall import WallChange, WallCluster, WallPlace
from companion.store.writer import Change

Done = dict[int, list[Fields]]  # what was done to each, the newest first
Areas = Mapping[int, tuple[WallCluster, Fields]]  # what is to become of clusters, if anything


class PutBack(NamedTuple):
    """To how many notes and clusters something was done, and how many marks are gone."""

    things: int
    marks: int


def put_back_all(change: Change, talk: LockedTalk, who: Arranger, whose: Arranger) -> PutBack:
    """Undo all that somebody did within the hour to notes and clusters, as one revision.

    What the wall has no room for stays as it is. All that they drew goes, whenever that was.
    """
    session, row = change.session, talk.row
    recent = _recent(session, talk, whose)
    others = last_by_others(session, row, whose, recent[-1].id) if recent else {}
    notes, areas = _by_what(recent, others)
    moved, texts = _notes_back(session, row, notes)
    found = _areas_back(session, row, areas, [to["cluster_id"] for _, to in moved if "x" in to])
    marks = drawing.marks_by(session, row, whose)
    count = PutBack(len(moved) + sum(bool(wish) for _, wish in found.values()), len(marks))
    if any(count):
        revision = count_change(change, talk)
        kept = _set_areas(session, row, found, moved, texts, revision)
        kept += _set_notes(session, row, moved, revision)
        keep_all(session, talk, who, kept + drawing.take_off(marks, revision))
    return count


def _recent(session: Session, talk: LockedTalk, whose: Arranger) -> Sequence[WallChange]:
    here = WallChange.talk_id == talk.row.id, WallChange.at >= talk.now - PUT_BACK
    theirs = sa.select(WallChange).where(*here, by(WallChange, whose))
    return session.scalars(theirs.order_by(WallChange.id.desc())).all()


def _by_what(changes: Iterable[WallChange], others: Last) -> tuple[Done, Done]:
    """Return what was done to each note, and to each cluster, where no other has been since."""
    found: dict[str, Done] = {NOTE: {}, CLUSTER: {}}
    for one in changes:
        for (kind, number), each in untouched(one, others).items():
            if kind in found:
                found[kind].setdefault(number, []).append(each)
    return found[NOTE], found[CLUSTER]


def _notes_back(session: Session, row: Talk, done: Done) -> tuple[list[Moved], dict[int, str]]:
    """Return where notes are to be that everybody sees, with their words."""
    wanted = sa.select(WallPlace, Question.text).join(Question)
    here = wanted.where(WallPlace.question_id.in_(done), WallPlace.talk_id == row.id)
    seen = here.where(Question.status.in_(PUBLIC)).execution_options(**AFRESH)
    rows = session.execute(seen).all() if done else []
    texts = {place.question_id: text for place, text in rows}
    wishes = [(each, _before(each, done[each.question_id], NOTE_FIELDS)) for each, _ in rows]
    return _with_room(session, row, [each for each in wishes if each[1]]), texts


def _before(
    row: WallPlace | WallCluster, newest_first: list[Fields], groups: Sequence[Sequence[str]]
) -> Fields:
    return before_all(fields_of(row), newest_first, groups)


def _with_room(session: Session, row: Talk, wishes: list[Moved]) -> list[Moved]:
    """Return those wishes, of all, which the wall has room for: what comes off first makes some."""
    left = room_left(session, row) if wishes else 0
    found = []
    for place, to in sorted(wishes, key=_takes):
        left -= _takes((place, to))
        if _takes((place, to)) < 1 or left >= 0:
            found.append((place, to))
    return found


def _takes(wish: Moved) -> int:
    """Return how many notes more are on the wall with a wish: 1, 0 or -1."""
    place, to = wish
    return (to.get("x", place.x) is not None) - (place.x is not None)


def _areas_back(session: Session, row: Talk, done: Done, into: Collection[int | None]) -> Areas:
    """Return what is to become of clusters, and those that notes come back into."""
    ids = done.keys() | set(filter(None, into))
    here = WallCluster.talk_id == row.id, WallCluster.id.in_(ids)
    wanted = sa.select(WallCluster).where(*here).order_by(WallCluster.id)
    rows = session.scalars(wanted.execution_options(**AFRESH)).all() if ids else []
    wishes = {one.id: _before(one, done.get(one.id, []), CLUSTER_FIELDS) for one in rows}
    wished = [one for one in rows if wishes[one.id]]
    stays = _without_room(session, row, [(one, wishes[one.id]) for one in wished])
    return {one.id: (one, {} if one.id in stays else wishes[one.id]) for one in rows}


def _without_room(
    session: Session, row: Talk, wishes: list[tuple[WallCluster, Fields]]
) -> set[int]:
    """Return which clusters stay gone, for the wall has no room for them."""
    left = clusters.room_left(session, row) if wishes else 0
    left += sum(wish.get("is_gone") is True for _, wish in wishes)
    coming = [one.id for one, wish in wishes if wish.get("is_gone") is False]
    return set(coming[max(left, 0) :])


def _set_areas(
    session: Session,
    row: Talk,
    found: Areas,
    moved: list[Moved],
    texts: Mapping[int, str],
    revision: int,
) -> list[Logged]:
    """Set what is to become of clusters, and of the notes in those that go; return what to log."""
    going = [one for one, wish in found.values() if wish.get("is_gone")]
    along = _taken_out(session, going, {place.question_id for place, to in moved if "x" in to})
    diffs = {one: set_fields(one, wish, revision) for one, wish in found.values() if wish}
    top = highest(session, row, WallCluster) if diffs else 0
    for z, one in enumerate((one for one in diffs if "x" in diffs[one]), top + 1):
        one.z = found[one.id][1].get("z", z)
    _have_seen(found, moved)
    least = {one.id: (one.width, one.height) for one in diffs if "width" in diffs[one]}
    for one, size in clusters.sizes(session, row, moved, texts, least).items():
        diffs[one] = _joined(diffs.get(one, {}), set_fields(one, size, revision))
    return [(each | set_along(along[one.id], revision), of(one)) for one, each in diffs.items()]


def _taken_out(
    session: Session, going: list[WallCluster], but: Collection[int]
) -> Mapping[int, list[Moved]]:
    """Return where the notes of clusters that go are seen, but for some, by cluster."""
    found: dict[int, list[Moved]] = defaultdict(list)
    areas = {one.id: one for one in going}
    inside = sa.select(WallPlace).where(WallPlace.cluster_id.in_(areas))
    rows = session.scalars(inside.execution_options(**AFRESH)).all() if areas else []
    for place in rows:
        if place.question_id not in but:
            of_which = areas[place.cluster_id or 0]
            found[of_which.id].append((place, clusters.out_of(of_which, place)))
    return found


def _have_seen(found: Areas, moved: list[Moved]) -> None:
    """Have what goes back into clusters that are gone by now go where it was seen."""
    gone = {id: one for id, (one, _) in found.items() if one.is_gone}
    for _, to in moved:
        one = gone.get(to.get("cluster_id") or 0)
        to |= clusters.seen_at(one, to["x"], to["y"]) if one else {}


def _joined(first: Fields, then: Fields) -> Fields:
    """Return what two changes of one thing did together."""
    return first | {name: [(first.get(name) or was)[0], was[1]] for name, was in then.items()}


def _set_notes(session: Session, row: Talk, moved: list[Moved], revision: int) -> list[Logged]:
    """Have notes be where they are to be, those that are placed in front; return what to log."""
    top = highest(session, row, WallPlace) if moved else 0
    kept: list[Logged] = []
    rows = []
    for z, (place, to) in enumerate(moved, top + 1):
        kept.append(({name: [getattr(place, name), new] for name, new in to.items()}, of(place)))
        height = place.z if to.get("x") is None else z
        new = fields_of(place) | to | {"z": height, "revision": revision}
        rows.append({"question_id": place.question_id, **new})
    if rows:
        session.execute(sa.update(WallPlace), rows)
    return kept

"""The rules of a wall's clusters: titled areas that carry their notes along."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rows import GONE, MAX_ID, find_question
from companion.board.talk_state import LockedTalk
from companion.board.wall import MOST_CLUSTERS, as_read
from companion.board.wall_changes import (
    Along,
    Arranged,
    Arranger,
    Fields,
    Moved,
    count_change,
    in_front,
    members,
    place_of,
    refuse_when_full,
    unchanged,
    write,
)
from companion.board.wall_input import CLUSTER_GONE, ClusterWish, NewCluster, stepped, within
from companion.board.wall_layout import (
    EDGE,
    GAP,
    HEAD,
    LEAST,
    Box,
    around,
    column_at,
    columns_for,
    columns_in,
    free_box,
    in_rows,
    note_box,
    with_room,
)
from companion.board.wall_words import refuse_words
from companion.errors import Refused
from companion.messages import gettext
from companion.store.engine import AFRESH
from companion.store.models import PUBLIC, Question, Talk
from companion.store.wall import WallChange, WallCluster, WallPlace
from companion.store.writer import Change

NEW = column_at(2), LEAST[1]
FAR = 2_000  # from a cluster's corner: so far a note may have it grow
Size = tuple[int, int]
NOWHERE: Mapping[int, Size] = {}
NOT_YOURS = gettext(
    "Only whoever named a cluster, or a moderator, can rename or dissolve it. Ask a moderator."
)
TOO_MANY = gettext(
    "The wall is full: it holds %(most)s clusters. Put notes into one of those.",
    most=MOST_CLUSTERS,
)


def make(change: Change, talk: LockedTalk, who: Arranger, new: NewCluster) -> Arranged:
    """Make a cluster with notes in it; the same wish twice, by its key, makes one."""
    session, row = change.session, talk.row
    before = session.scalar(sa.select(WallCluster.id).filter_by(talk_id=row.id, key=new.key))
    if before:
        return unchanged(session, row, before)
    refuse_words(talk, who)
    questions = [_public(session, row, id) for id in new.notes]
    places = [place_of(session, row, question.id) for question in questions]
    refuse_when_full(session, row, sum(place.x is None for place in places))
    boxes = in_rows([question.text for question in questions], columns_for(len(questions)))
    box = _room(session, row, new, around(boxes, NEW if not boxes else LEAST), new.notes)
    cluster = WallCluster(
        **{name: getattr(box, name) for name in ("x", "y", "width", "height")},
        **{"talk_id": row.id, "key": new.key, "title": new.title, "author": who.author},
        **{"z": 0, "colour": "", "is_gone": True, "revision": 0},
    )
    session.add(cluster)
    session.flush()
    moved = [(place, _in(cluster, box)) for place, box in zip(places, boxes, strict=True)]
    return bring(change, talk, who, cluster, {"is_gone": False}, moved)


def alter(
    change: Change, talk: LockedTalk, who: Arranger, cluster_id: int, wish: ClusterWish
) -> Arranged:
    """Have a cluster be as it is wanted; the same wish twice is one change."""
    session = change.session
    cluster = find(session, talk.row, cluster_id, or_gone=wish.task == "dissolve")
    if "title" in wish.fields or wish.task == "dissolve":
        refuse_others(cluster, who)
    if wish.task:
        return TASKS[wish.task](change, talk, who, cluster)
    to = stepped(wish.fields, cluster.x, cluster.y)
    if to.get("title", cluster.title) != cluster.title:
        refuse_words(talk, who)
        to["author"] = who.author
    return _have(change, talk, who, cluster, to)


def find(session: Session, row: Talk, cluster_id: int, *, or_gone: bool = False) -> WallCluster:
    """Return a talk's cluster, read afresh; raises Refused."""
    wanted = sa.select(WallCluster).filter_by(id=cluster_id, talk_id=row.id)
    is_number = 0 < cluster_id <= MAX_ID
    cluster = session.scalar(wanted.execution_options(**AFRESH)) if is_number else None
    if cluster is None or (cluster.is_gone and not or_gone):
        raise Refused(CLUSTER_GONE)
    return cluster


def is_named_by(session: Session, cluster_id: int, author: str | None) -> bool:
    """Whether a cluster's title is an attendee's own words; those who run a talk go as None."""
    wanted = sa.select(WallCluster.author).filter_by(id=cluster_id)
    return author is None or session.scalar(wanted) == author


def _public(session: Session, row: Talk, question_id: int) -> Question:
    question = find_question(session, row, question_id)
    if question is None or question.status not in PUBLIC:
        raise Refused(GONE)
    return question


def refuse_others(cluster: WallCluster, who: Arranger) -> None:
    """Refuse an attendee what whoever named a cluster may do with it; raises Refused."""
    if who.author and who.author != cluster.author:
        raise Refused(NOT_YOURS)


def _have(
    change: Change, talk: LockedTalk, who: Arranger, cluster: WallCluster, to: Fields
) -> Arranged:
    if all(getattr(cluster, name) == new for name, new in to.items()):
        return unchanged(change.session, talk.row, cluster.id)
    return write(change, talk, who, cluster, to)


def _fit(change: Change, talk: LockedTalk, who: Arranger, cluster: WallCluster) -> Arranged:
    """Have a cluster be as large as its notes need."""
    return _have(change, talk, who, cluster, _sized(fitted(change.session, cluster)))


def fitted(session: Session, cluster: WallCluster) -> Size:
    """Return how large a cluster is that has just the room its notes need."""
    return around(_boxes(session, WallPlace.cluster_id == cluster.id).values())


def _tidy(change: Change, talk: LockedTalk, who: Arranger, cluster: WallCluster) -> Arranged:
    """Lay a cluster's notes in rows, the most wanted first, and have it be as large as they need.

    As many go side by side as there is room for.
    """
    session = change.session
    found = sa.select(WallPlace, Question.text).join(Question)
    mine = found.where(WallPlace.cluster_id == cluster.id, Question.status.in_(PUBLIC))
    by_votes = mine.order_by(Question.votes.desc(), Question.id).execution_options(**AFRESH)
    rows = session.execute(by_votes).all()
    boxes = in_rows([text for _, text in rows], columns_in(cluster.width))
    width, height = around(boxes)
    moved = [(place, _in(cluster, box)) for (place, _), box in zip(rows, boxes, strict=True)]
    elsewhere = [(place, to) for place, to in moved if (place.x, place.y) != (to["x"], to["y"])]
    size = {"width": width, "height": height}
    if not elsewhere:
        return _have(change, talk, who, cluster, size)
    return write(change, talk, who, cluster, size, elsewhere)


def _front(change: Change, talk: LockedTalk, who: Arranger, cluster: WallCluster) -> Arranged:
    to = {"z": in_front(change.session, cluster)}
    return _have(change, talk, who, cluster, to)


def _dissolve(change: Change, talk: LockedTalk, who: Arranger, cluster: WallCluster) -> Arranged:
    """Have a cluster be gone; its notes stay where they are seen."""
    if cluster.is_gone:
        return unchanged(change.session, talk.row, cluster.id)
    return bring(change, talk, who, cluster, {"is_gone": True})


TASKS: Mapping[str, Callable[[Change, LockedTalk, Arranger, WallCluster], Arranged]] = {
    "fit": _fit,
    "tidy": _tidy,
    "front": _front,
    "dissolve": _dissolve,
}


def bring(
    change: Change,
    talk: LockedTalk,
    who: Arranger,
    cluster: WallCluster,
    wish: Fields,
    notes: Sequence[Moved] = (),
    others: Iterable[Along] = (),
) -> Arranged:
    """Have a cluster be as wished and notes with it, where it may come, or take its notes out.

    ``others`` are clusters that go along.
    """
    session = change.session
    if wish.get("is_gone") is False and room_left(session, talk.row) < 1:
        raise Refused(TOO_MANY)
    named = {place.question_id: (place, to) for place, to in notes}
    if wish.get("is_gone"):
        left = members(session, cluster)
        named = {one.question_id: (one, out_of(cluster, one)) for one in left} | named
    return write(change, talk, who, cluster, wish, [*named.values(), *others])


def _in(cluster: WallCluster, box: Box) -> Fields:
    return {"x": box.x, "y": box.y, "cluster_id": cluster.id}


def out_of(cluster: WallCluster, place: WallPlace) -> Fields:
    """Return where a note of a cluster is seen, without the cluster."""
    return seen_at(cluster, place.x or 0, place.y or 0)


def seen_at(cluster: WallCluster, x: int, y: int) -> Fields:
    """Return where on the wall a place in a cluster is."""
    return {"x": within(cluster.x + x), "y": within(cluster.y + y), "cluster_id": None}


def seat(session: Session, row: Talk, place: WallPlace, wish: Fields, text: str) -> Fields:
    """Return a note's wish with the place that goes with the cluster it is wanted in, or not in.

    Raises Refused where there is no such cluster.
    """
    if "cluster_id" not in wish:
        return wish
    cluster = find(session, row, wish["cluster_id"]) if wish["cluster_id"] else None
    if "x" in wish:
        return wish | _near(cluster, wish, text) if cluster else wish
    if place.cluster_id == wish["cluster_id"]:
        return {name: new for name, new in wish.items() if name != "cluster_id"}
    if cluster is None:
        return wish | out_of(find(session, row, place.cluster_id or 0), place)
    return wish | _in(cluster, _free_place(session, cluster, text))


def _near(cluster: WallCluster, wish: Fields, text: str) -> Fields:
    """Return a place in a cluster that it has room for, or that is not too far from its corner."""
    _, _, width, height = note_box(0, 0, text)
    furthest = cluster.width - width - GAP, cluster.height - height - GAP
    return {
        name: min(wish[name], max(FAR, most)) for name, most in zip("xy", furthest, strict=True)
    }


def _free_place(session: Session, cluster: WallCluster, text: str) -> Box:
    """Return a free place for a note in a cluster: the uppermost in the columns it has."""
    taken = tuple(_boxes(session, WallPlace.cluster_id == cluster.id).values())
    _, _, width, height = note_box(0, 0, text)
    across = map(column_at, range(columns_in(cluster.width)))
    return free_box((width, height), taken, across, HEAD)


def forget_titles(change: Change, talk: LockedTalk, author: str) -> None:
    """Forget what an attendee called clusters; those with notes stay, untitled."""
    session = change.session
    said = sa.delete(WallChange).where(WallChange.before.contains(author))
    session.execute(said.where(WallChange.talk_id == talk.row.id))
    mine = sa.select(WallCluster).filter_by(talk_id=talk.row.id, author=author)
    found = session.scalars(mine.execution_options(**AFRESH)).all()
    seen = [cluster for cluster in found if not cluster.is_gone]
    revision = count_change(change, talk) if seen else 0
    for cluster in found:
        cluster.title = cluster.author = ""
        if cluster in seen:
            cluster.is_gone, cluster.revision = not members(session, cluster), revision


def sizes(
    session: Session,
    row: Talk,
    moved: Sequence[Moved],
    texts: Mapping[int, str],
    least: Mapping[int, Size] = NOWHERE,
) -> dict[WallCluster, Fields]:
    """Return how large clusters are to be that have no room for notes which are moved into them.

    ``least`` says of which clusters else, and how large those are to be if what is in them fits.
    """
    to = {place.question_id: where for place, where in moved if "cluster_id" in where}
    inside: dict[int, list[Box]] = {number: [] for number in least}
    for question_id, where in to.items():
        if where["cluster_id"]:
            box = note_box(where["x"], where["y"], texts[question_id])
            inside.setdefault(where["cluster_id"], []).append(box)
    if least:
        for number, question_id, box in _inside(session, least):
            inside[number] += [] if question_id in to else [box]
    areas = _find_all(session, row, inside)
    wanted = {one: around(inside[one.id], least.get(one.id, _size(one))) for one in areas}
    return {one: _sized(size) for one, size in wanted.items() if size != _size(one)}


def _find_all(session: Session, row: Talk, ids: Collection[int]) -> Sequence[WallCluster]:
    if not ids:
        return ()
    here = WallCluster.talk_id == row.id, WallCluster.id.in_(ids), ~WallCluster.is_gone
    return session.scalars(sa.select(WallCluster).where(*here).execution_options(**AFRESH)).all()


def _size(cluster: WallCluster) -> Size:
    return cluster.width, cluster.height


def _sized(size: Size) -> Fields:
    return dict(zip(("width", "height"), size, strict=True))


def _inside(session: Session, ids: Collection[int]) -> Iterator[tuple[int, int, Box]]:
    """Yield the notes that everybody sees in clusters: in which, which one, and where."""
    columns = WallPlace.cluster_id, Question.id, WallPlace.x, WallPlace.y, Question.text
    found = sa.select(*columns).join(Question, Question.id == WallPlace.question_id)
    seen = found.where(WallPlace.cluster_id.in_(ids), Question.status.in_(PUBLIC))
    for number, question_id, x, y, text in session.execute(seen):
        yield number or 0, question_id, note_box(x or 0, y or 0, text)


def _boxes(session: Session, *which: sa.ColumnElement[bool]) -> dict[int, Box]:
    """Return the areas of those notes that everybody sees, each by its question."""
    found = sa.select(Question.id, WallPlace.x, WallPlace.y, Question.text).join(WallPlace)
    seen = Question.status.in_(PUBLIC), WallPlace.x.is_not(None)
    rows = session.execute(found.where(*seen, *which))
    return {id: note_box(x or 0, y or 0, text) for id, x, y, text in rows}


def _room(
    session: Session, row: Talk, new: NewCluster, size: tuple[int, int], notes: Collection[int]
) -> Box:
    """Return the area that a new cluster gets: where it is wanted, or where nothing is."""
    if new.x is not None and new.y is not None:
        return Box(new.x, new.y, *size)
    across = [EDGE + n * with_room(NEW)[0] for n in range(3)]
    box = free_box(with_room(size), taken(session, row, notes), across, EDGE)
    return Box(within(box.x), within(box.y), *size)


def taken(session: Session, row: Talk, but: Collection[int] = ()) -> list[Box]:
    """Return where something is on a wall, or will be when clusters grow, but for some notes."""
    areas = [(one.x, one.y, *_size(one)) for one in all_of(session, row)]
    grown = [Box(x, y, width, height + NEW[1] // 2) for x, y, width, height in areas]
    return [*grown, *loose(session, row, but)]


def loose(session: Session, row: Talk, but: Collection[int] = ()) -> list[Box]:
    """Return where notes are that are in no cluster, but for some."""
    found = _boxes(session, WallPlace.talk_id == row.id, WallPlace.cluster_id.is_(None))
    return [box for id, box in found.items() if id not in but]


def all_of(session: Session, row: Talk) -> Sequence[WallCluster]:
    """Return the clusters on a wall, in the order in which they are read."""
    here = sa.select(WallCluster).where(WallCluster.talk_id == row.id, ~WallCluster.is_gone)
    found = session.scalars(here.execution_options(**AFRESH))
    return sorted(found, key=as_read)


def room_left(session: Session, row: Talk) -> int:
    """Return how many more clusters a wall holds."""
    here = WallCluster.talk_id == row.id, ~WallCluster.is_gone
    count = session.scalar(sa.select(sa.func.count(WallCluster.id)).where(*here)) or 0
    return MOST_CLUSTERS - count

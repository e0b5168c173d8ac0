"""Undoing what was done on the wall, as far as nobody has changed it since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import clusters, many_clusters
from companion.board.rows import GONE, MAX_ID, find_question
from companion.board.talk_state import LockedTalk
from companion.board.wall_changes import (
    CLUSTER_FIELDS,
    NOTE_FIELDS,
    PUT_BACK,
    Arranged,
    Arranger,
    Fields,
    Moved,
    before_all,
    doer_of,
    fields_of,
    is_by,
    place_of,
    refuse_when_full,
    write,
)
from companion.board.wall_since import (
    CLUSTER,
    NOTE,
    Subject,
    last_by_others,
    subjects_of,
    untouched,
)
from companion.errors import Refused
from companion.messages import gettext
from companion.store.models import PUBLIC, Question, Talk
from companion.store.wall import WallChange, WallCluster, WallPlace
from companion.store.writer import Change

NOT_BACK = gettext("That cannot be put back. Move the note by hand.")
TOO_LATE = gettext("That was too long ago to be put back in one go. Move the note by hand.")
MOVED_SINCE = gettext("Somebody has moved it since, so it cannot be put back. Move it by hand.")
Done = dict[int, list[Fields]]  # what was done to each, the newest first


def put_back(
    change: Change, talk: LockedTalk, who: Arranger, change_id: int, *, own: bool
) -> Arranged:
    """Undo what was done to a note or cluster within the hour; return what that changed.

    That can be put back as well. Fields that somebody has changed since stay as they are. ``own``
    says that somebody may do so with what was their own doing, and no more.
    """
    done = find_done(change.session, talk, who, change_id, own=own)
    diffs = left_of(change.session, talk.row, done)
    if done.cluster_id:
        return _cluster_back(change, talk, who, done.cluster_id, diffs, own=own)
    if done.question_id:
        return _note_back(change, talk, who, done.question_id, diffs)
    raise Refused(NOT_BACK)


def find_done(
    session: Session, talk: LockedTalk, who: Arranger, change_id: int, *, own: bool
) -> WallChange:
    """Return a change, of whatever it was, that somebody may put back; raises Refused."""
    done = _done_here(session, talk, change_id)
    if own and not is_by(doer_of(done), who):
        raise Refused(NOT_BACK)
    if done.at + PUT_BACK < talk.now:
        raise Refused(TOO_LATE)
    return done


def left_of(session: Session, row: Talk, done: WallChange) -> dict[Subject, Fields]:
    """Return what a change did to each that nobody else has changed since."""
    return untouched(done, last_by_others(session, row, doer_of(done), done.id, subjects_of(done)))


def _note_back(
    change: Change,
    talk: LockedTalk,
    who: Arranger,
    question_id: int,
    diffs: Mapping[Subject, Fields],
) -> Arranged:
    """Undo what was done to a note, and have its cluster be as large as it was before."""
    session, row = change.session, talk.row
    question = find_question(session, row, question_id)
    if question is None or question.status not in PUBLIC:
        raise Refused(GONE)
    place = place_of(session, row, question_id)
    wish = before_all(fields_of(place), [diffs[NOTE, question_id]], NOTE_FIELDS)
    if not wish:
        raise Refused(MOVED_SINCE)
    least = _least(session, row, diffs)
    return _put(change, talk, who, place, wish, {question_id: question.text}, least)


def _put(
    change: Change,
    talk: LockedTalk,
    who: Arranger,
    place: WallPlace,
    wish: Fields,
    texts: Mapping[int, str],
    least: Mapping[int, clusters.Size],
) -> Arranged:
    session, row = change.session, talk.row
    if place.x is None and wish.get("x") is not None:
        refuse_when_full(session, row)
    wish = _where_seen(session, wish)
    sizes = clusters.sizes(session, row, [(place, wish)], texts, least)
    return write(change, talk, who, place, wish, sizes.items())


def _least(
    session: Session, row: Talk, diffs: Mapping[Subject, Fields]
) -> dict[int, clusters.Size]:
    """Return how large clusters are to be again."""
    found = {}
    for (kind, number), each in diffs.items():
        if kind == CLUSTER and "width" in each:
            cluster = clusters.find(session, row, number, or_gone=True)
            back = before_all(fields_of(cluster), [each], CLUSTER_FIELDS)
            found[number] = back.get("width", cluster.width), back.get("height", cluster.height)
    return found


def _where_seen(session: Session, wish: Fields, there: Collection[WallCluster] = ()) -> Fields:
    """Return a note's wish with the place where it was seen if its cluster is gone by now.

    Those clusters come back that are to be ``there`` again.
    """
    cluster = session.get(WallCluster, wish["cluster_id"]) if wish.get("cluster_id") else None
    if cluster is None or cluster in there or not cluster.is_gone:
        return wish
    return wish | clusters.seen_at(cluster, wish["x"], wish["y"])


def _cluster_back(
    change: Change,
    talk: LockedTalk,
    who: Arranger,
    cluster_id: int,
    diffs: Mapping[Subject, Fields],
    *,
    own: bool,
) -> Arranged:
    """Undo what was done to a cluster, and with it to notes."""
    session = change.session
    cluster = clusters.find(session, talk.row, cluster_id, or_gone=True)
    wish = before_all(fields_of(cluster), [diffs[CLUSTER, cluster_id]], CLUSTER_FIELDS)
    if own and wish.keys() & {"is_gone", "title"}:
        clusters.refuse_others(cluster, who)
    areas = [(cluster, wish), *_others_back(session, talk.row, cluster_id, diffs)]
    there = [area for area, to in areas if to.get("is_gone") is False]
    moved = [(id, each) for (kind, id), each in diffs.items() if kind == NOTE]
    found = [_moved_back(session, id, [each]) for id, each in moved]
    notes = [(place, _where_seen(session, to, there)) for place, to in filter(None, found)]
    if not (notes or any(to for _, to in areas)):
        raise Refused(MOVED_SINCE)
    texts = _texts(session, [place.question_id for place, _ in notes])
    sizes = clusters.sizes(session, talk.row, notes, texts, _least(session, talk.row, diffs))
    sides = [name for name in ("width", "height") if name in wish]
    as_large: Fields = {name: getattr(cluster, name) for name in sides}
    wish |= sizes.pop(cluster, as_large)
    for area, to in areas[1:]:
        sizes[area] = to | sizes.get(area, {})
    others = many_clusters.back(session, talk.row, sizes.items())
    return clusters.bring(change, talk, who, cluster, wish, notes, others)


def _others_back(
    session: Session, row: Talk, cluster_id: int, diffs: Mapping[Subject, Fields]
) -> Iterator[tuple[WallCluster, Fields]]:
    """Yield the further clusters that a change was about, and what is to be put back of each.

    What only made room for notes is not among that.
    """
    for (kind, number), each in diffs.items():
        moved = {name: diff for name, diff in each.items() if name not in ("width", "height")}
        if kind == CLUSTER and number != cluster_id and moved:
            cluster = clusters.find(session, row, number, or_gone=True)
            yield cluster, before_all(fields_of(cluster), [moved], CLUSTER_FIELDS)


def _texts(session: Session, ids: Collection[int]) -> dict[int, str]:
    wanted = sa.select(Question.id, Question.text).where(Question.id.in_(ids))
    return dict(session.execute(wanted).all()) if ids else {}


def _moved_back(session: Session, question_id: int, newest_first: list[Fields]) -> Moved | None:
    """Return where a note was, None if it is nowhere or was moved since."""
    place = session.get(WallPlace, question_id, populate_existing=True)
    wish = before_all(fields_of(place), newest_first, NOTE_FIELDS) if place else None
    return (place, wish) if place and wish else None


def find_doer(session: Session, talk: LockedTalk, change_id: int) -> Arranger:
    """Return who did something on the wall, whatever it was; raises Refused."""
    return doer_of(_done_here(session, talk, change_id))


def _done_here(session: Session, talk: LockedTalk, change_id: int) -> WallChange:
    done = session.get(WallChange, change_id) if 0 < change_id <= MAX_ID else None
    if done is None or done.talk_id != talk.row.id:
        raise Refused(NOT_BACK)
    return done


def last_of(
    session: Session, row: Talk, author: str | None, now: datetime, **of: int
) -> int | None:
    """Return the last change to a note or cluster that can be put back, of one author or anybody's.

    ``of`` is ``question_id`` or ``cluster_id``.
    """
    wanted = sa.select(sa.func.max(WallChange.id)).where(WallChange.at >= now - PUT_BACK)
    mine = () if author is None else (WallChange.author == author,)
    return session.scalar(wanted.filter_by(talk_id=row.id, **of).where(*mine))

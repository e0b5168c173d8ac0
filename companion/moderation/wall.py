"""What those who run a talk do on its wall, and what was done there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import (
    arranging,
    clusters,
    drawing,
    many_clusters,
    putting_back,
    putting_back_all,
)
from companion.board.talk_state import TalkState
from companion.board.wall import COLOURS
from companion.board.wall_changes import PUT_BACK, Arranged
from companion.board.wall_input import read_cluster_wish, read_new_cluster, read_wish
from companion.errors import Refused
from companion.messages import Message, gettext, ngettext
from companion.moderation import backgrounds
from companion.moderation.context import ActionContext, author_tag
from companion.store.models import PUBLIC, Question, Status
from companion.store.wall import WallChange, WallCluster

LOGGED = 30
NO_PLACES = 0  # the wall's count: a background is no place of a note
UNTITLED = gettext("untitled")
MADE = gettext("put the cluster “%(title)s” on the wall", title="")
DISSOLVED = gettext("dissolved the cluster “%(title)s”", title="")
COLUMNS = gettext("put columns on the wall: “%(title)s” and others", title="")
NO_COLUMNS = gettext("dissolved columns: “%(title)s” and others", title="")
LAID_OUT = gettext("laid out the clusters")
RESIZED = gettext("resized the cluster “%(title)s”", title="")
DONE = {
    "x": gettext("moved the cluster “%(title)s”", title=""),
    "z": gettext("brought the cluster “%(title)s” to the front", title=""),
    "notes": gettext("laid out the cluster “%(title)s”", title=""),
}
Titles = Mapping[int, Message | str]


def how_many_wait(session: Session, talk: TalkState) -> int:
    """Return how many questions wait for a moderator, who reads them at the desk."""
    if talk.row is None:
        return 0
    count = sa.select(sa.func.count(Question.id))
    return session.scalar(count.filter_by(talk_id=talk.row.id, status=Status.WAITING)) or 0


@dataclass(frozen=True)
class WallEntry:
    """One line of what was done on the wall."""

    id: int
    at: datetime
    who: str
    words: Message
    undoable: bool
    by_attendee: bool


def arrange(context: ActionContext, question_id: int, fields: Mapping[str, str]) -> str:
    """Have a note be as a form wants it; return what that changed, for ``read_done``."""
    wish = read_wish(fields)
    who = context.arranger
    return as_words(arranging.arrange(context.change, context.talk, who, question_id, wish))


def make_cluster(context: ActionContext, fields: Mapping[str, str], notes: Sequence[str]) -> str:
    """Make a cluster with notes in it; return what that changed."""
    new = read_new_cluster(fields, notes)
    who = context.arranger
    return as_words(clusters.make(context.change, context.talk, who, new))


def alter_cluster(context: ActionContext, cluster_id: int, fields: Mapping[str, str]) -> str:
    """Have a cluster be as a form wants it; return what that changed."""
    wish = read_cluster_wish(fields)
    who = context.arranger
    return as_words(clusters.alter(context.change, context.talk, who, cluster_id, wish))


def make_columns(context: ActionContext, typed: str) -> str:
    """Make clusters side by side of the names in a text; return what that changed."""
    names, who = many_clusters.read_columns(typed), context.arranger
    return as_words(many_clusters.columns(context.change, context.talk, who, names))


def lay_out(context: ActionContext) -> str:
    """Lay out all clusters side by side; return what that changed."""
    who = context.arranger
    return as_words(many_clusters.lay_out(context.change, context.talk, who))


def put_back(context: ActionContext, change_id: int) -> str:
    """Undo what anybody did to a note or mark within the hour; return what that changed."""
    if backgrounds.is_background(context, change_id):
        return as_words(Arranged(0, backgrounds.put_back(context, change_id), NO_PLACES))
    who = context.arranger
    if drawing.is_about_mark(context.session, context.talk, change_id):
        return as_words(drawing.put_back(context.change, context.talk, who, change_id, own=False))
    return as_words(putting_back.put_back(context.change, context.talk, who, change_id, own=False))


def put_back_all(context: ActionContext, change_id: int) -> Message:
    """Undo all that was done within the hour by whoever made a change; raises Refused.

    All that they drew goes, whenever that was.
    """
    who, here = context.arranger, (context.change, context.talk)
    whose = putting_back.find_doer(context.session, context.talk, change_id)
    done = putting_back_all.put_back_all(*here, who, whose)
    count = sum(done)
    if not count:
        raise Refused(gettext("Nothing of theirs is left to be put back. Move notes by hand."))
    if done.marks:
        return ngettext(
            "%(num)s note or mark is as it was before.",
            "%(num)s notes and marks are as they were before.",
            count,
        )
    return ngettext(
        "%(num)s thing is as it was before.", "%(num)s things are as they were before.", count
    )


def as_words(done: Arranged) -> str:
    """Return what was done as an action can say it, for ``read_done``."""
    return " ".join(map(str, done))


def read_done(words: str) -> Arranged:
    """Return what was done, as those above say it."""
    return Arranged(*map(int, words.split()))


def log_of(session: Session, talk: TalkState) -> tuple[WallEntry, ...]:
    """Return what was done last on a wall to what everybody sees, the newest first."""
    if talk.row is None:
        return ()
    done = sa.select(WallChange, Question.text).outerjoin(Question)
    is_seen = sa.or_(Question.status.in_(PUBLIC), WallChange.cluster_id.is_not(None))
    here = WallChange.talk_id == talk.row.id, is_seen
    newest = done.where(*here).order_by(WallChange.id.desc()).limit(LOGGED)
    titles = _titles(session, talk.row.id)
    lines = [_line(talk, change, text, titles) for change, text in session.execute(newest)]
    behind = backgrounds.log_of(session, talk.row)
    lines += [_entry(talk, change, backgrounds.said(change.before)) for change in behind]
    return tuple(sorted(lines, key=lambda line: -line.id)[:LOGGED])


def _titles(session: Session, talk_id: int) -> Titles:
    rows = session.execute(sa.select(WallCluster.id, WallCluster.title).filter_by(talk_id=talk_id))
    return {id: title or UNTITLED for id, title in rows}


def _line(talk: TalkState, change: WallChange, text: str | None, titles: Titles) -> WallEntry:
    diffs = json.loads(change.before)
    if text is None:
        words = _said_of_cluster(diffs, titles.get(change.cluster_id or 0, UNTITLED))
    else:
        words = _said(diffs, text, titles)
    return _entry(talk, change, words)


def _entry(talk: TalkState, change: WallChange, words: Message) -> WallEntry:
    who = change.who or gettext("attendee %(tag)s", tag=author_tag(change.author))
    is_recent = change.at + PUT_BACK >= talk.now
    return WallEntry(change.id, change.at, who, words, is_recent, bool(change.author))


def _said(diffs: Mapping[str, list[Any]], note: str, titles: Titles) -> Message:
    """Return what was done to a note, by what it changed."""
    if "x" not in diffs:
        colour = COLOURS.get(str(diffs["colour"][1]), gettext("plain"))
        return gettext("coloured “%(note)s” %(colour)s", note=note, colour=colour)
    (old, new), (left, entered) = diffs["x"], diffs["cluster_id"]
    if entered != left and entered:
        to = titles.get(entered, UNTITLED)
        return gettext("put “%(note)s” into “%(cluster)s”", note=note, cluster=to)
    if new is None:
        return gettext("took “%(note)s” off", note=note)
    if left and not entered:
        of = titles.get(left, UNTITLED)
        return gettext("took “%(note)s” out of “%(cluster)s”", note=note, cluster=of)
    if old is None:
        return gettext("placed “%(note)s”", note=note)
    return gettext("moved “%(note)s”", note=note)


def _said_of_cluster(diffs: Mapping[str, Any], title: Message | str) -> Message:
    """Return what was done to a cluster, by what it changed first of all."""
    if "title" in diffs:
        old, new = (name or UNTITLED for name in diffs["title"])
        return gettext("renamed the cluster “%(old)s” to “%(new)s”", old=old, new=new)
    if "colour" in diffs:
        colour = COLOURS.get(diffs["colour"][1], gettext("plain"))
        return gettext("coloured the cluster “%(title)s” %(colour)s", title=title, colour=colour)
    many = [name for one in diffs.get("clusters", {}).values() for name in one]
    if "is_gone" in many:
        return (NO_COLUMNS if diffs["is_gone"][1] else COLUMNS).about(title=title)
    if "x" in many:
        return LAID_OUT
    if "is_gone" in diffs:
        said = DISSOLVED if diffs["is_gone"][1] else MADE
    else:
        said = next((words for name, words in DONE.items() if name in diffs), RESIZED)
    return said.about(title=title)

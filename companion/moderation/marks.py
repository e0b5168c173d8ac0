"""Marks on the wall, by those who run a talk: a moderator anybody's, a speaker their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import drawing
from companion.board.drawing import NOBODY, NOBODY_SEES
from companion.board.events import DeskChanged
from companion.board.rows import count_change
from companion.board.talk_state import TalkState
from companion.board.wall import WallMode, mode_of
from companion.board.wall_changes import PUT_BACK, Arranger, doer_of, is_by
from companion.errors import Refused
from companion.messages import Message, gettext, ngettext
from companion.moderation.context import ActionContext, arranger_of, author_tag
from companion.moderation.roles import Actor
from companion.moderation.wall import LOGGED, WallEntry, as_words
from companion.moderation.wall import log_of as log_of_notes
from companion.store.models import Role
from companion.store.wall import WallChange, WallStroke

LONG_AGO = gettext("those who ran the talk")  # what attendees drew goes with the names
NONE_LEFT = gettext("Nothing that this person drew is left on the wall. Erase others' by hand.")


def draw(context: ActionContext, fields: Mapping[str, str]) -> str:
    """Put a mark on the wall; return what that changed, for ``read_done``."""
    draft = drawing.read_draft(fields)
    return as_words(drawing.draw(context.change, context.talk, _drawer(context), draft))


def erase(context: ActionContext, mark: int) -> str:
    """Take a mark off the wall; return what that changed."""
    who, own = _drawer(context), _is_speaker(context)
    return as_words(drawing.erase(context.change, context.talk, who, mark, own=own))


def caption(context: ActionContext, mark: int, typed: str) -> str:
    """Say what a mark is; return what that changed."""
    words, who, own = drawing.read_caption(typed), _drawer(context), _is_speaker(context)
    return as_words(drawing.caption(context.change, context.talk, who, mark, words, own=own))


def put_back(context: ActionContext, change_id: int) -> str:
    """Undo what was done to a mark within the hour; return what that changed."""
    who, own = _drawer(context), _is_speaker(context)
    return as_words(drawing.put_back(context.change, context.talk, who, change_id, own=own))


def remove_all(context: ActionContext, mark: int) -> Message:
    """Take all marks off the wall of whoever drew one, and log that; raises Refused."""
    whose = drawing.drawn_by(context.session, context.talk, mark)
    count = drawing.remove_all(context.change, context.talk, _drawer(context), whose)
    if not count:
        raise Refused(NONE_LEFT)
    said = gettext("removed all marks of %(who)s", who=_called(whose.name, whose.author))
    context.log(said, None)
    context.change.announce(DeskChanged(*count_change(context.session, context.row)))
    return ngettext("%(num)s mark is removed.", "%(num)s marks are removed.", count)


def _is_speaker(context: ActionContext) -> bool:
    return context.actor.role is Role.SPEAKER


def _drawer(context: ActionContext) -> Arranger:
    if _is_speaker(context) and mode_of(context.talk) is WallMode.OFF:
        raise Refused(NOBODY_SEES)
    return context.arranger


class Drawer(NamedTuple):
    """Who drew a mark, as moderators know them, and whether it is known to be somebody else."""

    called: str
    is_other: bool


def drawers(session: Session, talk: TalkState, me: Actor) -> dict[int, Drawer]:
    """Return who drew each mark on a wall."""
    here = sa.select(WallStroke).filter_by(talk_id=talk.row.id if talk.row else 0, is_gone=False)
    return {row.id: _drawer_of(row, arranger_of(me)) for row in session.scalars(here)}


def _drawer_of(row: WallStroke, me: Arranger) -> Drawer:
    whose = doer_of(row)
    return Drawer(_called(row.who, row.author), whose != NOBODY and not is_by(whose, me))


def _called(who: str, author: str) -> str:
    if not (who or author):
        return LONG_AGO
    return who or gettext("attendee %(tag)s", tag=author_tag(author))


def log_of(session: Session, talk: TalkState) -> tuple[WallEntry, ...]:
    """Return what was done last on a wall, to notes and to marks, the newest first."""
    if talk.row is None:
        return ()
    done = sa.select(WallChange, WallStroke).join(WallStroke)
    here = done.where(WallChange.talk_id == talk.row.id)
    found = session.execute(here.order_by(WallChange.id.desc()).limit(LOGGED))
    marks = (_line(talk, change, stroke) for change, stroke in found)
    lines = (*log_of_notes(session, talk), *marks)
    return tuple(sorted(lines, key=lambda line: -line.id)[:LOGGED])


def _line(talk: TalkState, change: WallChange, stroke: WallStroke) -> WallEntry:
    who = _called(change.who, change.author)
    words = _words(json.loads(change.before), stroke)
    is_recent = change.at + PUT_BACK >= talk.now
    return WallEntry(change.id, change.at, who, words, is_recent, bool(change.author))


def _words(diffs: Mapping[str, list[object]], stroke: WallStroke) -> Message:
    """Return what was done to a mark, by what it changed."""
    if "caption" in diffs:
        return gettext("captioned a mark “%(words)s”", words=str(diffs["caption"][1]))
    if diffs["is_gone"][1]:
        return gettext("erased a mark")
    return gettext("drew a mark")

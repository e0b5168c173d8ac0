"""What was done at the desk, and what of it can be undone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from companion.messages import Message, gettext, ngettext, read_back
from companion.moderation.roles import Actor
from companion.moderation.sayings import FILLED_IN
from companion.moderation.snapshot import BoardSnapshot
from companion.moderation.undo import TOOK_BACK, UNDO_SHOWN
from companion.store.models import Action

LOGGED = 50


@dataclass(frozen=True)
class LogEntry:
    """One line of the log."""

    id: int
    at: datetime
    who: str
    words: str
    undoable: bool


def log_of(snapshot: BoardSnapshot, me: Actor) -> tuple[LogEntry, ...]:
    """Return what was done last, the newest first, as ``me`` sees it."""
    if snapshot.talk.row is None:
        return ()
    newest = snapshot.session.scalars(logged(snapshot.talk.row.id))
    return tuple(_line(snapshot, action, me) for action in newest)


def logged(talk_id: int) -> sa.Select[Any]:
    """Return the query for what was done last on a talk, the newest first."""
    actions = sa.select(Action).filter_by(talk_id=talk_id)
    return actions.order_by(Action.id.desc()).limit(LOGGED)


def _line(snapshot: BoardSnapshot, action: Action, me: Actor) -> LogEntry:
    young = action.at + UNDO_SHOWN >= snapshot.talk.now
    by_me = action.sign_in in (me.sign_in, "") if me.sign_in else False
    mine = by_me and action.what != TOOK_BACK
    row = snapshot.rows.get(action.question_id or 0)
    touched = json.loads(action.before)["questions"] if action.before else {}
    said = _about(read_back(action.what, FILLED_IN), row.text if row else "", len(touched))
    return LogEntry(
        id=action.id,
        at=action.at,
        who=Actor(action.who, action.role).called,
        words=gettext("%(done)s (undone)", done=said) if action.undone else said,
        undoable=young and mine and bool(action.before) and not action.undone,
    )


def _about(done: Message, text: str, touched: int) -> Message:
    """Return what was done, and to which question or to how many."""
    if text:
        return gettext("%(done)s “%(question)s”", done=done, question=text)
    if touched > 1:
        return ngettext(
            "%(done)s %(num)s question", "%(done)s %(num)s questions", touched, done=done
        )
    return done

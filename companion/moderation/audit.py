"""What was done at the desk, and what of it can be undone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from companion.moderation.roles import Actor
from companion.moderation.snapshot import BoardSnapshot
from companion.moderation.undo import UNDO_SHOWN
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
    actions = sa.select(Action).filter_by(talk_id=snapshot.talk.row.id)
    newest = snapshot.session.scalars(actions.order_by(Action.id.desc()).limit(LOGGED))
    return tuple(_line(snapshot, action, me) for action in newest)


def _line(snapshot: BoardSnapshot, action: Action, me: Actor) -> LogEntry:
    young = action.at + UNDO_SHOWN >= snapshot.talk.now
    by_me = action.sign_in in (me.sign_in, "") if me.sign_in else False
    mine = by_me and action.what != "took back"
    row = snapshot.rows.get(action.question_id or 0)
    touched = json.loads(action.before)["questions"] if action.before else {}
    about = f" “{row.text}”" if row else f" {len(touched)} questions" if len(touched) > 1 else ""
    return LogEntry(
        id=action.id,
        at=action.at,
        who=Actor(action.who, action.role).called,
        words=f"{action.what}{about}{' (undone)' if action.undone else ''}",
        undoable=young and mine and bool(action.before) and not action.undone,
    )

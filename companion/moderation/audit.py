"""What was done at the desk, and what of it can be undone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from companion.moderation.roles import Actor
from companion.moderation.snapshot import BoardSnapshot
from companion.moderation.undo import UNDO_SHOWN
from companion.store.models import Deed

LOGGED = 50


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    id: int
    at: datetime
    who: str
    words: str
    undoable: bool


def log_of(snapshot: BoardSnapshot, me: Actor) -> tuple[Line, ...]:
    """Return what was done last, the newest first, as ``me`` sees it."""
    if snapshot.talk.row is None:
        return ()
    deeds = sa.select(Deed).filter_by(talk_id=snapshot.talk.row.id)
    newest = snapshot.session.scalars(deeds.order_by(Deed.id.desc()).limit(LOGGED))
    return tuple(_line(snapshot, deed, me) for deed in newest)


def _line(snapshot: BoardSnapshot, deed: Deed, me: Actor) -> Line:
    young = deed.at + UNDO_SHOWN >= snapshot.talk.now
    mine = bool(me.session) and deed.session == me.session and deed.what != "took back"
    row = snapshot.rows.get(deed.question_id or 0)
    touched = json.loads(deed.before)["questions"] if deed.before else {}
    about = f" “{row.text}”" if row else f" {len(touched)} questions" if len(touched) > 1 else ""
    return Line(
        id=deed.id,
        at=deed.at,
        who=Actor(deed.who, deed.role).called,
        words=f"{deed.what}{about}{' (undone)' if deed.undone else ''}",
        undoable=young and mine and bool(deed.before) and not deed.undone,
    )

"""Undoing a deed: it puts back what was, and takes away nothing that others have built on since."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from companion.board import merges
from companion.board.questions import MAX_ID
from companion.board.rules import House
from companion.errors import Refused
from companion.moderation.context import Diffs, Work, fields_of, set_mute
from companion.moderation.roles import Actor
from companion.store.models import PUBLIC, Deed, Kind, Question, Status, Talk
from companion.store.writer import Change

CHANGED_SINCE = "Somebody has changed it since, so it cannot be undone."
UNDO_SHOWN, UNDO_TAKEN = timedelta(seconds=15), timedelta(minutes=2)
COUNTED = frozenset({"askers"})
MOMENTS = frozenset(
    {"answered_at", "now_at", "edited_at", "slow_until", "qa_began_at", "ended_at"}
    | {"message_at", "message_read_at", "recorded_from"}
)


def undo(change: Change, house: House, actor: Actor, deed_id: int) -> str:
    """Put back what a deed changed, unless something else has changed it since."""
    work = Work(change, house, actor)
    deed = work.session.get(Deed, deed_id) if 0 < deed_id <= MAX_ID else None
    if deed is None or deed.talk_id != work.talk.id or not deed.before:
        raise Refused("That cannot be undone.")
    if deed.undone:
        return "That is undone already."
    if deed.at + UNDO_TAKEN < work.now:
        raise Refused("That was too long ago to be undone in one go.")
    before = json.loads(deed.before)
    rows = {int(id): diffs for id, diffs in before["questions"].items()}
    changed = [work.question(id) for id in rows]
    for question in changed:
        _put_back(question, rows[question.id])
    _put_back(work.talk, before["talk"])
    _refuse_stranding(work, deed, {question: rows[question.id] for question in changed})
    if "mute" in before:
        set_mute(work, *before["mute"])
    _recount_groups(work, rows)
    deed.undone = True
    work.done("took back", deed.question_id, {"undoes": deed.id})
    return "Undone."


def _put_back(row: Question | Talk, diffs: Diffs) -> None:
    now = fields_of(row, tuple(diffs))
    if any(now[name] != after for name, (_, after) in diffs.items() if name not in COUNTED):
        raise Refused(CHANGED_SINCE)
    for name, (old, _) in diffs.items():
        if name not in COUNTED:
            setattr(row, name, _read(name, old))


def _refuse_stranding(work: Work, deed: Deed, changed: dict[Question, Diffs]) -> None:
    """Refuse to take away what others were merged into, or to merge into what is merged itself."""
    ids, since = {question.id for question in changed}, _merged_since(work, deed)
    for question, diffs in changed.items():
        others = {other.id for other in merges.merged_into(work.session, question.id)}
        if "status" in diffs and question.status not in PUBLIC and others & since - ids:
            raise Refused("Others were merged into it since. Take them apart first.")
        root = question.merged_into if "merged_into" in diffs else None
        if root and work.question(root).status is Status.MERGED:
            raise Refused(CHANGED_SINCE)


def _merged_since(work: Work, deed: Deed) -> set[int]:
    newer = sa.select(Deed.before).where(
        Deed.talk_id == work.talk.id, Deed.id > deed.id, Deed.before != ""
    )
    return {
        int(id)
        for before in work.session.scalars(newer)
        for id, diffs in json.loads(before)["questions"].items()
        if "merged_into" in diffs
    }


def _recount_groups(work: Work, rows: dict[int, Diffs]) -> None:
    roots = {root for diffs in rows.values() for root in diffs.get("merged_into", []) if root}
    merged = {id for id, diffs in rows.items() if "merged_into" in diffs}
    for id in sorted(roots | merged):
        merges.recount(work.session, work.question(id))


READERS: dict[str, Callable[[Any], Any]] = {"status": Status, "kind": Kind}


def _read(name: str, value: Any) -> Any:
    if name in MOMENTS:
        return value and datetime.fromisoformat(value)
    return READERS[name](value) if name in READERS else value

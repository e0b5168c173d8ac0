"""Undoing an action: it puts back what was, and takes nothing away that others built on since."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from companion.board import merges
from companion.board.rows import MAX_ID
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation import newcomers, polls
from companion.moderation.context import ActionContext, Diffs, fields_of, set_mute
from companion.moderation.sayings import CHANGED_SINCE
from companion.store.models import PUBLIC, Action, HeldState, Kind, Question, Status, Talk
from companion.store.polls import Poll

TOOK_BACK = gettext("took back")
UNDO_SHOWN, UNDO_TAKEN = timedelta(seconds=15), timedelta(minutes=2)
COUNTED = frozenset({"askers", "polls"})
MOMENTS = frozenset(
    {"answered_at", "now_at", "edited_at", "slow_until", "qa_began_at", "ended_at"}
    | {"message_at", "message_read_at", "recorded_from", "opened_at", "closed_at"}
)


def undo(context: ActionContext, action_id: int) -> str:
    """Put back what an action changed, unless something else has changed it since."""
    action = context.session.get(Action, action_id) if 0 < action_id <= MAX_ID else None
    if action is None or action.talk_id != context.row.id or not action.before:
        raise Refused(gettext("That cannot be undone. Change it by hand, where it can be."))
    if action.undone:
        return gettext("That is undone already.")
    if action.at + UNDO_TAKEN < context.now:
        raise Refused(gettext("That was too long ago to be undone in one go. Change it by hand."))
    before = json.loads(action.before)
    rows = {int(id): diffs for id, diffs in before["questions"].items()}
    changed = [context.question(id) for id in rows]
    for question in changed:
        put_back(question, rows[question.id])
    put_back(context.row, before["talk"])
    if context.is_over:  # what was Now when the talk ended is open then, not Now for ever
        context.row.now_id = context.row.next_id = None
    _refuse_stranding(context, action, {question: rows[question.id] for question in changed})
    if "mute" in before:
        set_mute(context, *before["mute"])
    _recount_groups(context, rows)
    if "newcomers" in before:
        newcomers.move(context, before["newcomers"], HeldState.HELD)
    polls.put_back_all(context, before.get("polls", {}), put_back)
    action.undone = True
    context.record(TOOK_BACK, action.question_id, {"undoes": action.id})
    return gettext("Undone.")


def put_back(row: Question | Talk | Poll, diffs: Diffs) -> None:
    """Have a row be as it was; raises Refused when it is not as the action has left it."""
    now = fields_of(row, tuple(diffs))
    if any(now[name] != after for name, (_, after) in diffs.items() if name not in COUNTED):
        raise Refused(CHANGED_SINCE)
    for name, (old, _) in diffs.items():
        if name not in COUNTED:
            setattr(row, name, _read(name, old))


def _refuse_stranding(
    context: ActionContext, action: Action, changed: dict[Question, Diffs]
) -> None:
    """Refuse to take away what others were merged into, or to merge into what is merged itself."""
    ids, since = {question.id for question in changed}, _merged_since(context, action)
    for question, diffs in changed.items():
        others = {other.id for other in merges.merged_into(context.session, question.id)}
        if "status" in diffs and question.status not in PUBLIC and others & since - ids:
            raise Refused(gettext("Others were merged into it since. Take them apart first."))
        root = question.merged_into if "merged_into" in diffs else None
        if root and context.question(root).status is Status.MERGED:
            raise Refused(CHANGED_SINCE)


def _merged_since(context: ActionContext, action: Action) -> set[int]:
    newer = sa.select(Action.before).where(
        Action.talk_id == context.row.id, Action.id > action.id, Action.before != ""
    )
    return {
        int(id)
        for before in context.session.scalars(newer)
        for id, diffs in json.loads(before)["questions"].items()
        if "merged_into" in diffs
    }


def _recount_groups(context: ActionContext, rows: dict[int, Diffs]) -> None:
    roots = {root for diffs in rows.values() for root in diffs.get("merged_into", []) if root}
    merged = {id for id, diffs in rows.items() if "merged_into" in diffs}
    for id in sorted(roots | merged):
        merges.recount(context.session, context.question(id))


READERS: dict[str, Callable[[Any], Any]] = {"status": Status, "kind": Kind}


def _read(name: str, value: Any) -> Any:
    if name in MOMENTS:
        return value and datetime.fromisoformat(value)
    return READERS[name](value) if name in READERS else value

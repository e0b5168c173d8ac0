"""Bringing prepared questions in: one action, however many they are."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from companion.board.input import Draft
from companion.errors import Refused
from companion.imports.rows import MOST
from companion.moderation.actions import authorless
from companion.moderation.context import ActionContext
from companion.store.models import Question, Status


def add(context: ActionContext, drafts: Sequence[Draft], status: Status) -> str:
    """Put drafts on the board, or before a moderator; the same keys twice are added once."""
    if not drafts or len(drafts) > MOST:
        raise Refused("Tick at least one row to be added.")
    known = _known(context, drafts)
    new = {draft.key: draft for draft in drafts if draft.key not in known}
    rows = [authorless(context, draft, status) for draft in new.values()]
    context.session.add_all(rows)
    context.session.flush()
    for row in rows:
        context.track(row, {"status": Status.WITHDRAWN})
    context.record("brought in")
    return f"Added {len(rows)}." if rows else "These have been added already."


def _known(context: ActionContext, drafts: Sequence[Draft]) -> set[str]:
    keys = sa.select(Question.key).filter_by(talk_id=context.row.id)
    known = keys.where(Question.key.in_([draft.key for draft in drafts]))
    return set(context.session.scalars(known))

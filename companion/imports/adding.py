"""Bringing prepared questions in: one action, however many they are."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from companion.board.input import Draft
from companion.errors import Refused
from companion.imports.putting_up import PlannedWall, put_up
from companion.imports.rows import MOST
from companion.messages import gettext, ngettext
from companion.moderation.actions import authorless
from companion.moderation.context import ActionContext
from companion.store.models import Question, Status


def add(
    context: ActionContext,
    drafts: Sequence[Draft],
    status: Status,
    planned: PlannedWall | None = None,
) -> str:
    """Put drafts on the board, or before a moderator; the same keys twice are added once.

    With them a wall can be put up.
    """
    if (not drafts and not planned) or len(drafts) > MOST:
        raise Refused(gettext("Tick at least one row to be added."))
    known = _known(context, drafts)
    new = {draft.key: draft for draft in drafts if draft.key not in known}
    rows = [authorless(context, draft, status) for draft in new.values()]
    context.session.add_all(rows)
    context.session.flush()
    for row in rows:
        context.track(row, {"status": Status.WITHDRAWN})
    if planned:
        put_up(context, planned, rows)
    context.record(gettext("brought in"))
    if planned and not drafts:
        return gettext("The wall is prepared.")
    if not rows:
        return gettext("These have been added already.")
    return ngettext("Added %(num)s.", "Added %(num)s.", len(rows))


def _known(context: ActionContext, drafts: Sequence[Draft]) -> set[str]:
    keys = sa.select(Question.key).filter_by(talk_id=context.row.id)
    known = keys.where(Question.key.in_([draft.key for draft in drafts]))
    return set(context.session.scalars(known))

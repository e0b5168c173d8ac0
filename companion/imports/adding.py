"""Bringing prepared questions in: one deed, however many they are."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from companion.board.input import Draft
from companion.board.rules import House
from companion.errors import Refused
from companion.imports.found import MOST
from companion.moderation.actions import authorless
from companion.moderation.context import Work
from companion.moderation.roles import Actor
from companion.store.models import Question, Status
from companion.store.writer import Change


def add(change: Change, house: House, actor: Actor, drafts: Sequence[Draft], status: Status) -> str:
    """Put drafts on the board, or before a moderator; the same keys twice are added once."""
    if not drafts or len(drafts) > MOST:
        raise Refused("Tick at least one row to be added.")
    work = Work(change, house, actor)
    known = _known(work, drafts)
    new = {draft.key: draft for draft in drafts if draft.key not in known}
    rows = [authorless(work, draft, status) for draft in new.values()]
    work.session.add_all(rows)
    work.session.flush()
    for row in rows:
        work.touch(row, {"status": Status.WITHDRAWN})
    work.done("brought in")
    return f"Added {len(rows)}." if rows else "These have been added already."


def _known(work: Work, drafts: Sequence[Draft]) -> set[str]:
    keys = sa.select(Question.key).filter_by(talk_id=work.talk.id)
    return set(work.session.scalars(keys.where(Question.key.in_([draft.key for draft in drafts]))))

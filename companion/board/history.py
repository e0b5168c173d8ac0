"""How questions stood before, as the log of what was done at the desk knows it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Action, Question, Status

KEPT = ("status", "merged_into")


class Move(NamedTuple):
    """What was done that had a question stand otherwise; ``diffs`` has each field's two values."""

    question: int
    what: str
    diffs: dict[str, list[Any]]

    @property
    def before(self) -> Status:
        """Return how it stood before."""
        return Status(self.diffs["status"][0])


def last_move(session: Session, question: Question) -> Move | None:
    """Return what brought a question to where it stands, if the log knows."""
    moves = _moves(session, [question.talk_id], question.status)
    found = [move for move in moves if move.question == question.id]
    return found[-1] if found else None


def forget_words(session: Session, talk: int, question: int) -> None:
    """Take what a question said out of every action that could have put it back."""
    named = Action.before.contains(f'"{question}"')
    for action in session.scalars(sa.select(Action).where(Action.talk_id == talk, named)):
        before = json.loads(action.before)
        if before["questions"].pop(str(question), None) is not None:
            action.before = json.dumps(before) if before["questions"] else ""


def forget_details(session: Session, talk: int) -> None:
    """Keep of a talk's log who stood how before, and nothing that anybody wrote."""
    actions = sa.select(Action).where(Action.talk_id == talk, Action.before != "")
    for action in session.scalars(actions):
        before = json.loads(action.before)["questions"]
        kept = {
            id: {name: diffs[name] for name in KEPT if name in diffs}
            for id, diffs in before.items()
        }
        action.before = json.dumps({"questions": kept, "talk": {}}) if kept else ""


def statuses_before(session: Session, talks: Collection[int], status: Status) -> dict[int, Status]:
    """Return how the questions of some talks stood that stand so now, as far as the log knows.

    The whole log is read for it, so whoever asks for several questions asks once.
    """
    return {move.question: move.before for move in _moves(session, talks, status)}


def _moves(session: Session, talks: Collection[int], status: Status) -> Iterator[Move]:
    """Return all that had a question stand so, the oldest first, but what was undone."""
    actions = sa.select(Action.what, Action.before).where(
        Action.talk_id.in_(talks), Action.before.contains(f'"{status}"'), sa.not_(Action.undone)
    )
    for what, before in session.execute(actions.order_by(Action.id)):
        for number, diffs in json.loads(before)["questions"].items():
            if diffs.get("status", [None, None])[1] == status:
                yield Move(int(number), what, diffs)

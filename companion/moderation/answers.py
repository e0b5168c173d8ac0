"""Answers in writing, and what the speaker makes of what stayed open."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlalchemy as sa

from companion.board import history, too_long
from companion.board.content_hash import changed_meanwhile, content_hash
from companion.board.input import read_text
from companion.board.rows import GONE
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.context import ActionContext, Diffs
from companion.moderation.now_and_next import NOT_ALLOWED, finish
from companion.moderation.outcomes import put_aside
from companion.moderation.roles import Actor, as_begins
from companion.store.models import PUBLIC, Action, Question, Role, Status

WRITTEN_MAX = 4_000
SKIPPED = "skipped"
WROTE = gettext("answered in writing")


def answer(
    context: ActionContext,
    question_id: int,
    text: str,
    expected_version: str | None = None,
) -> str:
    """Answer a question in writing, or take the answer back when there is no text.

    ``expected_version`` is the hash of what was there for whoever writes: nothing is overwritten
    when somebody else has written meanwhile.
    """
    question = context.question(question_id)
    if question.status is Status.WAITING:
        raise Refused(gettext("Approve it first."))
    if question.status not in PUBLIC:
        raise put_aside(question)
    return _write(context, question, text, expected_version)


def settle(
    context: ActionContext,
    question_id: int,
    how: str,
    text: str = "",
    expected_version: str | None = None,
) -> str:
    """Have the speaker answer what stayed open, skip or unskip it, or say that it is done."""
    _refuse_speaker(context, how)
    question = context.question(question_id)
    if question.status not in PUBLIC:
        raise Refused(GONE)
    if how == "answer":
        return _write(context, question, text, expected_version)
    if how == "done":
        return _mark_answered(context, question)
    return _skip(context, question, wanted=how == "skip")


def _refuse_speaker(context: ActionContext, how: str) -> None:
    """Refuse what a speaker may not do while the talk runs."""
    if context.actor.role is not Role.SPEAKER or context.talk.is_over:
        return
    if how != "done":
        raise Refused(
            gettext(
                "Once the talk is over you can answer in writing what stayed open. Wait until then."
            )
        )
    if not context.row.speaker_may_advance:
        raise Refused(NOT_ALLOWED)


def _write(
    context: ActionContext, question: Question, typed: str, expected_version: str | None
) -> str:
    text = read_text(typed, WRITTEN_MAX, too_long.answer, lines=True)
    if text == question.answer:
        return (
            gettext("The board says that already.")
            if text
            else gettext("There is no answer to take back.")
        )
    if expected_version is not None and expected_version != content_hash(question.answer):
        raise changed_meanwhile("answer", _last_writer(context, question))
    question.answer = text
    if not text:
        return _take_back(context, question)
    if question.status is not Status.ANSWERED:
        finish(context, question)
    context.record(WROTE, question.id)
    return gettext("The answer is on the board.")


def _take_back(context: ActionContext, question: Question) -> str:
    """Have a question be open again that nothing but the writing has answered."""
    move = history.last_move(context.session, question)
    was_aloud = move is not None and move.what != WROTE
    if question.status is Status.ANSWERED and question.now_at is None and not was_aloud:
        question.status, question.answered_at = Status.OPEN, None
    context.record(gettext("took back the answer to"), question.id)
    return gettext("The answer is taken back.")


def _last_writer(context: ActionContext, question: Question) -> str:
    written = (who for who, diffs in actions_on(context, question.id) if "answer" in diffs)
    return next(written, gettext("Somebody"))


def actions_on(context: ActionContext, question_id: int) -> Iterator[tuple[str, Diffs]]:
    """Return who has changed what of a question at the desk, the newest first."""
    actions = sa.select(Action).filter_by(talk_id=context.row.id, question_id=question_id)
    for action in context.session.scalars(
        actions.where(Action.before != "").order_by(Action.id.desc())
    ):
        diffs = json.loads(action.before)["questions"].get(str(question_id), {})
        yield as_begins(Actor(action.who, action.role).called), diffs


def _mark_answered(context: ActionContext, question: Question) -> str:
    if question.status is not Status.ANSWERED:
        finish(context, question)
    context.record(gettext("answered"), question.id)
    return gettext("Marked as answered.")


def _skip(context: ActionContext, question: Question, *, wanted: bool) -> str:
    if question.status is Status.ANSWERED:
        return gettext("It is answered already.")
    question.reason = SKIPPED if wanted else ""
    context.record(gettext("skipped") if wanted else gettext("took up again"), question.id)
    return gettext("Skipped.") if wanted else gettext("It is in the list again.")

"""Now and Next: which question is answered, which comes after it, and when that was."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from companion.board import history
from companion.board.rows import MAX_ID
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.context import ActionContext
from companion.store.models import PUBLIC, Kind, Question, Role, Status

TAKEN_UP = ("taken up", "put next")

NOT_ALLOWED = gettext(
    "The moderator moves on from one question to the next on this talk. Ask them for it."
)


def top(context: ActionContext) -> Question | None:
    """Return the open question most wanted that is neither now nor next; comments ask nothing."""
    slots = [id for id in (context.row.now_id, context.row.next_id) if id]
    wanted = sa.select(Question).where(
        Question.talk_id == context.row.id,
        Question.status == Status.OPEN,
        Question.kind == Kind.QUESTION,
        Question.id.not_in(slots),
    )
    by_votes = wanted.order_by(Question.pinned.desc(), Question.votes.desc(), Question.id)
    return context.session.scalar(by_votes.limit(1))


def advance(context: ActionContext, seen: int | None, offered: int | None = None) -> str:
    """Have Now be answered, and Next, or else the one that was offered, be Now.

    ``seen`` is what was Now for the one who pressed: when it is not any more, nothing happens.
    """
    if context.actor.role is Role.SPEAKER and not context.row.speaker_may_advance:
        raise Refused(NOT_ALLOWED)
    refuse_when_over(context)
    if seen != context.row.now_id:
        return gettext("Somebody has gone on to the next one already.")
    if context.row.now_id:
        finish(context, context.question(context.row.now_id))
    following = _still_open(context, context.row.next_id or 0) or _still_open(context, offered or 0)
    context.row.next_id = None
    if not following:
        first = top(context)
        following = first.id if first and seen is None else None
    if following:
        begin(context, context.question(following))
    context.record(gettext("went on to") if following else gettext("answered"), following or seen)
    return "" if following or seen else gettext("There is no open question.")


def refuse_when_over(context: ActionContext) -> None:
    """Raise Refused where the talk has ended: nobody would end what was taken up after that."""
    if context.is_over:
        raise Refused(
            gettext("The talk is over. Give it 5 minutes more first, or answer in writing.")
        )


def _still_open(context: ActionContext, question_id: int) -> int | None:
    if not 0 < question_id <= MAX_ID:
        return None
    wanted = sa.select(Question.id).filter_by(talk_id=context.row.id, status=Status.OPEN)
    return context.session.scalar(wanted.where(Question.id == question_id))


def begin(context: ActionContext, question: Question) -> None:
    """Have a question be answered now; the one before it has been."""
    if context.row.now_id and context.row.now_id != question.id:
        finish(context, context.question(context.row.now_id))
    if context.row.next_id == question.id:
        context.row.next_id = None
    context.row.now_id = question.id
    if question.status is not Status.OPEN:  # else who approved it stays who handled it
        question.handled_by = context.who
    question.status, question.now_at, question.answered_at = Status.OPEN, context.now, None
    question.reason = ""


def answer_again(context: ActionContext, question: Question) -> None:
    """Have a question be answered as before, if it was so when it was taken up."""
    move = history.last_move(context.session, question)
    if move and move.before is Status.ANSWERED and move.what in TAKEN_UP:
        answered = move.diffs["answered_at"][0]
        question.status = Status.ANSWERED
        question.answered_at = answered and datetime.fromisoformat(answered)


def finish(context: ActionContext, question: Question) -> None:
    """Have a question be answered, and note when; raises Refused for what nobody approved."""
    if question.status not in PUBLIC:
        raise Refused(gettext("Approve it first."))
    question.status, question.answered_at = Status.ANSWERED, context.now
    question.reason, question.handled_by = "", context.who

"""Now and Next: which question is answered, which comes after it, and when that was."""

from __future__ import annotations

import sqlalchemy as sa

from companion.board.questions import MAX_ID
from companion.board.rules import House
from companion.errors import Refused
from companion.moderation.context import Work, by
from companion.moderation.roles import Actor
from companion.store.models import PUBLIC, Question, Role, Status
from companion.store.writer import Change


def top(work: Work) -> Question | None:
    """Return the open question most wanted that is neither now nor next."""
    slots = [id for id in (work.talk.now_id, work.talk.next_id) if id]
    wanted = sa.select(Question).where(
        Question.talk_id == work.talk.id,
        Question.status == Status.OPEN,
        Question.id.not_in(slots),
    )
    by_votes = wanted.order_by(Question.pinned.desc(), Question.votes.desc(), Question.id)
    return work.session.scalar(by_votes.limit(1))


def advance(
    change: Change, house: House, actor: Actor, seen: int | None, offered: int | None = None
) -> str:
    """Have Now be answered, and Next, or else the one that was offered, be Now.

    ``seen`` is what was Now for the one who pressed: when it is not any more, nothing happens.
    """
    work = Work(change, house, actor)
    if actor.role is Role.SPEAKER and not work.talk.drives:
        raise Refused("The moderator moves on from one question to the next on this talk.")
    if seen != work.talk.now_id:
        return "Somebody has gone on to the next one already."
    if work.talk.now_id:
        finish(work, work.question(work.talk.now_id))
    following = _still_open(work, work.talk.next_id or 0) or _still_open(work, offered or 0)
    work.talk.next_id = None
    if not following:
        first = top(work)
        following = first.id if first and seen is None else None
    if following:
        begin(work, work.question(following))
    work.done("went on to" if following else "answered", following or seen)
    return "" if following or seen else "There is no open question."


def _still_open(work: Work, question_id: int) -> int | None:
    if not 0 < question_id <= MAX_ID:
        return None
    wanted = sa.select(Question.id).filter_by(talk_id=work.talk.id, status=Status.OPEN)
    return work.session.scalar(wanted.where(Question.id == question_id))


def begin(work: Work, question: Question) -> None:
    """Have a question be answered now; the one before it has been."""
    if work.talk.now_id and work.talk.now_id != question.id:
        finish(work, work.question(work.talk.now_id))
    if work.talk.next_id == question.id:
        work.talk.next_id = None
    work.talk.now_id = question.id
    if question.status is not Status.OPEN:  # else who approved it stays who handled it
        question.handled_by = by(work)
    question.status, question.now_at, question.answered_at = Status.OPEN, work.now, None
    question.reason = ""


def finish(work: Work, question: Question) -> None:
    """Have a question be answered, and note when; raises Refused for what nobody approved."""
    if question.status not in PUBLIC:
        raise Refused("Approve it first.")
    question.status, question.answered_at = Status.ANSWERED, work.now
    question.reason, question.handled_by = "", by(work)

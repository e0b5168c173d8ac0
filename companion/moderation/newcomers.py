"""What the desk does about many new people at once: let them in, or exclude them, in one tap."""

from __future__ import annotations

import sqlalchemy as sa

from companion.board import merges
from companion.board.ballots import answered_by
from companion.board.events import BallotsChanged
from companion.board.rows import count_change
from companion.errors import Refused
from companion.messages import gettext, ngettext
from companion.moderation.context import ActionContext
from companion.moderation.sayings import EXCLUDED, LET_IN
from companion.store.engine import insert_once
from companion.store.models import (
    HeldPerson,
    HeldState,
    HeldVote,
    Mute,
    Question,
    Status,
    Vote,
)

DECISIONS = {"let_in": HeldState.LET_IN, "exclude": HeldState.EXCLUDED}
SAID = {
    HeldState.LET_IN: (
        LET_IN,
        ngettext("Let in %(num)s new person.", "Let in %(num)s new people.", 0),
    ),
    HeldState.EXCLUDED: (
        EXCLUDED,
        ngettext("Excluded %(num)s new person.", "Excluded %(num)s new people.", 0),
    ),
}


def decide(context: ActionContext, do: str) -> str:
    """Let all new people in who are held, or exclude them; raises Refused."""
    if do not in DECISIONS:
        raise Refused(gettext("Choose whether the new people are let in or excluded."))
    state, talk_id = DECISIONS[do], context.row.id
    batch = 1 + (
        context.session.scalar(sa.select(sa.func.max(HeldPerson.batch)).filter_by(talk_id=talk_id))
        or 0
    )
    waiting = sa.update(HeldPerson).filter_by(talk_id=talk_id, state=HeldState.HELD)
    people = context.session.scalars(waiting.values(batch=batch).returning(HeldPerson.author)).all()
    if not people:
        return gettext("Nobody is held any more.")
    _sort_questions(context, batch, state)
    move(context, batch, state)
    log, said = SAID[state]
    context.record(log.about(num=len(people)), None, {"newcomers": batch})
    return said.about(num=len(people))


def _sort_questions(context: ActionContext, batch: int, state: HeldState) -> None:
    """Put their questions on the board, where nothing else holds them; or decline them."""
    if state is HeldState.LET_IN and context.talk.rules.moderated:
        return
    is_muted_author = sa.exists().where(
        Mute.talk_id == Question.talk_id, Mute.author == Question.author
    )
    theirs = sa.select(Question, is_muted_author).where(
        Question.talk_id == context.row.id,
        Question.status == Status.WAITING,
        Question.author.in_(_people(context, batch)),
    )
    for question, is_muted in context.session.execute(theirs).all():
        if state is HeldState.LET_IN and is_muted:
            continue
        context.track(question)
        is_in = state is HeldState.LET_IN
        question.status = Status.OPEN if is_in else Status.DECLINED
        question.reason, question.handled_by = "" if is_in else "other", context.who


def move(context: ActionContext, batch: int, state: HeldState) -> None:
    """Have some people be let in, excluded, or held again: they count then, or do not."""
    people = _people(context, batch)
    here = sa.select(Question.id).filter_by(talk_id=context.row.id)
    old, new = (HeldVote, Vote) if state is HeldState.LET_IN else (Vote, HeldVote)
    theirs = sa.delete(old).where(old.question_id.in_(here), old.voter.in_(people))
    votes = context.session.execute(
        theirs.returning(old.question_id, old.voter, old.voted_at)
    ).all()
    questions = {vote.question_id for vote in votes}
    for vote in votes:
        insert_once(context.session, new, **vote._mapping)
    decided = sa.update(HeldPerson).filter_by(talk_id=context.row.id, batch=batch)
    context.session.execute(decided.values(state=state))
    _recount(context, questions)
    for poll in answered_by(context.session, context.row, people):
        where = count_change(context.session, context.row)
        context.change.announce(BallotsChanged(*where, poll))


def _people(context: ActionContext, batch: int) -> sa.Select[str]:
    return sa.select(HeldPerson.author).filter_by(talk_id=context.row.id, batch=batch)


def _recount(context: ActionContext, ids: set[int]) -> None:
    """Count anew what they voted for; of what was merged, what it was merged into."""
    found = context.session.scalars(
        sa.select(Question).where(Question.id.in_(ids), Question.status != Status.WITHDRAWN)
    )
    for root in sorted({row.merged_into or row.id for row in found}):
        merges.recount(context.session, context.question(root))

"""Duplicates made one: its voters are everybody's, its askers follow, and it can be taken apart."""

from __future__ import annotations

from companion.board import merges
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.context import ActionContext
from companion.moderation.roles import as_called
from companion.store.models import ACTIVE, MERGEABLE, Question, Status


def merge(context: ActionContext, question_id: int, into: int) -> str:
    """Have one question stand for another as well; raises Refused."""
    question, target = context.question(question_id), context.question(into)
    if target.status is Status.MERGED and target.merged_into:
        target = context.question(target.merged_into)
    if question.status is Status.MERGED and question.merged_into == target.id:
        return gettext("Already merged by %(who)s.", who=as_called(question.handled_by))
    _refuse_merging(question, target)
    for other in (question, *merges.merged_into(context.session, question.id)):
        context.track(other)
        other.status, other.merged_into = Status.MERGED, target.id
        other.handled_by = context.who
    _hand_slots_over(context, question, target)
    merges.recount(context.session, question)
    merges.recount(context.session, target)
    context.record(gettext("merged"), question.id)
    return gettext("Merged.")


def can_merge(question: Status, target: Status) -> bool:
    """Whether a question that stands so can be merged into one that stands so."""
    return question in MERGEABLE and target in ACTIVE and not _is_unapproved(question, target)


def _is_unapproved(question: Status, target: Status) -> bool:
    """Whether what everybody sees would go into what nobody has approved."""
    return target is Status.WAITING and question is Status.OPEN


def _refuse_merging(question: Question, target: Question) -> None:
    if question.id == target.id:
        raise Refused(gettext("Choose another question to merge it with."))
    if question.status not in MERGEABLE:
        raise Refused(
            gettext("Only a question that waits or is open can be merged. Restore it first.")
        )
    if target.status not in ACTIVE:
        raise Refused(gettext("The other question is not there any more. Choose another one."))
    if _is_unapproved(question.status, target.status):
        raise Refused(gettext("Approve the other question first, or merge it into this one."))


def _hand_slots_over(context: ActionContext, question: Question, target: Question) -> None:
    if target.status is Status.OPEN:
        if context.row.now_id == question.id:
            context.row.now_id, target.now_at = target.id, question.now_at
        if context.row.next_id == question.id:
            context.row.next_id = target.id
        if context.row.next_id == context.row.now_id:
            context.row.next_id = None


def unmerge(context: ActionContext, question_id: int) -> str:
    """Have a question that was merged away stand for itself again, as it was before."""
    if not take_apart(context, context.question(question_id)):
        return gettext("It stands for itself already.")
    context.record(gettext("took apart"), question_id)
    return gettext("Taken apart.")


def take_apart(context: ActionContext, question: Question) -> bool:
    """Return whether a question was merged, and is not any more."""
    if question.status is not Status.MERGED or not question.merged_into:
        return False
    target = context.question(question.merged_into)
    question.status = context.status_before(question)
    question.merged_into = None
    question.handled_by = ""
    merges.recount(context.session, question)
    merges.recount(context.session, target)
    return True

"""Duplicates made one: its voters are everybody's, its askers follow, and it can be taken apart."""

from __future__ import annotations

from companion.board import merges
from companion.board.rules import House
from companion.errors import Refused
from companion.moderation.context import Work, by
from companion.moderation.roles import Actor
from companion.store.models import Question, Status
from companion.store.writer import Change

SOURCES = (Status.WAITING, Status.OPEN)
TARGETS = (Status.WAITING, Status.OPEN, Status.ANSWERED)


def merge(change: Change, house: House, actor: Actor, question_id: int, into: int) -> str:
    """Have one question stand for another as well; raises Refused."""
    work = Work(change, house, actor)
    question, target = work.question(question_id), work.question(into)
    if target.status is Status.MERGED and target.merged_into:
        target = work.question(target.merged_into)
    if question.status is Status.MERGED and question.merged_into == target.id:
        return f"Already merged by {question.handled_by}."
    _refuse_merging(question, target)
    for other in (question, *merges.merged_into(work.session, question.id)):
        work.touch(other)
        other.status, other.merged_into = Status.MERGED, target.id
        other.handled_by = by(work)
    _hand_slots_over(work, question, target)
    merges.recount(work.session, question)
    merges.recount(work.session, target)
    work.done("merged", question.id)
    return "Merged."


def can_merge(question: Status, target: Status) -> bool:
    """Whether a question that stands so can be merged into one that stands so."""
    return question in SOURCES and target in TARGETS and not _is_unapproved(question, target)


def _is_unapproved(question: Status, target: Status) -> bool:
    """Whether what everybody sees would go into what nobody has approved."""
    return target is Status.WAITING and question is Status.OPEN


def _refuse_merging(question: Question, target: Question) -> None:
    if question.id == target.id:
        raise Refused("Choose another question to merge it with.")
    if question.status not in SOURCES:
        raise Refused("Only a question that waits or is open can be merged into another.")
    if target.status not in TARGETS:
        raise Refused("The other question is not there any more.")
    if _is_unapproved(question.status, target.status):
        raise Refused("Approve the other question first, or merge it into this one.")


def _hand_slots_over(work: Work, question: Question, target: Question) -> None:
    if target.status is Status.OPEN:
        if work.talk.now_id == question.id:
            work.talk.now_id, target.now_at = target.id, question.now_at
        if work.talk.next_id == question.id:
            work.talk.next_id = target.id
        if work.talk.next_id == work.talk.now_id:
            work.talk.next_id = None


def unmerge(change: Change, house: House, actor: Actor, question_id: int) -> str:
    """Have a question that was merged away stand for itself again, as it was before."""
    work = Work(change, house, actor)
    if not take_apart(work, work.question(question_id)):
        return "It stands for itself already."
    work.done("took apart", question_id)
    return "Taken apart."


def take_apart(work: Work, question: Question) -> bool:
    """Return whether a question was merged, and is not any more."""
    if question.status is not Status.MERGED or not question.merged_into:
        return False
    target = work.question(question.merged_into)
    question.status = merges.status_before(work.session, question)
    question.merged_into = None
    question.handled_by = ""
    merges.recount(work.session, question)
    merges.recount(work.session, target)
    return True

"""What a moderator may do to questions; doing again what is done already changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa

from companion.board import merges, too_long
from companion.board.cards import OTHER, REASONS
from companion.board.input import Draft, one_line, read_draft, read_text
from companion.board.rows import free_slots
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation import merging, now_and_next
from companion.moderation.context import ActionContext, author_tag, set_mute
from companion.moderation.outcomes import Outcome, put_aside
from companion.moderation.sayings import (
    APPROVING,
    DECLINED_AND_MUTED,
    DECLINED_SOME,
    DELETED_FROM_ROOM,
    DELETED_ONE,
    MUTED,
    SAYINGS,
    UNMUTED,
)
from companion.store.models import ACTIVE, PUBLIC, Kind, Question, Status

LABEL_MAX, LABELS_MAX, MOST_AT_ONCE, WORDS_MAX = 20, 20, 500, 200
PUT_ASIDE = (Status.DECLINED, Status.ARCHIVED)
NO_TIME = "no_time"  # what there was no time for is not declined, whichever button says so
QuestionAction = Callable[[ActionContext, Question, str], bool]


def apply(
    context: ActionContext, ids: Sequence[int], do: str, reason: str = "", words: str = ""
) -> str:
    """Do one thing to some questions; return in words what came of it; raises Refused.

    ``words`` are what the askers are told where something is declined for another reason.
    """
    words = _reason_words(words)
    if do not in ACTIONS or not ids or len(ids) > MOST_AT_ONCE:
        raise Refused(gettext("Choose at least one question, and what to do with it."))
    action, outcome, approves = ACTIONS[do], Outcome(), False
    for id in dict.fromkeys(ids):
        try:
            question = context.question(id)
            approves |= do in ("now", "next") and question.status is Status.WAITING
            changed = action(context, question, reason)
            if changed and do == "decline" and reason == OTHER:
                question.reason_words = words
            outcome.note(changed=changed, by=question.handled_by if do in NAMED else "")
        except Refused as refusal:
            outcome.refused.append(refusal)
    if not outcome.seen:
        raise outcome.refused[0]
    saying = APPROVING[do] if approves else SAYINGS[do]
    context.record(saying.log, ids[0] if len(set(ids)) == 1 else None)
    return outcome.in_words(saying)


def _reason_words(typed: str) -> str:
    return read_text(typed, WORDS_MAX, too_long.reason)


def _approve(context: ActionContext, question: Question, _reason: str) -> bool:
    if question.status is Status.MERGED:
        raise Refused(gettext("It was merged into another question. Take them apart first."))
    if question.status in PUBLIC:
        return False
    question.status, question.reason, question.handled_by = Status.OPEN, "", context.who
    return True


def _restore(context: ActionContext, question: Question, reason: str) -> bool:
    if question.status is Status.ANSWERED:
        question.status, question.answered_at = Status.OPEN, None
        question.handled_by = context.who
        return True
    if question.status not in PUT_ASIDE:
        return _approve(context, question, reason) if question.status is Status.MERGED else False
    question.status = context.status_before(question)
    question.reason, question.handled_by = "", context.who
    return True


def _decline(context: ActionContext, question: Question, reason: str) -> bool:
    if reason not in REASONS:
        raise Refused(gettext("Choose a reason from the list."))
    if question.status is Status.MERGED:
        raise Refused(gettext("It was merged into another question. Take them apart first."))
    if question.status in PUT_ASIDE:
        return False
    aside = Status.ARCHIVED if reason == NO_TIME else Status.DECLINED
    reason = "" if aside is Status.ARCHIVED else reason
    question.status, question.reason, question.handled_by = aside, reason, context.who
    question.pinned, question.reason_words = False, ""
    return True


def _archive(context: ActionContext, question: Question, _reason: str) -> bool:
    return _decline(context, question, NO_TIME)


def _answered(context: ActionContext, question: Question, _reason: str) -> bool:
    if question.status is Status.ANSWERED:
        return False
    _refuse_unless_here(question)
    now_and_next.finish(context, question)
    return True


def _now(context: ActionContext, question: Question, _reason: str) -> bool:
    _refuse_unless_here(question)
    now_and_next.refuse_when_over(context)
    if context.row.now_id == question.id:
        return False
    now_and_next.begin(context, question)
    return True


def _next(context: ActionContext, question: Question, _reason: str) -> bool:
    _refuse_unless_here(question)
    now_and_next.refuse_when_over(context)
    if question.id in (context.row.next_id, context.row.now_id):
        return False
    if question.status is not Status.OPEN:  # else who approved it stays who handled it
        question.handled_by = context.who
    question.status, question.answered_at, question.reason = Status.OPEN, None, ""
    context.row.next_id = question.id
    return True


def _not_next(context: ActionContext, question: Question, _reason: str) -> bool:
    if question.id not in (context.row.next_id, context.row.now_id):
        return False
    if context.row.now_id == question.id:
        question.now_at = None
    free_slots(context.row, question.id)
    now_and_next.answer_again(context, question)
    return True


def _refuse_unless_here(question: Question) -> None:
    if question.status not in ACTIVE:
        raise put_aside(question)


def _pin(_context: ActionContext, question: Question, _reason: str) -> bool:
    if question.status not in PUBLIC:
        raise Refused(gettext("Only what everybody sees can be pinned. Approve it first."))
    was, question.pinned = question.pinned, True
    return not was


def _unpin(_context: ActionContext, question: Question, _reason: str) -> bool:
    was, question.pinned = question.pinned, False
    return was


def _kind(kind: Kind) -> QuestionAction:
    def become(_context: ActionContext, question: Question, _reason: str) -> bool:
        was, question.kind = question.kind, kind
        return was is not kind

    return become


def _unmerge(context: ActionContext, question: Question, _reason: str) -> bool:
    return merging.take_apart(context, question)


def _delete(context: ActionContext, question: Question, _reason: str) -> bool:
    if merges.merged_into(context.session, question.id):
        raise Refused(gettext("Others are merged into it. Take them apart first."))
    context.delete(question)
    if question.merged_into:
        merges.recount(context.session, context.question(question.merged_into))
    who = author_tag(question.author)
    context.log(DELETED_ONE.about(who=who) if who else DELETED_FROM_ROOM, question.id)
    return True


ACTIONS: dict[str, QuestionAction] = {
    "approve": _approve,
    "decline": _decline,
    "archive": _archive,
    "restore": _restore,
    "answered": _answered,
    "now": _now,
    "next": _next,
    "unnext": _not_next,
    "pin": _pin,
    "unpin": _unpin,
    "question": _kind(Kind.QUESTION),
    "comment": _kind(Kind.COMMENT),
    "unmerge": _unmerge,
    "delete": _delete,
}
# What a question's row knows the doer of: it keeps who brought it to its status.
NAMED = frozenset({"approve", "decline", "archive", "restore", "answered"})


def label(context: ActionContext, question_id: int, labels: str) -> str:
    """Set a question's labels, which attendees do not see; raises Refused."""
    wanted = dict.fromkeys(filter(None, (one_line(part) for part in labels[:1_000].split(","))))
    if len(wanted) > LABELS_MAX or any(len(part) > LABEL_MAX for part in wanted):
        raise Refused(
            gettext(
                "Write at most %(most)s labels of %(length)s characters each, with commas.",
                most=LABELS_MAX,
                length=LABEL_MAX,
            )
        )
    context.question(question_id).labels = ", ".join(wanted)
    context.record(gettext("labelled"), question_id)
    return gettext("Labelled.")


def room(context: ActionContext, fields: Mapping[str, object]) -> str:
    """Add what somebody in the room has asked aloud; it is up now if nothing else is."""
    draft = read_draft(fields)
    known = sa.select(Question.id).filter_by(talk_id=context.row.id, key=draft.key)
    if context.session.scalar(known):
        return gettext("It is there already.")
    question = authorless(context, draft, Status.OPEN, asked_aloud=True)
    context.session.add(question)
    context.session.flush()
    context.track(question, {"status": Status.WITHDRAWN})
    if context.is_over:
        pass  # it is on the board, for an answer in writing
    elif context.row.now_id is None:
        now_and_next.begin(context, question)
    elif context.row.next_id is None:
        context.row.next_id = question.id
    context.record(gettext("took from the room"), question.id)
    return gettext("Added.")


def authorless(
    context: ActionContext, draft: Draft, status: Status, *, asked_aloud: bool = False
) -> Question:
    """Return a question that no attendee asked here, so that none can edit or withdraw it."""
    return Question(
        talk_id=context.row.id,
        key=draft.key,
        author="",
        kind=draft.kind,
        text=draft.text,
        detail=draft.detail,
        name=draft.name,
        status=status,
        asked_at=context.now,
        asked_aloud=asked_aloud,
        handled_by=context.who,
    )


def mute(context: ActionContext, question_id: int, *, wanted: bool) -> str:
    """Have what the author of a question posts be held from now on, or no longer."""
    author = context.question(question_id).author
    if not author:
        raise Refused(gettext("That was asked in the room. Speak to whoever asked it."))
    if not set_mute(context, author, wanted):
        return gettext("Already muted.") if wanted else gettext("Already unmuted.")
    said = (MUTED if wanted else UNMUTED).about(who=author_tag(author))
    context.record(said, question_id, {"mute": [author, not wanted]})
    return gettext("Muted.") if wanted else gettext("Unmuted.")


def decline_and_mute(context: ActionContext, question_id: int) -> str:
    """Decline a question, and have what its author posts be held from now on: one action."""
    question = context.question(question_id)
    author = question.author
    if not author:
        raise Refused(gettext("That was asked in the room. Choose another of the reasons instead."))
    is_declined = _decline(context, question, "other")
    is_muted = set_mute(context, author, True)
    if not is_declined and not is_muted:
        return gettext("Already declined and muted.")
    more = {"mute": [author, False]} if is_muted else None
    context.record(DECLINED_AND_MUTED.about(who=author_tag(author)), question_id, more)
    return gettext("Declined and muted.")


def decline_burst(context: ActionContext, question_id: int, reason: str) -> str:
    """Decline all that waits from the author of one question."""
    author = context.question(question_id).author
    waiting = sa.select(Question).filter_by(
        talk_id=context.row.id, author=author, status=Status.WAITING
    )
    found = list(context.session.scalars(waiting)) if author else []
    for question in found:
        _decline(context, context.track(question), reason or "other")
    said = DECLINED_SOME.about(num=len(found), who=author_tag(author))
    context.record(said, question_id)
    return SAYINGS["decline"].several.about(num=len(found))

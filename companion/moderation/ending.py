"""What a talk's end brings about by itself: what is Now then is answered, and nothing is Next."""

from __future__ import annotations

import json

import sqlalchemy as sa

from companion.board.talk_state import LockedTalk, TalkState
from companion.messages import gettext
from companion.moderation.context import BY_SCHEDULE, ActionContext
from companion.moderation.undo import put_back
from companion.store.models import Action, Question
from companion.store.writer import Change

ENDED = gettext("counted as answered, as the talk ended,")
BY_DESK = gettext("ended the talk")


def is_due(talk: TalkState) -> bool:
    """Whether a talk has ended while something was Now or Next."""
    return talk.is_over and bool(talk.row and (talk.row.now_id or talk.row.next_id))


def settle(change: Change, talk: LockedTalk) -> None:
    """Have what is Now be answered once the talk is over, or be Now again if it goes on."""
    context = ActionContext(change, talk, BY_SCHEDULE)
    if is_due(talk):
        context.record(ENDED)
    elif not talk.is_over and reopen(context):
        context.record(gettext("taken up again, as the talk goes on,"))


def reopen(context: ActionContext) -> bool:
    """Have what the end alone has answered be Now again; return whether there was such a thing."""
    ends = sa.select(Action).filter_by(talk_id=context.row.id, undone=False)
    wanted = ends.where(Action.what.in_((str(ENDED), str(BY_DESK))), Action.before != "")
    last = context.session.scalar(wanted.order_by(Action.id.desc()).limit(1))
    if last is None or context.row.now_id:
        return False
    before = json.loads(last.before)
    for id, diffs in before["questions"].items():
        question = context.session.get(Question, int(id))
        if question is None or not _is_as_left(question, diffs):
            return False
        put_back(context.track(question), diffs)
    slots = {name: before["talk"][name] for name in ("now_id", "next_id") if name in before["talk"]}
    put_back(context.row, slots)
    return bool(slots)


def _is_as_left(question: Question, diffs: dict[str, list[str]]) -> bool:
    """Whether a question is still answered, and as of the same moment."""
    answered = question.answered_at
    return diffs.get("answered_at", [None, None])[1] == (answered and answered.isoformat())

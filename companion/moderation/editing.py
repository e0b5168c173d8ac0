"""A question's words, changed at the desk; what somebody else has written is not overwritten."""

from __future__ import annotations

from collections.abc import Mapping

from companion.board.content_hash import changed_meanwhile, hash_of_words
from companion.board.input import ANSWER_MIN, read_draft, refuse_short
from companion.messages import gettext
from companion.moderation.answers import actions_on
from companion.moderation.context import ActionContext
from companion.store.models import Question

WORDS = ("text", "detail", "kind")

WHOEVER_ASKED = gettext("Whoever asked it")


def edit(context: ActionContext, question_id: int, fields: Mapping[str, object]) -> str:
    """Change a question's words, keeping how it was asked.

    The field ``expected_version``, where there is one, is the hash of the words that were shown.
    """
    draft = read_draft(fields, ANSWER_MIN)
    question = context.question(question_id)
    if question.answers_to is None:
        refuse_short(draft.text)
    words = (draft.text, draft.detail, draft.kind)
    shown = (question.text, question.detail, question.kind)
    if words == shown:
        return gettext("It says that already.")
    if fields.get("expected_version", hash_of_words(*shown)) != hash_of_words(*shown):
        raise changed_meanwhile("question", _last_writer(context, question))
    if question.original_text is None:
        question.original_text, question.original_detail = question.text, question.detail
    question.text, question.detail, question.kind = words
    question.edited_at = context.now
    context.record(gettext("edited"), question.id)
    return gettext("Changed.")


def _last_writer(context: ActionContext, question: Question) -> str:
    """Return who has changed the words last; askers change theirs without any action."""
    for who, diffs in actions_on(context, question.id):
        changed = {name: diffs[name][1] for name in WORDS if name in diffs}
        if changed:
            is_so = all(getattr(question, name) == after for name, after in changed.items())
            return who if is_so else WHOEVER_ASKED
    return WHOEVER_ASKED

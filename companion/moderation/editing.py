"""A question's words, changed at the desk; what somebody else has written is not overwritten."""

from __future__ import annotations

from collections.abc import Mapping

from companion.board.input import read_draft
from companion.board.rules import House
from companion.moderation.answers import changed_meanwhile, deeds_on, mark_of
from companion.moderation.context import Work
from companion.moderation.roles import Actor
from companion.store.models import Question
from companion.store.writer import Change

WORDS = ("text", "detail", "kind")


def mark_of_words(text: str, detail: str, kind: str) -> str:
    """Return what tells a question's words from what it says later."""
    return mark_of("\n".join((text, kind, detail)))


def edit(
    change: Change, house: House, actor: Actor, question_id: int, fields: Mapping[str, object]
) -> str:
    """Change a question's words, keeping how it was asked.

    The field ``seen``, where there is one, is the mark of the words that the form has shown.
    """
    draft = read_draft(fields)
    work = Work(change, house, actor)
    question = work.question(question_id)
    words = (draft.text, draft.detail, draft.kind)
    shown = (question.text, question.detail, question.kind)
    if words == shown:
        return "It says that already."
    if fields.get("seen", mark_of_words(*shown)) != mark_of_words(*shown):
        raise changed_meanwhile("question", _last_writer(work, question))
    if question.original_text is None:
        question.original_text, question.original_detail = question.text, question.detail
    question.text, question.detail, question.kind = words
    question.edited_at = work.now
    work.done("edited", question.id)
    if question.author:
        work.tell_asker(question.author)
    return "Changed."


def _last_writer(work: Work, question: Question) -> str:
    """Return who has changed the words last; askers change theirs without any deed."""
    for who, diffs in deeds_on(work, question.id):
        changed = {name: diffs[name][1] for name in WORDS if name in diffs}
        if changed:
            is_so = all(getattr(question, name) == after for name, after in changed.items())
            return who if is_so else "whoever asked it"
    return "whoever asked it"

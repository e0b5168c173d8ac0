"""The one order of a board, and the one way to look for something on it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from companion.store.models import Kind, Question, Status, Talk

# What answers a prompt comes after what was asked: hundreds may come within a minute.
IS_ANSWER = sa.and_(Question.answers_to.is_not(None), Question.kind == Kind.COMMENT)


def in_order(row: Talk, sort: str) -> tuple[sa.ColumnExpressionArgument[int], ...]:
    """Return what a board is sorted by, which is what every card tells a browser of itself, too."""
    rank = sa.case(
        (Question.id == row.now_id, 0),
        (Question.id == row.next_id, 1),
        (Question.status == Status.ANSWERED, 5),
        (Question.pinned, 2),
        (IS_ANSWER, 4),
        else_=3,
    )
    if sort == "recent":
        return rank, Question.id.desc()
    return rank, Question.votes.desc(), Question.id


def matches(text: str, sought: Sequence[str]) -> bool:
    """Whether a text holds every one of some words, folded already, in whatever order."""
    text = text.casefold()
    return all(word in text for word in sought)

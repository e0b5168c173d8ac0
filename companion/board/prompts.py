"""What people answer to prompts, as notes on the board, and their short answers counted.

Only what everybody sees counts; what was merged counts as what it was merged into.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from companion.store.models import PUBLIC, Question, Status
from companion.talks.polls import folded

WORD_MAX, MOST_WORDS, STEPS = 30, 20, 5


@dataclass(frozen=True)
class Word:
    """A short answer, how many people gave it, and how large it is shown, from 1 to STEPS."""

    text: str
    people: int
    step: int


@dataclass(frozen=True)
class Answers:
    """What was answered to a prompt: by how many people, the words that most gave, and the rest.

    ``notes`` are on the board; ``others`` are different answers that are not among the words.
    """

    people: int = 0
    notes: int = 0
    words: tuple[Word, ...] = ()
    others: int = 0


NONE = Answers()


def answers(session: Session, talk_id: int) -> dict[int, Answers]:
    """Return what everybody sees of the answers to each of a talk's prompts."""
    shown = aliased(Question)
    found: Sequence[Any] = session.execute(
        sa.select(Question.answers_to, Question.author, shown.text, shown.id)
        .join(shown, shown.id == sa.func.coalesce(Question.merged_into, Question.id))
        .where(
            Question.talk_id == talk_id,
            Question.status.in_((*PUBLIC, Status.MERGED)),
            Question.answers_to == shown.answers_to,
            shown.status.in_(PUBLIC),
        )
        .order_by(Question.id)
    ).all()
    by_prompt: defaultdict[int, list[Answer]] = defaultdict(list)
    for prompt, *answer in found:
        by_prompt[prompt].append(Answer(*answer))
    return {prompt: _answers(given) for prompt, given in by_prompt.items()}


class Answer(NamedTuple):
    """Whose an answer is, what it says, and which note says so."""

    author: str
    text: str
    note: int


def _answers(given: Iterable[Answer]) -> Answers:
    authors: defaultdict[str, set[str]] = defaultdict(set)
    spelled: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    notes: set[int] = set()
    for author, text, note in given:
        authors[folded(text)].add(author)
        spelled[folded(text)][text] += 1
        notes.add(note)
    by_word = {
        max(spelled[key], key=spelled[key].__getitem__): len(people)
        for key, people in authors.items()
    }
    words = _words({text: people for text, people in by_word.items() if len(text) <= WORD_MAX})
    everybody: set[str] = set().union(*authors.values())
    return Answers(len(everybody), len(notes), words, len(by_word) - len(words))


def _words(counted: Mapping[str, int]) -> tuple[Word, ...]:
    """Return the words that most people gave, those of the same count as they came."""
    first = sorted(counted.items(), key=lambda each: -each[1])[:MOST_WORDS]
    span = max(STEPS - 1, first[0][1] - 1) if first else 1
    return tuple(
        Word(text, people, 1 + round((STEPS - 1) * (people - 1) / span)) for text, people in first
    )

"""A question as it is shown: what every view has in common, and how attendees see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from unicodedata import east_asian_width

from markupsafe import Markup

from companion.board import richtext
from companion.board.recording import Moment
from companion.messages import gettext
from companion.store.models import EDITABLE, PUBLIC, Kind, Question, Status, Talk

REASONS = {
    "off_topic": gettext("It is about something else."),
    "duplicate": gettext("It has been asked already."),
    "unclear": gettext("It was not clear what is asked."),
    "unkind": gettext("It could hurt somebody."),
    "no_time": gettext("There was no time for it."),
    "other": "",
}
OTHER = "other"
E = TypeVar("E", bound="BaseCard")


@dataclass(frozen=True, kw_only=True)
class BaseCard:
    """What a question shows to whoever may see it at all.

    ``answers_to`` is the poll that it answers, if any, and ``prompt`` what that asks.
    """

    id: int
    kind: Kind
    text: str
    detail: str
    name: str
    status: Status
    votes: int
    asked_at: datetime
    edited: bool
    pinned: bool
    askers: int
    answer: str
    asked_aloud: bool
    answers_to: int | None = None
    prompt: str = ""

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it."""
        return self.status in PUBLIC

    @property
    def width(self) -> int:
        """Return how wide the text is, in letters; an ideograph is as wide as two."""
        return width_of(self.text)

    @property
    def text_html(self) -> Markup:
        """Return the headline as safe HTML."""
        return richtext.headline_to_html(self.text)

    @property
    def detail_html(self) -> Markup:
        """Return the detail as safe HTML."""
        return richtext.to_html(self.detail)

    @property
    def answer_html(self) -> Markup:
        """Return the written answer as safe HTML."""
        return richtext.answer_to_html(self.answer)


def width_of(text: str) -> int:
    """Return how wide a text is, in letters; an ideograph is as wide as two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def build_card(kind: Callable[..., E], row: Question, **more: object) -> E:
    """Return a question as a ``kind`` of entry, with what only that kind has."""
    return kind(
        id=row.id,
        kind=row.kind,
        text=row.text,
        detail=row.detail,
        name=row.name,
        status=row.status,
        votes=row.votes,
        asked_at=row.asked_at,
        edited=row.edited_at is not None,
        pinned=row.pinned,
        askers=row.askers,
        answer=row.answer,
        asked_aloud=row.asked_aloud,
        answers_to=row.answers_to,
        prompt=row.prompt or "",
        **more,
    )


@dataclass(frozen=True, kw_only=True)
class Card(BaseCard):
    """One entry of the board; ``own``, ``voted`` and ``follows`` are False as a stranger sees it.

    Who ``follows`` a question asked one that was merged into it. ``moment`` is where it is in the
    recording, if that is known.
    """

    key: str
    own: bool = False
    voted: bool = False
    follows: bool = False
    now: bool = False
    next: bool = False
    reworded: bool = False
    reason: str = ""
    merged_into: int | None = None
    moment: Moment | None = None

    @property
    def editable(self) -> bool:
        """Whether its author may still change it, as far as its status goes."""
        return self.status in EDITABLE

    @property
    def rank(self) -> int:
        """Where it stands: now, next, pinned, open, answers to a prompt, answered.

        Then votes or age decide.
        """
        if self.now or self.next:
            return 0 if self.now else 1
        if self.status is Status.ANSWERED:
            return 5
        is_answer = self.answers_to is not None and self.kind is Kind.COMMENT
        return 2 if self.pinned else 4 if is_answer else 3


@dataclass(frozen=True)
class Viewer:
    """What makes a card look different to one visitor, or to none."""

    me: str = ""
    voted: frozenset[int] = frozenset()
    follows: frozenset[int] = frozenset()


def card_of(question: Question, viewer: Viewer, talk: Talk, moment: Moment | None = None) -> Card:
    """Return a question as a visitor sees it."""
    own = bool(viewer.me) and question.author == viewer.me
    return build_card(
        Card,
        question,
        key=question.key,
        own=own,
        voted=question.id in viewer.voted,
        follows=question.id in viewer.follows,
        now=question.id == talk.now_id,
        next=question.id == talk.next_id,
        reworded=question.original_text is not None,
        reason=told_reason(question) if own else "",
        merged_into=question.merged_into if own else None,
        moment=moment,
    )


def told_reason(question: Question) -> str:
    """Return why a question was declined, as its asker is told."""
    if question.reason == OTHER:
        return question.reason_words
    return REASONS.get(question.reason, "")


def stranger_card(question: Question, talk: Talk) -> Card:
    """Return a question as a stranger sees it."""
    return card_of(question, Viewer(), talk)

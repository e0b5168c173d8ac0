"""What forms show again: what was typed, and what was wrong with it."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import request

from companion.board.cards import Card
from companion.board.content_hash import hash_of_words
from companion.board.input import CLIENT_KEY


@dataclass(frozen=True)
class AskForm:
    """The fields of a question as typed, and the refusal in words, "" when there is none.

    ``field`` is the one that the refusal speaks of; ``expected_version`` the hash of the words that
    an edit began from.
    """

    text: str
    detail: str
    kind: str
    name: str
    key: str
    problem: str
    field: str = ""
    expected_version: str = ""


@dataclass(frozen=True)
class Unsaved:
    """What somebody chose of a poll's options that was refused, and why, in words.

    What answers a prompt is a ``form``.
    """

    poll: int
    options: frozenset[int]
    problem: str
    form: AskForm | None = None


def empty_form() -> AskForm:
    """Return the form for a new question, with a key of its own."""
    return AskForm("", "", "question", "", str(uuid.uuid4()), "")


def typed_form(fields: Mapping[str, str], problem: str, field: str = "") -> AskForm:
    """Return the form with everything that was typed, and why it was refused."""
    new, key = empty_form(), fields.get("key", "")
    return AskForm(
        text=fields.get("text", ""),
        detail=fields.get("detail", ""),
        kind=fields.get("kind", new.kind),
        name=fields.get("name", ""),
        key=key if CLIENT_KEY.fullmatch(key) else new.key,
        problem=problem,
        field=field,
        expected_version=fields.get("expected_version", ""),
    )


def form_of(card: Card) -> AskForm:
    """Return the form that edits a question."""
    form = AskForm(card.text, card.detail, card.kind, card.name, card.key, "")
    return replace(form, expected_version=hash_of_words(card.text, card.detail, card.kind))


@dataclass(frozen=True)
class FormState:
    """The form that was refused, by its endpoint and question, with its fields; else nothing."""

    form: str = ""
    question: int = 0
    fields: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def value(self, form: str, name: str, stored: str = "", question: int = 0) -> str:
        """Return what a field of a form shows: what was typed there, else what is ``stored``."""
        is_this = (form, question) == (self.form, self.question)
        return self.fields.get(name, stored) if is_this else stored


def form_state() -> FormState:
    """Return what the form that is being sent holds."""
    question = (request.view_args or {}).get("question", 0)
    return FormState(request.endpoint or "", question, request.form)

"""What was typed into a form that was refused, to be shown in it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request


@dataclass(frozen=True)
class Kept:
    """The form that was refused, by its endpoint and question, with its fields; else nothing."""

    form: str = ""
    question: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)

    def value(self, form: str, name: str, stored: str = "", question: int = 0) -> str:
        """Return what a field of a form shows: what was typed there, else what is ``stored``."""
        is_this = (form, question) == (self.form, self.question)
        return self.fields.get(name, stored) if is_this else stored


def kept() -> Kept:
    """Return what the form that is being sent holds."""
    question = (request.view_args or {}).get("question", 0)
    return Kept(request.endpoint or "", question, request.form)

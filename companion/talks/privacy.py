"""Whether a page is for the public: all the ways in which files say that it is not, or not yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from companion.talks.facts import words
from companion.talks.header import Field
from companion.talks.source_file import SourceFile

TRUE = frozenset({"true", "yes", "on", "y", "1"})
FALSE = frozenset({"false", "no", "off", "n", "0"})
OPENS = ("published", "publish", "public", "listed", "visible")
CLOSES = ("draft", "private", "hidden", "unlisted")
CHOOSES = ("visibility", "status", "state")
NOT_PUBLIC = frozenset({"draft", "private", "hidden", "unlisted", "internal", "unpublished"})
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\b.*")


@dataclass(frozen=True)
class Withheld:
    """The key that keeps a page back, and what was guessed for it."""

    key: str
    doubt: str = ""


def withheld(source: SourceFile, now: datetime | None = None) -> Withheld | None:
    """Return what keeps a page from the public, or None; what is unclear is kept back."""
    for names, closing, opening in ((OPENS, FALSE, TRUE), (CLOSES, TRUE, FALSE)):
        for field in filter(None, map(source.fields.get, names)):
            reason = _flag(field, closing, opening)
            if reason:
                return reason
    for field in filter(None, map(source.fields.get, CHOOSES)):
        if words(field.value).lower() in NOT_PUBLIC:
            return Withheld(field.key)
    return _later(source, now or datetime.now(UTC))


def _flag(field: Field, closing: frozenset[str], opening: frozenset[str]) -> Withheld | None:
    text = words(field.value).lower()
    if text in closing:
        unlisted = field.name in ("unlisted", "listed")
        doubt = "a page is listed or not served" if unlisted else ""
        said = f"`{field.key}: {text}` is read as `published: false`: {doubt}" if doubt else ""
        return Withheld(field.key, said)
    if not text or text in opening or DATE.fullmatch(text):
        return None
    message = f"`{field.key}: {text[:40]}` must be `true` or `false`, so the page is kept private"
    return Withheld(field.key, message)


def _later(source: SourceFile, now: datetime) -> Withheld | None:
    """Keep back what Hugo does: a page whose `publishDate` is still to come."""
    field = source.fields.get("publishdate")
    day = words(field.value)[:10] if field else ""
    if field and DATE.fullmatch(day) and day > f"{now:%Y-%m-%d}":
        return Withheld(field.key, f"`{field.key}` is still to come, so the page is kept private")
    return None

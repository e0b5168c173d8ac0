"""Whether a talk takes place as planned: cancelled, postponed or moved, as its page says it."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from companion.talks.facts import words
from companion.talks.privacy import FALSE, NOT_PUBLIC, TRUE
from companion.talks.source_file import SourceFile

STATE_KEYS = ("status", "state", "eventstatus")
KNOWN = frozenset(
    [
        "confirmed",
        "scheduled",
        "planned",
        "upcoming",
        "past",
        "published",
        "public",
        "open",
        "active",
        "done",
        "final",
        "over",
        "completed",
        "held",
        "live",
        "eventscheduled",
    ]
)


class CalledOff(StrEnum):
    """How a talk does not take place as planned."""

    NO = ""
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    MOVED = "moved"


WORDS = {
    CalledOff.CANCELLED: re.compile(r"\b(?:event)?cancell?ed\b", re.IGNORECASE),
    CalledOff.POSTPONED: re.compile(r"\b(?:event)?postponed\b", re.IGNORECASE),
    CalledOff.MOVED: re.compile(r"\b(?:event)?(?:rescheduled|moved)\b", re.IGNORECASE),
}
KEYS = {
    "cancelled": CalledOff.CANCELLED,
    "canceled": CalledOff.CANCELLED,
    "postponed": CalledOff.POSTPONED,
    "moved": CalledOff.MOVED,
    "rescheduled": CalledOff.MOVED,
}
IN_TITLE = re.compile(r"^\W*(cancell?ed|postponed|rescheduled|moved)\b\W", re.IGNORECASE)


def read(source: SourceFile, title: str, warn: Callable[[str, str], None]) -> CalledOff:
    """Return what a page says of itself under its own key, as a state, or before its title."""
    for key, state in KEYS.items():
        field = source.fields.get(key)
        if field and field.value and words(field.value).lower() not in FALSE:
            return state
    for key in STATE_KEYS:
        field = source.fields.get(key)
        text = words(field.value) if field else ""
        if not field or not text or text.lower() in NOT_PUBLIC | KNOWN | TRUE | FALSE:
            continue
        state = _named(text)
        if state:
            return state
        warn(field.key, f"`{field.key}: {text[:40]}` is not understood; `cancelled` would be")
    found = IN_TITLE.match(title)
    return _named(found[1]) if found else CalledOff.NO


def title(written: str, state: CalledOff) -> str:
    """Say it before the title, which stands wherever the talk is named."""
    if not state or IN_TITLE.match(written):
        return written
    return f"{state.capitalize()}: {written}"


def _named(text: str) -> CalledOff:
    plain = text.replace("_", " ")
    return next((state for state, named in WORDS.items() if named.search(plain)), CalledOff.NO)

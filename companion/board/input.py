"""What people type, read: cleaned of what is not to be seen, and of a proper length."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from companion.board.plural import plural
from companion.errors import Refused
from companion.store.models import Kind
from companion.talks import letters

TEXT_MIN, TEXT_MAX, DETAIL_MAX, NAME_MAX, KEY_MAX = 10, 300, 1_000, 60, 64
CLEANED = 4  # how many times its length a text may have before it is cleaned
KEY = re.compile(r"[0-9A-Za-z-]{8,64}")


@dataclass(frozen=True)
class Draft:
    """What somebody wants to put on the board, cleaned and of a proper length."""

    text: str
    detail: str
    kind: Kind
    name: str
    key: str


def read_draft(fields: Mapping[str, object]) -> Draft:
    """Clean what was typed; raises Refused when it is too short, too long or misshapen."""
    text = one_line(_typed(fields, "text", TEXT_MAX))
    detail = clean(_typed(fields, "detail", DETAIL_MAX)).strip()
    name = one_line(_typed(fields, "name", NAME_MAX))
    kind = _typed(fields, "kind") or Kind.QUESTION
    key = _typed(fields, "key") or secrets.token_hex(16)
    if kind not in set(Kind):
        raise Refused("Choose whether this is a question or a comment.")
    if not KEY.fullmatch(key):
        raise Refused("This form is damaged. Reload the page; what you typed is kept.")
    if letters.amount(text) < TEXT_MIN:
        raise Refused(f"Write at least {TEXT_MIN} characters, so that everyone can follow.")
    _refuse_longer(text, TEXT_MAX, f"The {kind}", "text", "put more into the detail")
    _refuse_longer(detail, DETAIL_MAX, "The detail", "detail")
    _refuse_longer(name, NAME_MAX, "The name", "name")
    return Draft(text, detail, Kind(kind), name, key)


def _typed(fields: Mapping[str, object], name: str, most: int = KEY_MAX) -> str:
    """Return a field as typed; what is far too long is refused before it costs time to clean."""
    value = fields.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(f"`{name}` must be text. Reload the page.")
    if len(value) > CLEANED * most:
        raise Refused(
            f"The {name} is {len(value) - most:,} characters too long. Shorten it.", field=name
        )
    return value


def _refuse_longer(
    text: str, limit: int, what: str, field: str, advice: str = "shorten it"
) -> None:
    over = len(text) - limit
    if over > 0:
        raise Refused(f"{what} is {plural(over, 'character')} too long; {advice}.", field=field)


def read_text(typed: str, most: int, what: str, *, lines: bool = False) -> str:
    """Clean a text of one line or of several; one past ``most`` is refused before it costs time."""
    is_read = len(typed) <= CLEANED * most
    text = (clean(typed).strip() if lines else one_line(typed)) if is_read else typed
    if len(text) > most:
        raise Refused(f"{what} has at most {most:,} characters. Shorten it.")
    return text


def clean(text: str) -> str:
    """Compose characters, and leave out what is not to be seen or turns the text around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", letters.seen(text))


def one_line(text: str) -> str:
    """Return text cleaned of what is not to be seen, its white space collapsed."""
    return " ".join(clean(text).split())

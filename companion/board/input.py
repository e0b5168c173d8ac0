"""What people type, read: cleaned of what is not to be seen, and of a proper length."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from companion.board import too_long
from companion.errors import Refused
from companion.messages import gettext, ngettext
from companion.store.models import Kind
from companion.talks import letters

TEXT_MIN, TEXT_MAX, DETAIL_MAX, NAME_MAX, KEY_MAX = 10, 300, 1_000, 60, 64
ANSWER_MIN = 1  # of what answers a prompt
CLEANED = 4  # how many times its length a text may have before it is cleaned
DAMAGED = gettext("This form is damaged. Reload the page; what you typed is kept.")
CLIENT_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")


@dataclass(frozen=True)
class Draft:
    """What somebody wants to put on the board, cleaned and of a proper length.

    ``answers_to`` is the prompt that it answers, if any.
    """

    text: str
    detail: str
    kind: Kind
    name: str
    key: str
    answers_to: int | None = None


def read_draft(fields: Mapping[str, object], least: int = TEXT_MIN) -> Draft:
    """Clean what was typed; raises Refused when it is too short, too long or misshapen."""
    text = one_line(_typed(fields, "text", TEXT_MAX))
    detail = clean(_typed(fields, "detail", DETAIL_MAX)).strip()
    name = one_line(_typed(fields, "name", NAME_MAX))
    kind = _typed(fields, "kind") or Kind.QUESTION
    key = _typed(fields, "key") or secrets.token_hex(16)
    if kind not in set(Kind):
        raise Refused(gettext("Choose whether this is a question or a comment."))
    if not CLIENT_KEY.fullmatch(key):
        raise Refused(DAMAGED)
    refuse_short(text, least)
    _refuse_longer(text, TEXT_MAX, too_long.WORDS[Kind(kind)])
    _refuse_longer(detail, DETAIL_MAX, too_long.detail)
    _refuse_longer(name, NAME_MAX, too_long.name)
    return Draft(text, detail, Kind(kind), name, key)


def refuse_short(text: str, least: int = TEXT_MIN) -> None:
    """Refuse what says too little; an answer to a prompt may be a letter."""
    if letters.amount(text) < least:
        raise Refused(
            ngettext(
                "Write at least %(num)s character, so that everyone can follow.",
                "Write at least %(num)s characters, so that everyone can follow.",
                least,
            )
        )


def _typed(fields: Mapping[str, object], name: str, most: int = KEY_MAX) -> str:
    """Return a field as typed; what is far too long is refused before it costs time to clean."""
    value = fields.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(gettext("`%(name)s` must be text. Reload the page.", name=name))
    if len(value) > CLEANED * most:
        raise too_long.by_far(name, len(value) - most)
    return value


def _refuse_longer(text: str, limit: int, refusal: Callable[[int], Refused]) -> None:
    over = len(text) - limit
    if over > 0:
        raise refusal(over)


def read_text(
    typed: str, most: int, refusal: Callable[[int], Refused], *, lines: bool = False
) -> str:
    """Clean a text of one line or of several; one past ``most`` is refused before it costs time."""
    is_read = len(typed) <= CLEANED * most
    text = (clean(typed).strip() if lines else one_line(typed)) if is_read else typed
    if len(text) > most:
        raise refusal(most)
    return text


def clean(text: str) -> str:
    """Compose characters, and leave out what is not to be seen or turns the text around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", letters.seen(text))


def one_line(text: str) -> str:
    """Return text cleaned of what is not to be seen, its white space collapsed."""
    return " ".join(clean(text).split())

"""Text that every format can hold: what has no sign is shown by one."""

from __future__ import annotations

import re

PICTURES = 0x2400
DELETE = 0x7F
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def legible(text: str) -> str:
    """Return text with its lines ended by line feeds, and a sign for each control character.

    The board takes in none of these, but rows of older times or other tools may hold them.
    """
    return UNSEEN.sub(_sign, text.replace("\r\n", "\n").replace("\r", "\n"))


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(PICTURES + code)
    return "\N{SYMBOL FOR DELETE}" if code == DELETE else REPLACEMENT

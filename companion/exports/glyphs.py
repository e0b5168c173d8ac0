"""What a PDF's fonts have no letter for, found out and replaced so that a reader sees it.

A page of all the characters is set as PDF/UA first, which no missing letter is allowed in: the
complaint names each. So it holds for whatever fonts there are.
"""

from __future__ import annotations

import re
import unicodedata
from ast import literal_eval
from collections.abc import Iterable, Iterator

Missing = frozenset[str]
# One piece of text: plain, or what is not to be had, by its name.
Piece = str | list[str]
COMPLAINT = re.compile(
    r"the (?:text|text contains the disallowed codepoint) `(\"(?:[^`\\]|\\.)*\")`"
)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
LETTER_A = 0x1F1E6
SKINS = range(0x1F3FB, 0x1F400)
LONG = 30
# Words of Thai, Lao, Myanmar and Khmer stand without spaces, and break where typst knows to.
LONG_WORD = re.compile(rf"[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{{{LONG},}}")
PART = 12
# They would turn what stands around them, and what is copied from a PDF holds them in odd places.
TURNING = dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
BREAK = "\N{ZERO WIDTH SPACE}"


def missing_in(complaints: str) -> Missing:
    """Return the characters that typst complains it has no letters for, without the plain ones.

    A complaint may be of a plain letter and a mark upon it: then the mark is what is missing.
    """
    found = (_unquoted(quoted) for quoted in COMPLAINT.findall(complaints))
    return frozenset(char for text in found for char in text if char > "~" and not char.isspace())


def _unquoted(quoted: str) -> str:
    return str(literal_eval(ESCAPED.sub(lambda code: f"\\U{code[1]:0>8}", quoted)))


def characters(texts: Iterable[str]) -> str:
    """Return every character that needs a look, once."""
    return "".join(sorted(char for char in set().union(*texts) if not " " <= char <= "~"))


def pieces(text: str, missing: Missing) -> Piece | list[Piece]:
    """Return text to be set, with long words that may break, and stand-ins for what is missing."""
    if text.isascii():  # most are, and there are many
        return breakable(text)
    text = text.translate(TURNING)
    if missing.isdisjoint(text):
        return breakable(text)
    found: list[Piece] = []
    for plain, char in _split(text, missing):
        found += [breakable(plain)] if plain else []
        found += [[stand_in(char)]] if char and stand_in(char) else []
    return found


def _split(text: str, missing: Missing) -> Iterable[tuple[str, str]]:
    """Return the text in parts, each with the missing character behind it."""
    start = 0
    for place, char in enumerate(text):
        if char in missing:
            yield text[start:place], char
            start = place + 1
    yield text[start:], ""


def stand_in(char: str) -> str:
    """Return what is shown for a character: its name if it is a picture, else its number."""
    code = ord(char)
    if LETTER_A <= code < LETTER_A + 26:
        return chr(code - LETTER_A + ord("A"))
    kind = unicodedata.category(char)
    if code in SKINS or kind in ("Cf", "Mn"):
        return ""
    name = unicodedata.name(char, "").lower() if kind.startswith("S") else ""
    return name or f"U+{code:04X}"


def breakable(text: str) -> str:
    """Return text whose very long words may break anywhere but within a sign."""
    if len(text) < LONG:
        return text
    return LONG_WORD.sub(lambda word: BREAK.join(_parts(word[0])), text)


def _parts(word: str) -> Iterator[str]:
    start = 0
    for place, char in enumerate(word):
        if place - start >= PART and not _belongs_to_what_is_before(char):
            yield word[start:place]
            start = place
    yield word[start:]


def _belongs_to_what_is_before(char: str) -> bool:
    return unicodedata.category(char)[0] in "MC"


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction is of a script from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    first = next((found for found in directions if found in ("L", "R", "AL")), "L")
    return first != "L"

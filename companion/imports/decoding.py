"""Bytes of a file as text, whatever program has written them."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from companion.errors import Refused
from companion.imports.encodings import NAMES, guessed
from companion.messages import gettext

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")
ZIPPED, PDF, OLD_OFFICE = b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0"
LOOKED_AT = 200
NO_LETTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
FEW, SHARE = 4, 0.02  # of these, beside letters, are in a text that is damaged a little
NO_TEXT = gettext("This is no text. In Excel, choose Save as, then “CSV UTF-8”, and send that.")


@dataclass(frozen=True)
class DecodedText:
    """What a file says; ``encoding`` is "" where the file itself tells, else a guess."""

    text: str
    encoding: str = ""


def decoded(data: bytes) -> DecodedText:
    """Return a file's text; raises Refused when it is a kind of file that holds none."""
    if data.startswith((ZIPPED, PDF, OLD_OFFICE)):
        raise Refused(NO_TEXT)
    text, guess = _text(data)
    if len(NO_LETTERS.findall(text)) > FEW + SHARE * len(text):
        raise Refused(NO_TEXT)
    return DecodedText(plain(text), guess)


def read_as(text: str, guess: str, encoding: str) -> DecodedText:
    """Return a text that was read by a guess as what it is in another encoding; raises Refused."""
    try:
        data = text.encode(guess)
        return DecodedText(plain(data.decode(encoding)), encoding)
    except (UnicodeError, LookupError):
        raise Refused(
            gettext("It cannot be read as %(letters)s. Choose another.", letters=NAMES[encoding])
        ) from None


def _text(data: bytes) -> tuple[str, str]:
    try:
        return data.decode(_encoding(data)), ""
    except UnicodeDecodeError:
        guess = guessed(data)
        return data.decode(guess, errors="replace"), guess


def _encoding(data: bytes) -> str:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return encoding
    zeros = data[:LOOKED_AT].find(0)
    if zeros < 0:
        return "utf-8"
    return "utf-16-le" if zeros % 2 else "utf-16-be"


def plain(text: str) -> str:
    """Return text as a form brings it back: one kind of line end, and nothing that is not seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub("", text).strip("\n")

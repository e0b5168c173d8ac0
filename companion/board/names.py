"""Names that would pass for those of the people who run a talk, however they are written."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_lowercase

from companion.board.look_alikes import LOOK_ALIKES
from companion.errors import Refused

# All of these as they look once they are folded: l and 1 as i, 0 as o.
# Anywhere in a name, in one word or letter by letter.
TITLES = ("moderator", "organiser", "organizer", "administrator")
# As a word of a name, with or without an s.
ROLES = frozenset(
    ["speaker", "host", "chair", "chairman", "chairwoman", "chairperson", "admin", "staff"]
)
PLACES = frozenset(["fromtheroom", "intheroom", "room", "desk", "companion", "askedaioud"])
ARTICLES = frozenset(["the", "a", "an", "our", "your"])
HONORIFICS = frozenset(["dr", "prof", "professor", "mr", "mrs", "ms", "mx", "sir", "dame"])
BETWEEN_NAMES = re.compile(r"[,;/&|–—]|\b(?:and|with)\b", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
# White letters on a disc, on a square, and those that flags are made of.
LETTERS = ascii_lowercase.replace("l", "i")
ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)
LIKE_LATIN = str.maketrans(
    {other: letter for letter, others in LOOK_ALIKES.items() for other in others}
    | {chr(first + at): letter for first in ALPHABETS for at, letter in enumerate(LETTERS)}
    | dict(zip("0135|l", "oiesii", strict=True))
)
OURS = (
    "This name is kept for those who run the talk. Choose another one, or leave it empty; "
    "what you typed is kept."
)
SPEAKERS = (
    "This is the speaker's name. Choose another one, or, if it is you, open your speaker's link "
    "in this browser and send it again; what you typed is kept."
)


def borrowed(name: str, speaker: str) -> Refused | None:
    """Return the refusal of a name that looks like a role's, a place's or the speaker's."""
    words = _words(name)
    if _is_ours(words):
        return Refused(OURS, field="name")
    people = map(_words, BETWEEN_NAMES.split(IN_BRACKETS.sub(" ", speaker)))
    if any(_is_same(words, person) for person in people):
        return Refused(SPEAKERS, field="name")
    return None


def _is_ours(words: list[str]) -> bool:
    whole = "".join(words)
    bare = "".join(words[1:] if words[:1] and words[0] in ARTICLES else words)
    if any(title in whole for title in TITLES) or {whole, bare} & PLACES:
        return True
    return any(word.removesuffix("s") in ROLES for word in (*words, whole, bare))


def _is_same(words: list[str], person: list[str]) -> bool:
    """Whether a name holds all of a person's, in any order; a single word has to be all of it."""
    if not person:
        return False
    is_all = "".join(words) == "".join(person)
    return is_all or (len(person) > 1 and set(person) <= set(words))


def _words(text: str) -> list[str]:
    return [word for word in _folded(text).split() if word not in HONORIFICS]


def _folded(text: str) -> str:
    """Return what a text looks like: one for all that the eye takes for the same."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    latin = plain.translate(LIKE_LATIN).replace("rn", "m").replace("vv", "w")
    return "".join(char if _is_letter(char) else " " for char in latin if not _is_unseen(char))


def _is_letter(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) == "Mc"


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Cf")

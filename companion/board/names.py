"""Names that would pass for those of the people who run a talk, however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from string import ascii_lowercase

from companion.board.look_alikes import LOOK_ALIKES
from companion.errors import Refused
from companion.messages import gettext

# All of these as they look once they are folded: l and 1 as i, 0 as o.
# Anywhere in a name, in one word or letter by letter.
TITLES = ("moderator", "organiser", "organizer", "administrator")
# As a word of a name, with or without an s at the end.
ROLES = frozenset(["chairman", "chairwoman", "chairperson", "admin"])
# People are called Anna Host, too: behind another name these are surnames.
SURNAMES = frozenset(["speaker", "host", "chair", "staff"])
# What is said of a role and is nobody's name: the host, our session chair, today's speaker.
OF_A_ROLE = (
    "the a an our your my this that is am as for from of by and s co vice deputy assistant acting "
    "head chief lead main official guest keynote invited plenary general session talk event "
    "conference meeting panel track workshop seminar webinar lecture programme program stage room "
    "hall venue today todays tonight technical tech support madam"
).replace("l", "i")
ROLE_ALONE = re.compile(
    rf"(?:{'|'.join(OF_A_ROLE.split())})?(?:{'|'.join(sorted(ROLES | SURNAMES))})s?"
)
PLACES = frozenset(["fromtheroom", "intheroom", "room", "desk", "companion", "askedaioud"])
ARTICLES = frozenset(["the", "a", "an", "our", "your"])
HONORIFICS = frozenset(["dr", "prof", "professor", "mr", "mrs", "ms", "mx", "sir", "dame"])
BETWEEN_NAMES = re.compile(r"[,;/&|–—]|\b(?:and|with)\b", re.IGNORECASE)
# What stands between a person's own names; whatever else does ends one.
WITHIN_A_NAME = re.compile(r"\s+|\.\s*|['’‐-]")
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
# White letters on a disc, on a square, and those that flags are made of.
LETTERS = ascii_lowercase.replace("l", "i")
ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)
LIKE_LATIN = str.maketrans(
    {other: letter for letter, others in LOOK_ALIKES.items() for other in others}
    | {chr(first + at): letter for first in ALPHABETS for at, letter in enumerate(LETTERS)}
    | dict(zip("0135|l", "oiesii", strict=True))
)
OURS = gettext(
    "This name is kept for those who run the talk. Choose another one, or leave it empty; "
    "what you typed is kept."
)
SPEAKERS = gettext(
    "This is the speaker's name. Choose another one, or, if it is you, open your speaker's link "
    "in this browser and send it again; what you typed is kept."
)


def borrowed(name: str, speaker: str) -> Refused | None:
    """Return the refusal of a name that looks like a role's, a place's or the speaker's."""
    if _is_ours(name):
        return Refused(OURS, field="name")
    people = map(_words, BETWEEN_NAMES.split(IN_BRACKETS.sub(" ", speaker)))
    if any(_is_same(_words(name), person) for person in people):
        return Refused(SPEAKERS, field="name")
    return None


def _is_ours(name: str) -> bool:
    words = _words(name)
    whole = "".join(words)
    bare = "".join(words[1:] if words[:1] and words[0] in ARTICLES else words)
    if any(title in whole for title in TITLES) or {whole, bare} & PLACES:
        return True
    return bool(ROLE_ALONE.fullmatch(whole)) or any(map(_has_a_role, _names(name)))


def _has_a_role(words: list[str]) -> bool:
    """Whether one of the words of a name says what somebody does, and not what they are called."""
    before = ""
    for word in words:
        is_surname = word in SURNAMES and before and not ROLE_ALONE.fullmatch(f"{before}{word}")
        if ROLE_ALONE.fullmatch(word) and not is_surname:
            return True
        before = word
    return False


def _is_same(words: list[str], person: list[str]) -> bool:
    """Whether a name holds all of a person's, in any order; a single word has to be all of it."""
    if not person:
        return False
    is_all = "".join(words) == "".join(person)
    return is_all or (len(person) > 1 and set(person) <= set(words))


def _names(text: str) -> Iterator[list[str]]:
    """Return the words of each name in a text: of Anna Host, and of Berlin."""
    name: list[str] = []
    for is_word, chars in groupby(_folded(text), _is_letter):
        part = "".join(chars)
        if is_word and part not in HONORIFICS:
            name.append(part)
        elif not is_word and not WITHIN_A_NAME.fullmatch(part):
            yield name
            name = []
    yield name


def _words(text: str) -> list[str]:
    return [word for name in _names(text) for word in name]


def _folded(text: str) -> str:
    """Return what a text looks like: one for all that the eye takes for the same."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    latin = plain.translate(LIKE_LATIN).replace("rn", "m").replace("vv", "w")
    return "".join(char for char in latin if not _is_unseen(char))


def _is_letter(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) == "Mc"


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Cf")

"""Letters of any writing: which of them are to be seen, and how much is said with so many.

By ranges where Python's own tables are older than what people type: a letter that they do not know
yet is a letter all the same.
"""

from __future__ import annotations

import re
import unicodedata

# What no page, feed or terminal can hold: control characters but those that end lines or a column,
# halves of characters, and what Unicode keeps free of meaning for ever.
LASTS = "".join(f"{chr(last - 1)}{chr(last)}" for last in range(0xFFFF, 0x110000, 0x10000))
NO_TEXT = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{LASTS}]")
# Nor can a name be told that holds what ends lines and columns.
NO_NAME = re.compile(rf"[\t\n\r]|{NO_TEXT.pattern}")
# Ranges that Unicode keeps for what is not to be seen, and what never stands for anything.
NEVER_SEEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\uffa0\ufdd0-\ufdef"
    "\ufff0-\ufff8\U00016fe4\U0001d159\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
# A flag of a country within a country, as of Wales: a black flag and letters that are not seen.
FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f")
JOINERS = "\u200c\u200d"
SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
JOINED_MANY = re.compile(f"([{JOINERS}])[{JOINERS}]+")
SELECTED_MANY = re.compile(f"([{SELECTORS}])[{SELECTORS}]+")
JOINS_NOTHING = re.compile(f"[{JOINERS}]+(?!\\S)")
HAN = re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
IN_HAN, IN_SYLLABLE = 3, 2  # what one letter says, in letters of an alphabet
MARKS_COUNTED = 2  # of those on one letter: a vowel and an accent
# More than any writing puts on one letter; a tower of them runs over its neighbours, and composing
# it takes time that grows with its square.
MARKS_KEPT = 8


def seen(text: str) -> str:
    """Leave out what is not to be seen, or turns the text around, and marks on no letter."""
    kept, at = [], 0
    for flag in FLAG.finditer(text):
        kept += [_seen(text[at : flag.start()]), flag[0]]
        at = flag.end()
    text = SELECTED_MANY.sub(r"\1", JOINED_MANY.sub(r"\1", "".join((*kept, _seen(text[at:])))))
    words = re.split(r"(\s+)", text)
    return JOINS_NOTHING.sub("", "".join(word[_unfounded(word) :] for word in words))


def without_towers(text: str) -> str:
    """Leave out the marks that are too many on one letter, and nothing else."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if _is_mark(char) else 0
        if marks <= MARKS_KEPT:
            kept.append(char)
    return "".join(kept)


def amount(text: str) -> int:
    """Return how much a text says, in letters of an alphabet: a letter of Chinese is a word."""
    said = marks = 0
    for char in text.translate(dict.fromkeys(map(ord, JOINERS))):
        is_mark = _is_mark(char)
        marks = marks + 1 if is_mark else 0
        said += _worth(char) if not is_mark else marks <= MARKS_COUNTED
    return said


def _seen(text: str) -> str:
    kept, marks = [], 0
    for char in text:
        if char in JOINERS:
            kept.append(char)
            continue
        marks = marks + 1 if _is_mark(char) else 0
        if marks <= MARKS_KEPT and (char in "\n\t" or _is_visible(char)):
            kept.append(char)
    return "".join(kept)


def _is_visible(char: str) -> bool:
    if NEVER_SEEN.match(char) or ord(char) & 0xFFFE == 0xFFFE:
        return False
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")


def _unfounded(word: str) -> int:
    """Return how many of a word's first characters need a letter before them to be seen."""
    letters = (at for at, char in enumerate(word) if char not in JOINERS and not _is_mark(char))
    return next(letters, len(word))


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _worth(char: str) -> int:
    if HAN.match(char):
        return IN_HAN
    if "\U000e0000" <= char <= "\U000e0fff":
        return 0
    is_syllable = unicodedata.east_asian_width(char) in "WFH"
    return IN_SYLLABLE if is_syllable and unicodedata.category(char) == "Lo" else 1

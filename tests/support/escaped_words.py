"""What a page in the marked language says that has no marks around it."""

import re
from functools import cache
from html.parser import HTMLParser

from babel import Locale

from tests.support.marked_language import LANGUAGE

READ_ALOUD = ("alt", "aria-label", "aria-description", "placeholder", "title", "label")
SILENT = ("script", "style", "svg", "pre", "code", "kbd")
VOID = ("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")
WORD, ADDRESS = re.compile(r"\b[^\W\d_]\w+"), re.compile(r"\S+/\S+/\S+")


class _Reader(HTMLParser):
    """Collects words outside of marks, which may have elements between them."""

    def __init__(self, left_out: tuple[str, ...]) -> None:
        super().__init__()
        self.found: list[str] = []
        self._left_out = {*SILENT, *left_out}
        self._depth = self._silent = 0

    def handle_starttag(self, tag, attrs):
        said = {name: value or "" for name, value in attrs}
        for text in _read_aloud(tag, said):
            self.found += _outside(text, 0)[0]
        known = {tag, *said.get("class", "").split()}
        is_apart = known & self._left_out or said.get("lang", LANGUAGE) != LANGUAGE
        self._silent += tag not in VOID and bool(self._silent or is_apart)

    def handle_endtag(self, tag):
        self._silent -= tag not in VOID and self._silent > 0

    def handle_data(self, data):
        if not self._silent:
            found, self._depth = _outside(data, self._depth)
            self.found += found


def _read_aloud(tag: str, said: dict[str, str]) -> list[str]:
    texts = [said[name] for name in READ_ALOUD if name in said]
    describes = tag == "meta" and "description" in said.get("name", said.get("property", ""))
    return [*texts, said.get("content", "")] if describes else texts


def _outside(text: str, depth: int) -> tuple[list[str], int]:
    """Return the Latin words of a text outside of marks, and in how many it is at its end."""
    found: list[str] = []
    for part in re.split("([⟦⟧])", text):
        depth += (part == "⟦") - (part == "⟧")
        found += [] if depth else WORD.findall(ADDRESS.sub("", part))
    return [word for word in found if re.search("[A-Za-z]", word)], depth


@cache
def _dates() -> frozenset[str]:
    """Return the words that dates are made of, which no catalogue has."""
    locale = Locale(LANGUAGE)
    kinds = (locale.months["format"], locale.days["format"])
    names = (name for kind in kinds for width in kind.values() for name in width.values())
    return frozenset(word.lower() for name in names for word in name.split()) | {"de", "la"}


def escaped_words(html: str, *left_out: str) -> list[str]:
    """Return the words outside of marks, but for dates and elements of these tags and classes."""
    reader = _Reader(left_out)
    reader.feed(html)
    reader.close()
    return [word for word in reader.found if word.lower() not in _dates()]

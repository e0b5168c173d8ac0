"""Where a page's frontmatter ends, for YAML between dashes and TOML between plus signs.

Dashes are python-frontmatter's rule; as in Jekyll and YAML itself, three dots may end it as well.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from frontmatter.default_handlers import YAMLHandler

DASHES_OR_DOTS = re.compile(r"^(?:-{3,}|\.{3})\s*$", re.MULTILINE)
PLUSES = re.compile(r"^\+{3,}\s*$", re.MULTILINE)
STYLES = (
    ("YAML", YAMLHandler.FM_BOUNDARY, DASHES_OR_DOTS),
    ("TOML", PLUSES, PLUSES),
)


class UnclosedError(Exception):
    """The frontmatter begins and does not end."""


class Parts(NamedTuple):
    """A page's frontmatter and body, and the lines of the page on which each begins.

    The body begins behind the marks that close the frontmatter, on their line.
    """

    header: str
    header_line: int
    body: str
    body_line: int
    language: str = "YAML"


def split(text: str) -> Parts | None:
    """Return the parts of a page whose lines end in line feeds; None when it has no frontmatter.

    Raises UnclosedError.
    """
    for language, opens, closes in STYLES:
        opening = opens.match(text)
        if opening is None:
            continue
        closing = closes.search(text, opening.end())
        if closing is None:
            raise UnclosedError
        header, body = text[opening.end() : closing.start()], text[closing.end() :]
        lines = (_line(text, opening.end()), _line(text, closing.end()))
        return Parts(header, lines[0], body, lines[1], language)
    return None


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1

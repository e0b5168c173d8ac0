"""Where a page's frontmatter ends: python-frontmatter's rule, which holds wherever one is read."""

from __future__ import annotations

from typing import NamedTuple

from frontmatter.default_handlers import YAMLHandler

_HANDLER = YAMLHandler()


class UnclosedError(Exception):
    """The frontmatter begins and does not end."""


class Parts(NamedTuple):
    """A page's frontmatter and body, and the lines of the page on which each begins.

    The body begins behind the dashes that close the frontmatter, on their line.
    """

    header: str
    header_line: int
    body: str
    body_line: int


def split(text: str) -> Parts | None:
    """Return the parts of a page whose lines end in line feeds; None when it has no frontmatter.

    Raises UnclosedError.
    """
    opening = _HANDLER.FM_BOUNDARY.match(text)
    if opening is None:
        return None
    try:
        header, body = _HANDLER.split(text)
    except ValueError:
        raise UnclosedError from None
    return Parts(header, _line(text, opening.end()), body, _line(text, len(text) - len(body)))


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1

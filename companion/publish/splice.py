"""The block put into a talk's file, with every other byte left as it is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from companion.errors import Refused
from companion.messages import gettext
from companion.talks import qablock
from companion.talks.source_file import BODY_LIMIT

NEWLINE = re.compile(r"\r\n|\n|\r")


def spliced(path: Path, content: bytes, block: str) -> bytes:
    """Return a file's bytes with the block in its place; raises Refused.

    Without a block in it yet, it goes to the end.
    """
    text = decoded(path, content)
    try:
        place = qablock.find(text)
    except qablock.MisplacedError as error:
        raise misplaced(path, error) from None
    if place:
        lines = _lines(block, place.opening.newline)
        new = f"{text[: place.start]}{lines}{text[place.end :]}"
    else:
        new = _appended(text, block)
    if len(new) > max(BODY_LIMIT, len(text)):
        raise Refused(
            gettext(
                "%(file)s: with the Q&A the page is longer than 256 KB; use --data instead",
                file=path,
            )
        )
    return new.encode()


def misplaced(path: Path, error: qablock.MisplacedError) -> Refused:
    """Return the refusal of a page whose block does not begin and end as it should."""
    return Refused(
        gettext(
            "%(file)s:%(line)s: %(problem)s; change the page there",
            file=path,
            line=error.line,
            problem=error.message,
        )
    )


def decoded(path: Path, content: bytes) -> str:
    """Return a file's text, line breaks, byte order mark and all; raises Refused."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = len(NEWLINE.findall(content[: error.start].decode("latin-1"))) + 1
        raise Refused(
            gettext(
                "%(file)s:%(line)s: not UTF-8 text; save it with the encoding UTF-8",
                file=path,
                line=line,
            )
        ) from None


def _lines(block: str, newline: str) -> str:
    """Return the block with an empty line before and after it, which kramdown needs."""
    return f"\n{block}\n\n".replace("\n", newline) if block else ""


def _appended(text: str, block: str) -> str:
    """Return the text with a new block at its end, which ends in a line break if the text did."""
    newline = _usual_newline(text)
    *before, last = NEWLINE.split(text)
    ends_in_text = bool(last.strip())
    is_open = bool(last) or bool(before and before[-1].strip())
    gap = newline * (ends_in_text + is_open)
    end = "" if last else newline
    marked = f"{qablock.OPENING}{newline}{_lines(block, newline)}{qablock.CLOSING}"
    return f"{text}{gap}{marked}{end}"


def _usual_newline(text: str) -> str:
    found = Counter(NEWLINE.findall(text)).most_common(1)
    return found[0][0] if found else "\n"

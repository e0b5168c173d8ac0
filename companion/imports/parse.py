"""One way in for every kind of text: a list, a table, our own export, or a question a line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from companion.errors import Refused
from companion.imports.csv_table import read_lines, read_table
from companion.imports.json_export import parsed, read_document
from companion.imports.lists import is_list, read_list
from companion.imports.rows import EXPORT, LINES, LIST, MOST, TABLE, ParsedList
from companion.messages import gettext, ngettext

LINES_MOST = 20_000  # reading more of them, only to refuse them, would keep others waiting
TOO_LONG = ngettext(
    "At most %(num)s line is read. Leave out what is no question.",
    "At most %(num)s lines are read. Leave out what is no question.",
    LINES_MOST,
)
WEB_PAGE = re.compile(r"\s*(?:<\?xml\b[^>]*>\s*)?<(?:!doctype|html)\b", re.IGNORECASE)
OUR_MARKDOWN = re.compile(r"# .*\n(?:.*\n){1,10}\d+ asked · \d+ answered")


def read(text: str, shape: str = "", picks: Mapping[str, int] | None = None) -> ParsedList:
    """Return what a text holds, read as ``shape`` or else as what it looks like; raises Refused.

    ``picks`` are the columns of a table that somebody has chosen, by what they hold.
    """
    if text.count("\n") > LINES_MOST:
        raise Refused(TOO_LONG)
    _refuse_what_is_no_list(text)
    reading = _read(text, shape, picks or {})
    if not reading.rows and not reading.wall:
        raise Refused(gettext("There is no question in it. Paste a list, or choose a file."))
    if len(reading.rows) > MOST:
        raise Refused(
            ngettext(
                "These are %(num)s row; at most %(most)s can be added at once. Split it.",
                "These are %(num)s rows; at most %(most)s can be added at once. Split it.",
                len(reading.rows),
                most=MOST,
            )
        )
    return reading


def _read(text: str, shape: str, picks: Mapping[str, int]) -> ParsedList:
    document = parsed(text)
    if shape == EXPORT or document is not None:
        return read_document(document)
    if shape == LINES:
        return read_lines(text)
    if shape == LIST or (not shape and is_list(text)):
        return read_list(text)
    table = read_table(text, picks)
    if table is None and shape == TABLE:
        raise Refused(
            gettext(
                "This is no table: its rows have different numbers of columns. Choose another "
                "format."
            )
        )
    return table or read_lines(text)


def _refuse_what_is_no_list(text: str) -> None:
    """Each line of such a file would pass for a question."""
    if WEB_PAGE.match(text):
        raise Refused(
            gettext("This is a web page. Save the questions as CSV or Markdown, and send that.")
        )
    if OUR_MARKDOWN.match(text):
        raise Refused(
            gettext("This is Companion's export for reading. Take its JSON or CSV instead.")
        )

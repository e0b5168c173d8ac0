"""One way in for every kind of text: a list, a table, or one question in each line."""

from __future__ import annotations

import json
import re

from companion.errors import Refused
from companion.imports.found import EXPORT, LINES, LIST, MOST, TABLE, Reading
from companion.imports.markdown import is_export, is_list, read_export, read_list
from companion.imports.table import read_lines, read_table

LINES_MOST = 20_000  # reading more of them, only to refuse them, would keep others waiting
WEB_PAGE = re.compile(r"\s*(?:<\?xml\b[^>]*>\s*)?<(?:!doctype|html)\b", re.IGNORECASE)


def read(text: str, shape: str = "") -> Reading:
    """Return what a text holds, read as ``shape`` or else as what it looks like; raises Refused."""
    if text.count("\n") > LINES_MOST:
        raise Refused(f"At most {LINES_MOST:,} lines are read. Leave out what is no question.")
    _refuse_what_is_for_programs(text)
    reading = _read(text, shape)
    if not reading.rows:
        raise Refused("There is no question in it. Paste a list, or choose a file.")
    if len(reading.rows) > MOST:
        raise Refused(f"These are {len(reading.rows):,} rows; at most {MOST} can be added at once.")
    return reading


def _read(text: str, shape: str) -> Reading:
    if shape == LINES:
        return read_lines(text)
    if shape == EXPORT or (not shape and is_export(text)):
        return read_export(text)
    if shape == LIST or (not shape and is_list(text)):
        return read_list(text)
    table = read_table(text)
    if table is None and shape == TABLE:
        raise Refused("This is no table: its rows have different numbers of columns.")
    return table or read_lines(text)


def _refuse_what_is_for_programs(text: str) -> None:
    """Each line of such a file would pass for a question."""
    if WEB_PAGE.match(text):
        raise Refused("This is a web page. Save the questions as CSV or Markdown, and send that.")
    if text.lstrip().startswith(("{", "[")) and _is_json(text):
        raise Refused("This is JSON. Save the questions as CSV or Markdown, and send that.")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True

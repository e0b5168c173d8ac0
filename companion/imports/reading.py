"""One way in for every kind of text: a list, a table, or one question in each line."""

from __future__ import annotations

from companion.imports.found import EXPORT, LINES, LIST, MOST, TABLE, Reading
from companion.imports.markdown import is_export, is_list, read_export, read_list
from companion.imports.table import read_lines, read_table
from companion.refusals import Refused


def read(text: str, shape: str = "") -> Reading:
    """Return what a text holds, read as ``shape`` or else as what it looks like; raises Refused."""
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

"""CSV as RFC 4180 has it, in UTF-8, with nothing in it that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import BinaryIO

from companion.exports.dataset import TalkRecord
from companion.exports.fields import FIELDS, Value, row

BOM = b"\xef\xbb\xbf"
# What begins a formula in one spreadsheet or another, be it behind what they pass over. What begins
# with the guard itself is guarded too, so that taking one away always gives the text back.
UNSEEN = r"""["\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"""
SIGNS = r"[=+\-@＝＋－＠﹦﹢﹣﹫]"
# A spreadsheet may split lines at a semicolon or a tab, and then knows no quotes: what is behind
# one of them begins a cell, and what is on a text's second line a row.
BEGINS_CELL = re.compile(
    rf"^(?='|[\t\n]|(?:\s|{UNSEEN})*{SIGNS})|(?<=[;\t\n])(?='|(?:[^\S\t\n]|{UNSEEN})*{SIGNS})"
)
GUARD = "'"
GUARDED = re.compile(rf"(?:^|(?<=[;\t\n])){GUARD}")


def write(record: TalkRecord, out: BinaryIO) -> None:
    """Write a talk's Q&A as CSV, its columns named in the first line."""
    write_rows(FIELDS, map(row, record.entries), out)


def write_rows(names: Iterable[str], rows: Iterable[Mapping[str, Value]], out: BinaryIO) -> None:
    """Write rows as CSV, each with a value for every name."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    table = csv.writer(text, quoting=csv.QUOTE_ALL)
    table.writerow(names)
    table.writerows([_cell(value) for value in row.values()] for row in rows)
    text.detach()


def guarded(text: str) -> str:
    """Return text that no spreadsheet computes: a ' stands before what might begin a formula."""
    return BEGINS_CELL.sub(GUARD, text)


def unguarded(text: str) -> str:
    """Return the text that has been guarded."""
    return GUARDED.sub("", text)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    return guarded(value if isinstance(value, str) else ", ".join(value))

"""What a table's rows come to, whichever database they are in, and what one cannot keep."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

LARGEST = 2**31 - 1  # of PostgreSQL's integers
SIZE = 2**256
SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass
class Digest:
    """How many rows there are, and the sum of their SHA-256: the same in whatever order they come.

    Two databases sort the same texts differently, so that nothing goes by an order.
    """

    rows: int = 0
    sum: int = 0

    def add(self, row: Sequence[Any]) -> None:
        """Count a row in."""
        text = json.dumps(tuple(row), default=_plain)
        self.rows += 1
        self.sum = (self.sum + int.from_bytes(sha256(text.encode()).digest())) % SIZE


def _plain(value: datetime | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else value.isoformat()


def refusal(table: sa.Table, row: Sequence[Any]) -> str:
    """Return which of a row's values not every database can keep, and why; "" where all can."""
    for column, value in zip(table.c, row, strict=True):
        why = _why_not_kept(column, value)
        if why:
            key = (str(part) for part, c in zip(row, table.c, strict=True) if c.primary_key)
            return f"{table.name} {', '.join(key)}: its {column.name} {why}"
    return ""


def _why_not_kept(column: sa.Column[Any], value: Any) -> str:
    """Say what SQLite lets in and PostgreSQL does not."""
    if value is None:
        return ""
    if not isinstance(value, column.type.python_type):
        return f"is of another kind ({type(value).__name__})"
    if isinstance(value, str):
        return _why_no_text(value, getattr(column.type, "length", None))
    if isinstance(value, int) and abs(value) > LARGEST:
        return "is too large a number"
    return ""


def _why_no_text(text: str, length: int | None) -> str:
    if "\0" in text:
        return "has a NUL in it"
    if SURROGATE.search(text):
        return "is not Unicode"
    return f"has more than {length} characters" if length and len(text) > length else ""

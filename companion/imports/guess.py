"""Which column of a table holds questions, where no name of a column says so: a guess, and said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from companion.imports.private import holds_address
from companion.talks import letters

FEWEST_WORDS = 3
LEAST_SAID = 12  # letters: what a question in a writing without spaces says at least
SHORT_NAME = 6  # words
PROSE = 0.3  # of the cells begin with a space: then the separators are a sentence's commas
FIGURES = re.compile(r"[\d\W_]*")
DATE = re.compile(
    r"\d{1,4}[-./年]\s?\d{1,2}[-./月]\s?\d{1,4}|\d{1,2}:\d{2}"
    r"|\b\d{1,2}\.?\s[^\W\d]{3,10}\.?,?\s\d{4}\b|\b[^\W\d]{3,10}\.?\s\d{1,2},\s\d{4}\b"
)
DATUM_WORDS = 5
RULE = frozenset(" :|+=-")


def is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether separators separate columns in most rows; in a sentence, a space comes after them."""
    wide = [row for row in rows if len(row) > 1]
    if len(wide) < 2 or len(wide) * 2 < len(rows):
        return False
    further = [cell for row in wide for cell in row[1:]]
    return sum(cell.startswith(" ") for cell in further) <= PROSE * len(further)


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many columns most rows have."""
    return Counter(len(row) for row in rows if len(row) > 1).most_common(1)[0][0]


def is_header(row: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether a row names columns, in whatever language: short words above what is none."""
    named = [cell for cell in row if cell.strip()]
    if not named or any(_is_no_name(cell) for cell in named):
        return False
    return any(_is_no_name(cell) for other in others for cell in other)


def begins_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of some rows names columns that the others have."""
    return len(rows) > 1 and len(rows[0]) > 1 and is_header(rows[0], rows[1:])


def likeliest(rows: Sequence[Sequence[str]]) -> int:
    """Return the column with the most that reads like a sentence."""
    width = max(map(len, rows), default=1)
    columns = [[row[at] for row in rows if at < len(row)] for at in range(width)]
    return max(range(width), key=lambda at: (_share(columns[at]), _said(columns[at])))


def _share(column: Sequence[str]) -> float:
    filled = [cell for cell in column if cell.strip()]
    return sum(map(is_sentence, filled)) / len(filled) if filled else 0


def _said(column: Sequence[str]) -> int:
    return sum(letters.amount(cell) for cell in column if not is_datum(cell))


def is_sentence(cell: str) -> bool:
    """Whether a cell has the length of a question, and is more than a number or an address."""
    is_long = len(cell.split()) >= FEWEST_WORDS
    is_dense = any(letters.HAN.match(char) for char in cell) or len(cell) >= 4 * LEAST_SAID
    return not is_datum(cell) and (is_long or (is_dense and letters.amount(cell) >= LEAST_SAID))


def is_rule(cells: Sequence[str]) -> bool:
    """Whether a row is the line below a header, as Markdown has it."""
    return all(set(cell) <= RULE and "---" in cell for cell in cells)


def is_datum(cell: str) -> bool:
    """Whether a cell is a number, a time or an address rather than words."""
    is_short = len(cell.split()) <= DATUM_WORDS
    return bool(FIGURES.fullmatch(cell) or (is_short and DATE.search(cell))) or (
        is_short and holds_address(cell)
    )


def _is_no_name(cell: str) -> bool:
    words = len(cell.split())
    is_asked = cell.rstrip().endswith(("?", "？", "؟", "!")) or (words > 2 and cell.endswith("."))
    return words > SHORT_NAME or is_asked or (cell.strip() not in ("#", "") and is_datum(cell))

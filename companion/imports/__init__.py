"""Questions from elsewhere: a file or a list is read, looked at row by row, and brought in."""

from companion.imports.adding import add
from companion.imports.decoding import decoded, plain
from companion.imports.found import SHAPES, Reading
from companion.imports.preview import Choice, Preview, Row, draft_of, look, stamp
from companion.imports.reading import read

__all__ = [
    "SHAPES",
    "Choice",
    "Preview",
    "Reading",
    "Row",
    "add",
    "decoded",
    "draft_of",
    "look",
    "plain",
    "read",
    "stamp",
]

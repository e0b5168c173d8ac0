"""Questions from elsewhere: a file or a list is read, looked at row by row, and brought in."""

from companion.imports.adding import add
from companion.imports.decoding import DecodedText, decoded, plain, read_as
from companion.imports.encodings import NAMES as ENCODINGS
from companion.imports.parse import read
from companion.imports.preview import (
    Preview,
    PreviewRow,
    RowDefaults,
    draft_of,
    look,
    planned_wall,
    stamp,
)
from companion.imports.rows import SHAPES, ParsedList

__all__ = [
    "ENCODINGS",
    "SHAPES",
    "DecodedText",
    "ParsedList",
    "Preview",
    "PreviewRow",
    "RowDefaults",
    "add",
    "decoded",
    "draft_of",
    "look",
    "plain",
    "planned_wall",
    "read",
    "read_as",
    "stamp",
]

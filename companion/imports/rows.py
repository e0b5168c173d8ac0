"""What a file was found to hold, before anybody has said that it is a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from companion.imports.prepared_wall import PreparedWall
from companion.messages import Message, gettext

MOST = 500
LIST, TABLE, LINES, EXPORT = "list", "table", "lines", "export"
SHAPES = {
    LIST: gettext("a list"),
    TABLE: gettext("a table"),
    LINES: gettext("lines of text"),
    EXPORT: gettext("Companion's JSON export"),
}


@dataclass(frozen=True)
class Found:
    """One row of a table or item of a list; ``number`` is that of its row or line in the file.

    ``status`` is what the file says of it, which is not to be trusted to be one of ours.
    """

    number: int
    text: str
    detail: str = ""
    name: str = ""
    kind: str = ""
    status: str = ""
    problem: str = ""


@dataclass(frozen=True)
class ParsedList:
    """A whole file as it was understood.

    ``has_names`` says whether it has a place for names, ``left_out`` which of its columns are not
    taken over, ``has_votes`` whether votes are among them, and ``above`` how many lines stand above
    its header, ``below`` how many rows are of something else, ``empty`` how many have no question.
    A table has the ``columns`` one may choose from, and the ``places`` of those that are taken.
    ``is_guessed`` says that nothing in it tells which column has the questions, and ``wall`` is one
    that was prepared in it.
    """

    shape: str
    rows: tuple[Found, ...]
    has_names: bool = False
    has_votes: bool = False
    left_out: tuple[str, ...] = ()
    above: int = 0
    below: int = 0
    empty: int = 0
    columns: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    is_guessed: bool = False
    wall: PreparedWall | None = None

    def place(self, number: int) -> Message:
        """Return what one of its rows is called."""
        if self.shape in (TABLE, EXPORT):
            return gettext("Row %(number)s", number=number)
        return gettext("Line %(number)s", number=number)

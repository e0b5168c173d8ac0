"""Exports: a talk's Q&A as one record, and the formats that it is written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from companion.exports.dataset import VERSION
from companion.messages import gettext

__all__ = ["EVERY_FORMAT", "FORMATS", "WALL_FORMATS", "Format"]


@dataclass(frozen=True)
class Format:
    """One way of writing a record; ``words`` say what it is good for, ``text`` that it can be read.

    One that shows ``figures``, as the report has them, is given them after the record; one of the
    ``wall`` is given a wall's record, and what is shown of it.
    What writes it is imported when it is first used: most are large, and few are ever used. It is
    a module, and after a colon the function there, if that is not ``write``.
    """

    name: str
    extension: str
    mime: str
    words: str
    writer: str
    text: bool = True
    figures: bool = False
    wall: bool = False

    def file(self, slug: str) -> str:
        """Return what a talk's export is called; the number is that of the columns' version."""
        if self.wall:
            return f"{slug}-wall.{self.extension}"
        return f"{slug}-questions-v{VERSION}.{self.extension}"

    @property
    def write(self) -> Callable[..., None]:
        """Return what writes a record to a binary file that can be sought in."""
        module, _, name = self.writer.partition(":")
        found: Callable[..., None] = getattr(import_module(f"{__name__}.{module}"), name or "write")
        return found


FORMATS = {
    found.extension: found
    for found in (
        Format("CSV", "csv", "text/csv", gettext("One line per question, for any program."), "csv"),
        Format("JSON", "json", "application/json", gettext("For programs, with a schema."), "json"),
        Format(
            "Excel",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            gettext("A spreadsheet to sort and filter; for LibreOffice and Google Sheets, too."),
            "xlsx",
            text=False,
        ),
        Format(
            "Markdown",
            "md",
            "text/markdown",
            gettext("To read as it is, or to keep in git."),
            "markdown",
        ),
        Format(
            "PDF",
            "pdf",
            "application/pdf",
            gettext("To print, with the figures of the report."),
            "pdf",
            text=False,
            figures=True,
        ),
        Format(
            gettext("Web page"),
            "html",
            "text/html",
            gettext("One file to read, print or send on."),
            "html",
        ),
    )
}
WALL_FORMATS = {
    f"wall.{found.extension}": found
    for found in (
        Format(
            "SVG",
            "svg",
            "image/svg+xml",
            gettext("A picture that stays sharp at any size."),
            "wall_picture:svg",
            wall=True,
        ),
        Format(
            "PNG",
            "png",
            "image/png",
            gettext("A picture for any program."),
            "wall_picture:png",
            text=False,
            wall=True,
        ),
        Format(
            "PDF",
            "pdf",
            "application/pdf",
            gettext("To print on one page; its text can be searched and copied."),
            "wall_picture:pdf",
            text=False,
            wall=True,
        ),
        Format(
            "Markdown",
            "md",
            "text/markdown",
            gettext("The notes of each cluster, by votes, and what marks mean."),
            "wall_markdown",
            wall=True,
        ),
    )
}
EVERY_FORMAT = FORMATS | WALL_FORMATS

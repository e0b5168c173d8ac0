"""Exports: a talk's Q&A as one record, and the formats that it is written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from companion.exports.dataset import VERSION

__all__ = ["FORMATS", "Format"]


@dataclass(frozen=True)
class Format:
    """One way of writing a record; ``words`` say what it is good for, ``text`` that it can be read.

    One that shows ``figures``, as the report has them, is given them after the record.
    What writes it is imported when it is first used: most are large, and few are ever used.
    """

    name: str
    extension: str
    mime: str
    words: str
    writer: str
    text: bool = True
    figures: bool = False

    def file(self, slug: str) -> str:
        """Return what a talk's export is called; the number is that of the columns' version."""
        return f"{slug}-questions-v{VERSION}.{self.extension}"

    @property
    def write(self) -> Callable[..., None]:
        """Return what writes a record to a binary file that can be sought in."""
        written: Callable[..., None] = import_module(f"{__name__}.{self.writer}").write
        return written


FORMATS = {
    found.extension: found
    for found in (
        Format("CSV", "csv", "text/csv", "One line per question, for any program.", "csv"),
        Format("JSON", "json", "application/json", "For programs, with a schema.", "json"),
        Format(
            "Excel",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "A spreadsheet to sort and filter; for LibreOffice and Google Sheets, too.",
            "xlsx",
            text=False,
        ),
        Format(
            "Markdown", "md", "text/markdown", "To read as it is, or to keep in git.", "markdown"
        ),
        Format(
            "PDF",
            "pdf",
            "application/pdf",
            "To print, with the figures of the report.",
            "pdf",
            text=False,
            figures=True,
        ),
        Format("Web page", "html", "text/html", "One file to read, print or send on.", "html"),
    )
}

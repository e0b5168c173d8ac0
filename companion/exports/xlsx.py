"""A workbook for Excel, LibreOffice and Google Sheets: a sheet of questions, and others beside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from companion.board.rating_counts import RatingCounts
from companion.exports.dataset import VERSION, TalkRecord
from companion.exports.fields import (
    FIELDS,
    OPTION_FIELDS,
    POLL_FIELDS,
    Value,
    about,
    option_row,
    poll_row,
    row,
)
from companion.exports.rating import rows as rows_of_rating

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}
CELL = 32_767
URL = 2_079
CUT = " […] Cut here: a cell holds no more."
WIDTHS = {
    "text": 60,
    "detail": 40,
    "answer": 50,
    "link": 40,
    "cluster": 24,
    "option": 40,
    "answers_to": 40,
}
WIDTH = 11
TIMES = ("asked_at", "answered_at", "opened_at", "closed_at")
WIDTHS |= dict.fromkeys(TIMES, 17)


class Styles:
    """How cells look."""

    def __init__(self, book: Workbook) -> None:
        """Make the formats that a book needs."""
        plain = {"valign": "top"}
        self.text = book.add_format(plain | {"text_wrap": True})
        self.number = book.add_format(plain)
        self.moment = book.add_format(plain | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.link = book.add_format(plain | {"font_color": "#0B57D0", "underline": True})
        self.head = book.add_format({"bold": True, "valign": "top", "bottom": 2})


def write(record: TalkRecord, out: BinaryIO) -> None:
    """Write a talk's Q&A as a workbook; times are in the talk's own zone."""
    book, styles = _new_book(record.title, record.exported_at, out)
    rows = [row(entry) for entry in record.entries]
    _write_rows(rows, FIELDS, record.zone, book.add_worksheet("Questions"), styles)
    _write_talk(record, book.add_worksheet("Talk"), styles)
    answers = [poll_row(poll) | option_row(each) for poll in record.polls for each in poll.options]
    if answers:
        names = (*POLL_FIELDS, *OPTION_FIELDS)
        _write_rows(answers, names, record.zone, book.add_worksheet("Polls"), styles)
    if record.rating:
        _write_rating(record.rating, book.add_worksheet("Rating"), styles)
    book.close()


def write_rows(
    title: str,
    names: Collection[str],
    rows: Collection[Mapping[str, Value]],
    made_at: datetime,
    out: BinaryIO,
) -> None:
    """Write the questions of several talks as a workbook; times are in each talk's own zone."""
    book, styles = _new_book(title, made_at, out)
    _write_rows(rows, names, "the talk's own zone", book.add_worksheet("Questions"), styles)
    book.close()


def _new_book(title: str, made_at: datetime, out: BinaryIO) -> tuple[Workbook, Styles]:
    book = Workbook(out, OPTIONS)
    book.set_properties({"title": title[:255], "created": _naive(made_at)})
    book.set_custom_property("Version of the columns", VERSION)
    return book, Styles(book)


def _write_rows(
    rows: Collection[Mapping[str, Value]],
    names: Collection[str],
    zone: str,
    sheet: Worksheet,
    styles: Styles,
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.autofilter(0, 0, len(rows), len(names) - 1)
    for column, name in enumerate(names):
        sheet.set_column(column, column, WIDTHS.get(name, WIDTH))
        sheet.write_string(0, column, name, styles.head)
        if name in TIMES:
            sheet.write_comment(0, column, f"Time in {zone}.")
    for line, values in enumerate(rows, start=1):
        for column, (name, value) in enumerate(values.items()):
            if name == "link":
                _write_link(sheet, line, column, str(value), styles)
            else:
                _write_cell(sheet, line, column, value, styles)


def _write_talk(record: TalkRecord, sheet: Worksheet, styles: Styles) -> None:
    sheet.set_column(0, 0, WIDTHS["asked_at"])
    sheet.set_column(1, 1, WIDTHS["text"])
    for line, (name, value) in enumerate((about(record) | record.counts.by_name).items()):
        sheet.write_string(line, 0, name, styles.head)
        _write_cell(sheet, line, 1, value, styles)


def _write_rating(rating: RatingCounts, sheet: Worksheet, styles: Styles) -> None:
    sheet.set_column(0, 2, WIDTHS["asked_at"])
    for column, name in enumerate(("question", "answer", "people")):
        sheet.write_string(0, column, name, styles.head)
    for line, (question, answer, people) in enumerate(rows_of_rating(rating), start=1):
        sheet.write_string(line, 0, question, styles.text)
        sheet.write_string(line, 1, answer, styles.text)
        sheet.write_number(line, 2, people, styles.number)


def _write_cell(sheet: Worksheet, line: int, column: int, value: Value, styles: Styles) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(line, column, _naive(value), styles.moment)
    elif isinstance(value, bool):
        sheet.write_boolean(line, column, value, styles.number)
    elif isinstance(value, int):
        sheet.write_number(line, column, value, styles.number)
    elif value:
        text = value if isinstance(value, str) else ", ".join(value)
        sheet.write_string(line, column, _fitting(text), styles.text)


def _write_link(sheet: Worksheet, line: int, column: int, address: str, styles: Styles) -> None:
    if address.startswith(("http://", "https://")) and len(address) <= URL:
        sheet.write_url(line, column, address, styles.link)
    else:
        _write_cell(sheet, line, column, address, styles)


def _naive(moment: datetime) -> datetime:
    """Return what a clock on the wall shows: a cell knows no zone."""
    return moment.replace(tzinfo=None)


def _fitting(text: str) -> str:
    """Return text that a cell can hold, saying so where it had to be cut."""
    units = text.encode("utf-16-le")  # Excel counts in these
    if len(units) <= 2 * CELL:
        return text
    return units[: 2 * (CELL - len(CUT))].decode("utf-16-le", "ignore") + CUT

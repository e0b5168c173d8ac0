"""Workbooks: typed cells, and what people wrote is text and nothing else."""

import io
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from companion.exports.fields import FIELDS
from companion.exports.printable import legible
from companion.exports.xlsx import CELL, CUT, write
from companion.store.models import Status

LINK = "https://video.example.org/1#t=90s"


def opened(record):
    out = io.BytesIO()
    write(record, out)
    return load_workbook(out)


def columns(sheet, line=2):
    return dict(zip(FIELDS, sheet[line], strict=True))


def one(plain_record, **values):
    """Return a record of one question with these values."""
    return replace(plain_record, entries=(replace(plain_record.entries[0], **values),))


def test_a_board_has_a_line_for_each_question(taken, board):
    sheet = opened(taken())["Questions"]
    cells = columns(sheet)

    assert [cell.value for cell in sheet[1]] == list(FIELDS)
    assert sheet.max_row == 5
    assert (cells["number"].value, cells["votes"].value) == (board["answered"], 3)
    assert cells["asked_at"].value == datetime(2026, 3, 5, 12, 0)  # noqa: DTZ001 (a cell's)
    assert cells["answer"].value == "By the **sun**.\n\nAnd by landmarks."
    assert cells["labels"].value == "senses, flight"
    assert [cells[name].value for name in ("offset", "merged_into")] == [None, None]
    assert sheet["A5"].value == board["merged"]


def test_times_are_in_the_talks_zone_and_it_is_named(plain_record, taken, make_settings, folder):
    from tests.support.talks import read_programme, write_talk

    write_talk(folder, extra="timezone: Asia/Tokyo\n")
    record = taken(at=read_programme(make_settings()).find("talk"))
    entry = replace(plain_record.entries[0], asked_at=record.starts)

    book = opened(replace(record, entries=(entry,)))

    assert columns(book["Questions"])["asked_at"].value == datetime(2026, 3, 5, 12)  # noqa: DTZ001
    for name in ("asked_at", "answered_at"):
        [head] = [cell for cell in book["Questions"][1] if cell.value == name]
        assert head.comment.text == "Time in Asia/Tokyo."
    assert {row[0].value: row[1].value for row in book["Talk"]}["zone"] == "Asia/Tokyo"


def test_the_second_sheet_is_on_the_talk(taken, board):
    sheet = opened(taken())["Talk"]
    said = {row[0].value: row[1].value for row in sheet}

    assert (said["title"], said["speaker"]) == ("A talk about bees", "Grace Hopper")
    assert (said["asked"], said["answered"], said["comments"]) == (5, 1, 1)


def test_the_header_stays_and_filters(taken, board):
    book = opened(taken())
    sheet = book["Questions"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:W5"
    assert [(found.name, found.value) for found in book.custom_doc_props.props] == [
        ("Version of the columns", 1)
    ]


@pytest.mark.parametrize("text", ["=1+1", "https://evil.example/", "{=1}", "007", "TRUE", "1/2"])
def test_what_people_wrote_is_text(plain_record, text):
    cells = columns(opened(one(plain_record, text=text, author=text))["Questions"])

    for name in ("text", "author"):
        assert (cells[name].value, cells[name].data_type) == (text, "s")
        assert cells[name].hyperlink is None


@pytest.mark.parametrize("link", [LINK, "", "javascript:alert(1)", "https://a/" + "b" * 3_000])
def test_a_link_opens_the_recording_and_nothing_else(plain_record, link):
    cell = columns(opened(one(plain_record, link=link))["Questions"])["link"]

    target = cell.hyperlink and f"{cell.hyperlink.target}#{cell.hyperlink.location}"
    assert (cell.value or "", target) == (link, LINK if link == LINK else None)


def test_text_too_long_for_a_cell_is_cut_and_says_so(plain_record):
    fits, over = "🐝" * (CELL // 2) + "b", "🐝" * CELL

    cells = columns(opened(one(plain_record, text=fits, detail=over))["Questions"])

    assert cells["text"].value == fits
    assert cells["detail"].value.endswith(CUT)
    assert len(cells["detail"].value.encode("utf-16-le")) // 2 in (CELL, CELL - 1)


@pytest.mark.slow
@settings(max_examples=60)
@given(text=st.text(min_size=1))
@example("_x0041_")
@example(" \n\t_x000D_ ")
@example("\x00\ud800\uffff</v>]]>&amp;")
def test_any_text_comes_back(plain_record, text):
    cells = columns(opened(one(plain_record, text=legible(text)))["Questions"])

    # The reader leaves it to us to undo what the format does to text that looks like an escape.
    assert unescape(cells["text"].value) == legible(text)


def test_a_talk_without_questions_has_a_header_alone(taken):
    book = opened(taken())

    assert book["Questions"].max_row == 1
    assert book["Questions"].auto_filter.ref == "A1:W1"


def test_what_is_declined_is_never_there_by_itself(taken, board):
    sheet = opened(taken())["Questions"]
    found = {columns(sheet, line)["status"].value for line in range(2, sheet.max_row + 1)}

    assert found == {Status.OPEN, Status.ANSWERED, Status.MERGED}

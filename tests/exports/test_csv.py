"""CSV: what RFC 4180 asks for, and nothing that a spreadsheet would compute."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from companion.exports.csv import guarded, write, write_rows
from companion.exports.dataset import Choice
from companion.exports.fields import FIELDS
from companion.exports.printable import legible
from companion.store.models import Status
from tests.support.factories import make_question

HEAD = ",".join(f'"{name}"' for name in FIELDS).encode()


def written(record) -> bytes:
    out = io.BytesIO()
    write(record, out)
    return out.getvalue()


def rows(record) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(record).decode(), newline=""), strict=True))


def unguarded(cell: str) -> str:
    """Read a cell as docs/export.md says."""
    return re.sub(r"(?:^|(?<=[;\t\n]))'", "", cell)


def test_a_board_has_a_line_for_each_question(taken, board):
    first, second, third, merged = rows(taken())

    assert first == {
        "number": str(board["answered"]),
        "kind": "question",
        "text": "How do bees find home?",
        "detail": "",
        "author": "Ada",
        "status": "answered",
        "reason": "",
        "votes": "3",
        "asked_by": "1",
        "asked_at": "2026-03-05T12:00:00+00:00",
        "phase": "talk",
        "answered_at": "2026-03-05T12:50:00+00:00",
        "offset": "",
        "link": "",
        "answer": "By the **sun**.\n\nAnd by landmarks.",
        "labels": "senses, flight",
        "merged_into": "",
        **dict.fromkeys(("cluster", "colour", "x", "y", "cluster_number", "answers_to"), ""),
    }
    assert (second["status"], second["asked_by"], third["kind"]) == ("open", "2", "comment")
    assert (merged["status"], merged["merged_into"]) == ("merged", str(board["open"]))


def test_lines_end_as_the_standard_says(taken, board):
    lines = written(taken(Choice(only="open"))).split(b"\r\n")

    assert lines[0] == HEAD
    assert (len(lines), lines[-1]) == (4, b"")
    assert not any(b"\r" in line or b"\n" in line for line in lines)


def test_a_talk_without_questions_has_a_header_alone(taken):
    assert written(taken()) == HEAD + b"\r\n"


def test_every_cell_is_in_quotes(taken, board):
    cell = rb'"(?:[^"]|"")*"'

    assert re.fullmatch(rb"(?:%b(?:,%b)*\r\n){5,}" % (cell, cell), written(taken()))


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r=1", "\n1", " =1", '"=1', "'=1", "\ufeff=1"),
        *("＝1+1", "＋1", "－1", "＠A", "﹦1", "\u00a0+1", "\u202e=1", "'quoted'"),
    ],
)
def test_what_might_be_a_formula_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=b", "1+1", "Why?", "3-2", "“Why”", "ada@example.org"])
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == text


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
@pytest.mark.parametrize("before", ["", " ", '"', "\u200b", "\u00a0"])
@pytest.mark.parametrize("separator", [";", "\t", "\n"])
def test_what_another_separator_would_make_a_formula_is_guarded(separator, before, sign):
    text = f"Why{separator}{before}{sign}1"

    assert guarded(text) == f"Why{separator}'{before}{sign}1"
    assert unguarded(guarded(text)) == text


PIECES = st.sampled_from([*"=+-@＝＠;\t\n,|'\" \u200b", "a", '""', "; =1", "\n-1"])


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), min_size=1))
def test_whichever_way_lines_are_split_no_cell_is_a_formula(texts):
    out = io.BytesIO()
    write_rows(["text"] * len(texts), [dict(enumerate(texts)), dict(enumerate(texts))], out)

    for separator in ",;\t":
        table = csv.reader(io.StringIO(out.getvalue().decode(), newline=""), delimiter=separator)
        for cell in (cell for row in table for cell in row):
            assert not cell.lstrip(' "\u200b').startswith(tuple("=+-@＝＠")), (separator, cell)


@given(st.lists(st.text() | st.lists(PIECES).map("".join), min_size=1))
@example(["''", "'", "\x00", "a\r\nb\rc", "\ud800", '","', "🐝\u200d🐝", "שלום"])
def test_any_text_comes_back(texts):
    out = io.StringIO(newline="")
    csv.writer(out).writerow([guarded(legible(text)) for text in texts])

    [cells] = csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)

    assert [unguarded(cell) for cell in cells] == [legible(text) for text in texts]


def test_rows_of_older_times_are_shown_with_signs(taken, engine, change):
    number = make_question(engine, status=Status.OPEN)
    change(number, text="a\x00b\x07c\x7fd\x9be", detail="one\r\ntwo\rthree")

    [row] = rows(taken())

    assert (row["text"], row["detail"]) == ("a␀b␇c␡d�e", "one\ntwo\nthree")

"""Files as people have them: what is found in them, and what is said of those that hold nothing."""

import json
import time
from contextlib import suppress

import pytest

from companion.errors import Refused
from companion.exports.csv import guarded
from companion.exports.fields import FIELDS
from companion.imports import decoded, read

ASKED = ["How do bees find home?", "Why do bees dance at all?"]
SHEET = "Question;Author\r\nHow do bees find home?;Ada\r\nWhy do bees dance at all?;\r\n"


def texts(text: str, shape: str = "") -> list[str]:
    return [found.text for found in read(decoded(text.encode()).text, shape).rows]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_encoding_that_excel_writes(encoding):
    rows = read(
        decoded("Question\tAuthor\r\nWarum tanzen Bienen überhaupt?\tZoé".encode(encoding)).text
    )

    assert [(row.text, row.name) for row in rows.rows] == [
        ("Warum tanzen Bienen überhaupt?", "Zoé")
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_sheet_with_a_header(separator):
    reading = read(decoded(SHEET.replace(";", separator).encode()).text)

    assert (reading.shape, reading.has_names, reading.has_votes) == ("table", True, False)
    assert [(row.number, row.text, row.name) for row in reading.rows] == [
        (2, ASKED[0], "Ada"),
        (3, ASKED[1], ""),
    ]


def test_what_a_board_writes_about_the_event_above_its_table_is_left_out():
    event = 'Event name:,"Bees, and more"\nEvent code:,12345\n\n'

    reading = read(f"{event}Submitted by,Question,Upvotes\nAda,{ASKED[0]},3\n,{ASKED[1]},\n")

    assert (reading.above, reading.has_names, reading.has_votes) == (3, True, True)
    assert [(row.number, row.text, row.name) for row in reading.rows] == [
        (5, ASKED[0], "Ada"),
        (6, ASKED[1], ""),
    ]


def test_one_cell_that_says_question_is_no_header_further_down():
    text = "comment;Bees are fine, thank you.\nquestion;How do bees find home?"

    reading = read(text)

    assert reading.is_guessed
    assert [(row.number, row.text) for row in reading.rows] == [
        (1, "Bees are fine, thank you."),
        (2, "How do bees find home?"),
    ]


def test_square_brackets_and_braces_are_words_too():
    assert texts("[Ada] How do bees find home?\n{Bob} Why do bees dance?") == [
        "[Ada] How do bees find home?",
        "{Bob} Why do bees dance?",
    ]


def test_what_is_not_taken_over_is_said():
    reading = read("Question,Author,Score,Labels\nHow do bees find home?,Ada,12,flight")

    assert (reading.has_votes, reading.left_out) == (True, ("Score", "Labels"))


@pytest.mark.parametrize(
    "text",
    [
        "{0}\n{1}",
        "Question\n{0}\n{1}",
        '"{0}"\n"{1}"',
        "1;{0};Ada\n2;{1};Bob",
        "{0}\tAda\n{1}\tBob",
        "sep=;\nquestion;votes\n{0};1\n{1};2",
        "- {0}\n- {1}",
        "# Panel\n\n* {0}\n* {1}",
        "1. {0}\n2. {1}",
        "2) {0}\n10) {1}",
        "- [ ] {0}\n- [x] {1}",
        "Intro.\n\n- {0}\n\nAnd then\n\n- {1}\n",
    ],
)
def test_the_same_two_questions_in_many_shapes(text):
    shape = "list" if text.startswith("Intro") else ""

    assert texts(text.format(*ASKED), shape) == ASKED


def test_commas_in_a_sentence_separate_nothing():
    asked = ["Do bees, as Ada says, dance?", "Do wasps, as Bob says, sing?"]

    assert texts("\n".join(asked)) == asked
    assert texts("Question\n" + "\n".join(asked)) == asked


def test_what_is_indented_in_a_list_is_detail():
    below = "  By the sun:\n\n  - or landmarks\n    and smells\n"
    text = f"- How do bees\nfind home?\n{below}- Why *dance*\\?\n\nThe end."

    rows = read(text).rows

    assert [(row.number, row.text, row.detail) for row in rows] == [
        (1, "How do bees find home?", "By the sun:\n\n- or landmarks\n  and smells"),
        (7, "Why *dance*?", ""),
    ]


def test_cells_may_hold_lines_quotes_and_separators():
    reading = read('text,detail\n"How do ""bees"", and wasps, fly?","Two\nlines"\n')

    [row] = reading.rows
    assert (row.text, row.detail) == ('How do "bees", and wasps, fly?', "Two\nlines")


def test_a_row_with_too_many_cells_is_a_row_with_a_problem():
    [good, bad] = read("question,author\nHow do bees fly?,Ada\nHow, then,do they land?,Bob").rows

    assert good.problem == ""
    assert "more columns than the header" in bad.problem


@pytest.mark.parametrize("text", ["=1+1 is what?", "'tis a question", "-5 degrees?", "@all, why?"])
def test_our_own_guard_against_formulas_is_taken_away(text):
    header = ",".join(FIELDS)
    row = ",".join(f'"{guarded(text)}"' if name == "text" else "" for name in FIELDS)

    assert texts(f"{header}\n{row}") == [text]
    assert texts('question,author\n"\'=A1 is what?",') == ["=A1 is what?"]
    assert texts("question,author\n'tis a question?,") == ["'tis a question?"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no question"),
        (b" \n\n", "no question"),
        (b"question,author\n", "no question"),
        (b"PK\x03\x04rest", "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "CSV UTF-8"),
        (bytes(range(1, 256)), "CSV UTF-8"),
        (b'\n{"version": 1, "questions": [\n"How do bees find home?"]}\n', "JSON"),
        (b'["How do bees find home?",\n"Why do bees dance?"]', "JSON"),
        (b"<!DOCTYPE html>\n<p>How do bees find home?</p>\n<p>Why?</p>", "web page"),
        (b"\n".join(b"- How do bees do it, take %d?" % n for n in range(501)), "501 rows"),
        (b"Why?\n" * 20_002, "20,000 lines"),
        (b'question,author\n"never closed' + b"x" * 140_000, "damaged"),
    ],
)
def test_what_holds_nothing_is_refused_in_words(data, said):
    with pytest.raises(Refused, match=said):
        read(decoded(data).text)


def test_what_is_no_table_is_not_read_as_one():
    with pytest.raises(Refused, match="no table"):
        read("Do bees, as Ada says, dance?\nYes?", "table")


@pytest.mark.parametrize(
    "part", ["# ", "# Bees\n", "[", '{"questions":', '{"questions": [{"text": "Why?"}]} ']
)
def test_a_long_file_of_nothing_but_marks_keeps_nobody_waiting(part):
    text = part * (200_000 // len(part))

    begun = time.process_time()
    with suppress(Refused):
        read(decoded(text.encode()).text)

    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "document",
    [{"questions": {}}, {"questions": ["Why?"]}, {"questions": [{"title": "Why?"}]}, [], {}],
)
def test_json_of_others_is_refused_in_words(document):
    for shape in ("", "list", "lines", "export"):
        with pytest.raises(Refused, match="not as Companion exports it"):
            read(json.dumps(document), shape)


def test_nothing_unseen_gets_in_by_json_either():
    asked = {"text": "How do\0 bees \ud800find home?", "detail": None, "author": 7, "kind": "x"}

    [row] = read(json.dumps({"questions": [asked]})).rows

    assert (row.number, row.text, row.detail, row.name) == (1, "How do bees find home?", "", "")


def test_a_list_that_is_indented_as_a_whole_is_one_all_the_same():
    assert texts("  - {}\n    * more\n  - {}".format(*ASKED)) == ASKED


def test_nothing_unseen_gets_in():
    assert decoded("\ufeffone\0\x0b\r\ntwo\r\n".encode()).text == "one\ntwo"
    assert decoded("\ufeff\ufeff\nA file\n\ufeffbehind another\n".encode()).text == (
        "A file\nbehind another"
    )

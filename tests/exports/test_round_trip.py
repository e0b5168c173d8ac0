"""What is exported here can be brought in elsewhere, and says the same."""

import io

import pytest

from companion.exports import FORMATS
from companion.exports.dataset import Choice
from companion.imports import decoded, read
from companion.store.models import Kind, Status
from tests.support.clock import STARTS
from tests.support.factories import make_question

WICKED = [
    "=1+1 is how many bees?",
    "'tis a question, \"isn't\" it; or not?",
    "@Ada | `why` *do* _bees_ dance? <b>&amp;</b>",
    "{{ site.title }} {% raw %} how are bees?",
    "Warum tanzen Bienen 🐝 überhaupt?",
    "هل ترقص النحل في الليل؟",
    "- What about a dash, --> and --- more?",
    "1. Is this a list with \\ in it?",
]


def brought(taken, format: str, choice: Choice):
    out = io.BytesIO()
    FORMATS[format].write(taken(choice), out)
    return read(decoded(out.getvalue())).rows


@pytest.fixture
def board(engine):
    for text in WICKED:
        make_question(engine, text, detail="Two\nlines, with = and - and |.", name="Ada Lovelace")
    make_question(engine, "There is a book on this.", kind=Kind.COMMENT)


def test_csv_says_the_same(taken, board):
    rows = brought(taken, "csv", Choice())

    assert [(row.text, row.detail, row.name, row.kind) for row in rows] == [
        *((text, "Two\nlines, with = and - and |.", "Ada Lovelace", "question") for text in WICKED),
        ("There is a book on this.", "", "", "comment"),
    ]


@pytest.mark.parametrize("format", ["csv", "md"])
def test_what_was_hidden_there_is_known_to_be(taken, engine, format):
    for status in (Status.OPEN, Status.WAITING, Status.DECLINED):
        make_question(engine, status=status)

    said = [row.status for row in brought(taken, format, Choice(declined=True))]

    assert said == [("open" if format == "csv" else ""), "waiting", "declined"]


def test_markdown_says_the_same_but_not_by_whom(taken, board, engine, change):
    detail = "Is it `the sun`? https://bees.example.org/sun?a=1&b=_2_ says so."
    answered = make_question(engine, "How do bees find home?", detail=detail)
    change(answered, status=Status.ANSWERED, answered_at=STARTS, answer="- It is.\n\n### Really")

    rows = brought(taken, "md", Choice())

    assert [(row.text, row.detail, row.name, row.kind) for row in rows] == [
        ("How do bees find home?", detail, "", "question"),
        *((text, "Two\nlines, with = and - and |.", "", "question") for text in WICKED),
        ("There is a book on this.", "", "", "comment"),
    ]

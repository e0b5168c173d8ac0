"""Polls in every format: totals beside what was asked, and what people wrote is text."""

import io
import json
from dataclasses import replace
from datetime import timedelta

import pypdf
import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from sqlalchemy.orm import Session

from companion.board.poll_totals import OptionTotal, PollTotal
from companion.exports import FORMATS, csv, html, markdown, pdf, xlsx
from companion.exports import json as json_format
from companion.exports.dataset import Choice, record
from companion.exports.fields import OPTION_FIELDS, POLL_FIELDS
from companion.exports.pdf_typesetting import FIRST_FONTS, LAST_FONTS, Fonts
from companion.store.models import Role
from companion.store.polls import PollState
from tests.exports.test_json import VALIDATOR
from tests.exports.test_markdown import READER
from tests.support.clock import STARTS
from tests.support.pages import Page, text_of
from tests.support.poll_rows import ASKED, make_poll
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in

SLURM = OptionTotal("Slurm", 12, 29)
POLL = PollTotal(
    number=7,
    text=ASKED,
    several=False,
    state="closed",
    is_public=True,
    opened_at=STARTS + timedelta(minutes=5),
    closed_at=STARTS + timedelta(minutes=6),
    people=41,
    options=(SLURM, OptionTotal("PBS", 29, 71)),
)
LINES = ["Slurm: 12 of 41, 29 %", "PBS: 29 of 41, 71 %"]
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "<script>alert(1)</script> </style>",
    "{{ site.title }} {% raw %}",
    "--> <!-- /companion:qa -->",
    "{: #qa-5} # *bold* `code` [a](javascript:b) | c |",
    "1. one",
    "- two",
    "מה שלום הדבורים?",
    "\u202ebackwards",
    "🐝" * 40,
    "W" * 80,
    "_x0041_",
    '#panic("typst") $x$ @y <z>',
)


def made(record, module) -> bytes:
    out = io.BytesIO()
    module.write(*([record, None] if module is pdf else [record]), out)
    return out.getvalue()


def with_polls(plain_record, *polls):
    return replace(plain_record, polls=polls)


def asking(text):
    """Return a poll that asks and can be answered by the same words."""
    return replace(POLL, text=text, options=(replace(SLURM, text=text),))


def in_json(record):
    document = json.loads(made(record, json_format))
    VALIDATOR.validate(document)
    return document["polls"]


def in_sheet(record):
    """Return the rows of the sheet, by the names of their columns."""
    names, *rows = load_workbook(io.BytesIO(made(record, xlsx)))["Polls"].iter_rows()
    names = [cell.value for cell in names]
    return [dict(zip(names, row, strict=True)) for row in rows]


def read_markdown(record):
    return Page(READER.render(made(record, markdown).decode()))


def read_html(record):
    return Page(made(record, html).decode())


def read_pdf(record):
    pages = pypdf.PdfReader(io.BytesIO(made(record, pdf))).pages
    text = "\n".join(page.extract_text() for page in pages)
    return " ".join(text.replace("\N{ZERO WIDTH SPACE}", "").split())


def said(page):
    """Return each answer as it is read, without what keeps its direction to itself."""
    return [text_of(item).strip("\u2068").replace("\u2069", "") for item in page.elements("li")]


def test_json_and_the_sheet_have_the_same_names_and_values(plain_record):
    record = with_polls(plain_record, POLL)

    [poll] = in_json(record)
    rows = in_sheet(record)

    assert list(rows[0]) == [*POLL_FIELDS, *OPTION_FIELDS]
    assert list(poll) == [*POLL_FIELDS, "options"]
    assert [list(option) for option in poll["options"]] == [list(OPTION_FIELDS)] * 2
    for row, option in zip(rows, poll["options"], strict=True):
        values = {name: cell.value for name, cell in row.items()}
        times = {name: values[name].isoformat() for name in ("opened_at", "closed_at")}
        of_poll = {name: poll[name] for name in POLL_FIELDS}
        of_poll |= {name: poll[name].removesuffix("+00:00") for name in times}
        assert values | times == of_poll | option
    assert [row["votes"].data_type for row in rows] == ["n", "n"]
    assert [row["several"].data_type for row in rows] == ["b", "b"]


def test_a_workbook_without_polls_has_no_sheet_for_them(plain_record):
    assert load_workbook(io.BytesIO(made(plain_record, xlsx))).sheetnames == ["Questions", "Talk"]
    assert in_json(plain_record) == []


@pytest.mark.parametrize("read", [read_html, read_markdown])
def test_a_list_stands_below_what_was_asked(plain_record, read):
    page = read(with_polls(plain_record, POLL))

    assert [text_of(found) for found in page.elements("h2")] == ["Open", "Polls"]
    assert [text_of(found) for found in page.elements("h3")][-1] == ASKED
    assert said(page) == LINES
    assert "41 people answered · opened at 12:05" in page.html


def test_a_pdf_has_them_after_the_questions(plain_record):
    text = read_pdf(with_polls(plain_record, POLL))

    _, _, after = text.partition("How do bees find home?")
    _, _, polls = after.partition("Polls ")
    assert polls.startswith(
        f"{ASKED} 41 people answered · opened at 12:05 Slurm 12 of 41, 29 % PBS 29 of 41, 71 %"
    )


def test_a_pdf_of_polls_alone_does_not_say_that_nothing_was_asked(plain_record):
    assert "Nothing was asked" not in read_pdf(replace(with_polls(plain_record, POLL), entries=()))


@pytest.mark.slow
def test_a_pdf_in_parts_has_them_once_at_its_end(plain_record, monkeypatch):
    monkeypatch.setattr(pdf, "WHOLE", 1_000)
    monkeypatch.setattr(pdf, "PART", 1_000)
    entries = tuple(
        replace(plain_record.entries[0], number=at, text=f"Is this number {at}?")
        for at in range(1, 9)
    )

    text = read_pdf(replace(with_polls(plain_record, POLL), entries=entries))

    assert text.count(ASKED) == 1
    assert text.index(ASKED) > text.index("Is this number 8?")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"people": 1}, "1 person answered · opened at 12:05"),
        ({"several": True}, "opened at 12:05 · more than one could be chosen"),
        ({"state": "away", "is_public": False}, "opened at 12:05 · put away"),
        ({"state": "open"}, "opened at 12:05 · still open"),
        ({"state": "open", "is_public": False}, "still open, results not shown yet"),
        ({"opened_at": STARTS - timedelta(days=1)}, "opened at 12:00 on 4 March 2026"),
    ],
)
def test_it_is_said_how_a_poll_stands(plain_record, values, words):
    record = with_polls(plain_record, replace(POLL, **values))

    for found in (read_html(record).html, read_markdown(record).html, read_pdf(record)):
        assert words in found


def test_what_is_right_is_said_where_it_was_shown(plain_record):
    options = (replace(SLURM, is_right=True), OptionTotal("PBS", 29, 71, is_right=False))
    record = with_polls(plain_record, replace(POLL, options=options))

    assert said(read_markdown(record)) == [f"{LINES[0]}, the right answer", LINES[1]]
    assert said(read_html(record)) == [f"{LINES[0]}, the right answer", LINES[1]]
    assert "12 of 41, 29 %, the right answer" in read_pdf(record)
    assert [row["right"].value for row in in_sheet(record)] == [True, False]
    for shown in (read_markdown, read_html, read_pdf):
        assert "right answer" not in str(shown(with_polls(plain_record, POLL)))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_does_nothing(plain_record, text):
    record = with_polls(
        plain_record, replace(POLL, text=text, options=(replace(SLURM, text=text),))
    )

    assert [(poll["text"], poll["options"][0]["option"]) for poll in in_json(record)] == [
        (text, text)
    ]
    [row] = in_sheet(record)
    for cell in (row["text"], row["option"]):
        assert (unescape(cell.value), cell.data_type, cell.hyperlink) == (text, "s", None)
    assert read_html(record).errors == []
    for page in (read_html(record), read_markdown(record)):
        assert "script" not in {element.tag for element in page.elements()}
        assert [text_of(found) for found in page.elements("h3")][-1] == text
        assert said(page) == [f"{text}: 12 of 41, 29 %"]
        assert page.links() == read_html(plain_record).links()
    written = made(record, markdown).decode()
    assert not [mark for mark in ("{{", "{%", "<!--", "{:") if mark in written]


@pytest.mark.slow
@pytest.mark.parametrize("text", [*HOSTILE[3:9], *HOSTILE[12:]])
def test_text_does_nothing_in_a_pdf(plain_record, text, monkeypatch):
    monkeypatch.setattr(
        "companion.exports.pdf_typesetting.installed_fonts",
        lambda: Fonts((*FIRST_FONTS, *LAST_FONTS), ()),
    )
    record = with_polls(
        plain_record, replace(POLL, text=text, options=(replace(SLURM, text=text),))
    )

    found = read_pdf(record).replace(" ", "")

    assert found.count(text.replace(" ", "")) == 2


def test_csv_is_of_questions_alone(plain_record):
    assert made(with_polls(plain_record, POLL), csv) == made(plain_record, csv)


def test_no_format_has_a_voter(taken, engine):
    make_poll(engine, {"Slurm": 1, "PBS": 0})
    record = taken()

    assert "poll-" not in repr(record.polls)
    for module in (json_format, markdown):
        assert "-0-0" not in made(record, module).decode()


def test_all_that_was_opened_is_exported_whatever_was_chosen_of_the_questions(taken, engine):
    make_poll(engine, {"Slurm": 1}, "Shown?")
    make_poll(engine, {"Slurm": 1}, "Not yet shown?", state=PollState.OPEN)
    make_poll(engine, {"Slurm": 1}, "Never?", state=PollState.DRAFT, opened_at=None)

    for choice in (Choice(), Choice(only="answered", comments=False)):
        found = taken(choice).polls
        assert [(poll.text, poll.is_public) for poll in found] == [
            ("Shown?", True),
            ("Not yet shown?", False),
        ]


def test_times_are_in_the_talks_zone(taken, engine, make_settings, folder):
    from tests.support.talks import read_programme, write_talk

    write_talk(folder, extra="timezone: Asia/Tokyo\n")
    make_poll(engine, {"Slurm": 1}, opened_at=STARTS)

    [poll] = taken(at=read_programme(make_settings()).find("talk")).polls

    assert poll.opened_at.isoformat() == "2026-03-05T21:00:00+09:00"
    assert poll.closed_at.isoformat() == "2026-03-05T21:01:00+09:00"


def test_what_has_no_sign_is_shown_by_one(taken, engine):
    make_poll(engine, {"Sl\x00urm": 1}, "Which\x07?")

    [poll] = taken().polls

    assert (poll.text, poll.options[0].text) == ("Which␇?", "Sl␀urm")


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_export_takes_one_more_query_however_many(engine, page, board, count):
    for _ in range(count):
        make_poll(engine, {"a": 1, "b": 2})
    with Session(engine) as session, counted_queries() as queries:
        record(session, page, Choice(), "", STARTS)

    assert len([query for query in queries if "ballot" in query]) == 1
    assert len(queries) == 7


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_moderators_get_them_in_files_and_nobody_else_does(app, engine, format):
    make_poll(engine, {"Slurm": 1}, state=PollState.OPEN)
    address = f"/talks/talk/export/{format}"

    with signed_in(app, Role.MODERATOR).get(address) as answer:
        assert answer.status_code == 200
    assert signed_in(app, Role.SPEAKER).get(address).status_code == 403

"""Exports over HTTP: who gets which rows, as what, and what is said when there is nothing."""

import csv
import io
import zipfile

import pypdf
import pytest

from companion.exports import EVERY_FORMAT, FORMATS, job
from companion.exports.fields import FIELDS
from companion.store.models import Role, Status
from tests.support.factories import make_question
from tests.support.pages import Browser, read_page
from tests.support.people import ADA
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow


def export(browser, path, status=200):
    answer = browser.get(f"/talks/talk/export/{path}")
    assert answer.status_code == status, answer.text
    answer.get_data()  # before it is closed
    answer.close()
    return answer


def statuses(answer) -> list[str]:
    return [row["status"] for row in csv.DictReader(io.StringIO(answer.text, newline=""))]


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR)


@pytest.fixture
def olga(app):
    return signed_in(app, Role.ORGANISER)


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_comes_as_a_file_of_its_name(grace, board, format):
    answer = export(grace, format)

    assert answer.mimetype == FORMATS[format].mime
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=talk-questions-v1.{format}"
    )
    assert int(answer.headers["Content-Length"]) == len(answer.data) > 100


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["answered", "open", "open", "merged"]),
        ("?comments=0", ["answered", "open", "merged"]),
        ("?only=open", ["open", "open"]),
        ("?only=answered", ["answered"]),
    ],
)
def test_a_choice_is_made_in_the_address(grace, board, query, expected):
    assert statuses(export(grace, f"csv{query}")) == expected


def test_what_was_declined_or_waits_is_for_organisers(grace, olga, board):
    refusal = read_page(export(grace, "csv?declined=1", 403), 403)
    assert "Only organisers" in refusal.html

    found = statuses(export(olga, "csv?declined=1"))
    assert found == ["answered", "open", "open", "waiting", "merged", "declined"]


def test_what_was_merged_while_it_waited_was_never_public(grace, olga, engine):
    kept = make_question(engine, "Why do bees dance?")
    for text, status in (("What is in a dance?", Status.OPEN), ("You dance!", Status.WAITING)):
        number = make_question(engine, text, status=status)
        grace.post(f"/talks/talk/desk/questions/{number}/merge", {"into": kept})

    assert statuses(export(grace, "csv")) == ["open", "merged"]
    assert statuses(export(olga, "csv?declined=1")) == ["open", "merged", "merged"]
    assert ["You dance!" in export(who, "md").text for who in (grace, olga)] == [False, False]
    assert "You dance!" in export(olga, "md?declined=1").text


def test_a_byte_order_mark_is_there_when_asked_for(grace):
    assert export(grace, "csv").data.startswith(b'"number",')
    assert export(grace, "csv?bom=1").data.startswith(b'\xef\xbb\xbf"number",')


def test_an_empty_board_is_an_empty_file(grace):
    assert export(grace, "csv").text == ",".join(f'"{name}"' for name in FIELDS) + "\r\n"


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_leads_back_to_nobody(app, engine, board, format):
    secrets = [ADA, "made-for-a-test", "somebody-", "key-of-talk"]
    with engine.connect() as connection:
        for table in ("question", "vote"):
            column = "author" if table == "question" else "voter"
            found = connection.exec_driver_sql(f"SELECT {column} FROM {table}")  # noqa: S608
            secrets += [value for (value,) in found]
    assert len(set(secrets)) == 8

    said = everything_in(export(signed_in(app, Role.ORGANISER), f"{format}?declined=1").data)

    assert "Is this off the topic?" in said
    assert [secret for secret in secrets if secret in said] == []


def everything_in(file: bytes) -> str:
    """Return all text of a file, that of its parts included."""
    parts = [file]
    if zipfile.is_zipfile(io.BytesIO(file)):
        archive = zipfile.ZipFile(io.BytesIO(file))
        parts += [archive.read(name) for name in archive.namelist()]
    if file.startswith(b"%PDF"):
        document = pypdf.PdfReader(io.BytesIO(file))
        parts += [page.extract_text().encode() for page in document.pages]
        parts.append(repr(document.metadata).encode())
    return b"\n".join(parts).decode(errors="replace")


def test_nobody_keeps_it_on_the_way(grace):
    answer = export(grace, "csv")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("exe", "There is no export as exe. There are: csv"),
        ("csv?only=mine", "either the open or the answered ones"),
    ],
)
def test_what_there_is_not_is_said(grace, path, words):
    assert words in read_page(export(grace, path, 404), 404).html


@pytest.mark.parametrize("path", ["talks/nothing/export/csv", "talks/nothing/export"])
def test_no_talk_no_export(grace, path):
    read_page(grace.get(f"/{path}"), 404)


def test_strangers_and_speakers_get_nothing(app):
    for browser in (Browser(app), signed_in(app, Role.SPEAKER)):
        for path in ("export", "export/csv"):
            read_page(browser.get(f"/talks/talk/{path}"), 403)


def test_a_file_that_takes_too_long_is_refused_in_words(grace, monkeypatch):
    monkeypatch.setattr(job, "PATIENCE", 0.0)
    monkeypatch.setattr(job, "LEAST", 0.0)

    answer = export(grace, "csv", 503)

    assert "takes too long" in read_page(answer, 503).html
    assert answer.headers["Retry-After"]


def test_the_page_offers_every_format_and_to_organisers_all_rows(grace, olga):
    pages = [browser.page("/talks/talk/export") for browser in (grace, olga)]

    for page in pages:
        found = [button.get("formaction") for button in page.elements("button")]
        assert found == [f"/talks/talk/export/{format}" for format in EVERY_FORMAT]
    assert ["declined" in page.html for page in pages] == [False, True]

"""The poster: one page of A4 with all that brings people to the board, and nothing secret."""

from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from companion.exports.poster import Poster, write
from companion.store.models import Role
from tests.support.clock import DURING
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
POSTER = Poster(
    title="A talk about bees",
    speaker="Grace Hopper",
    when="Thursday 5 March 2026, 12:00–13:00 (London)",
    place="Lecture theatre 3",
    series="Talks",
    url="https://qa.example.org/j/ABC123",
    short="qa.example.org/j/ABC123",
)


def read(poster: Poster) -> pypdf.PdfReader:
    out = BytesIO()
    write(poster, DURING.replace(microsecond=7), out)
    return pypdf.PdfReader(out)


def test_it_is_one_page_that_says_what_when_and_how_to_ask():
    made = read(POSTER)

    [page] = made.pages
    text = " ".join(page.extract_text().split())
    for said in (POSTER.title, POSTER.speaker, POSTER.when, POSTER.place, POSTER.short):
        assert said in text
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert made.metadata.title == POSTER.title
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    "title",
    ["W" * 900, "long " * 300, "#strong[x] <b>$ \\ `", "שלום 🐝", "\N{VULGAR FRACTION ONE HALF}"],
)
def test_whatever_a_title_is_it_stays_one_page_and_is_text(title):
    made = read(replace(POSTER, title=title, speaker=title, place=title))

    [page] = made.pages
    assert POSTER.short in page.extract_text()
    if title.startswith("#"):
        assert "#strong[x] <b>$ \\ `" in page.extract_text()


def test_the_page_and_the_file_say_the_same(make_app, folder):
    write_talk(folder, extra="speaker: Grace Hopper\ninstitute: Navy\nlocation: Room 5\n")
    grace = signed_in(make_app(), Role.MODERATOR)

    page = grace.page("/talks/talk/poster")
    answer = grace.get("/talks/talk/poster.pdf")

    shown = page.text("main")
    assert answer.mimetype == "application/pdf"
    assert "talk-poster.pdf" in answer.headers["Content-Disposition"]
    [sheet] = pypdf.PdfReader(BytesIO(answer.get_data())).pages
    answer.close()
    text = " ".join(sheet.extract_text().split())
    for said in ("A talk about bees", "Grace Hopper, Navy", "Room 5", ":8000/j/"):
        assert said in shown
        assert said in text
    assert "/enter" not in page.html


def test_a_talk_without_a_board_has_no_poster(make_app, folder):
    write_talk(folder, extra="board: false\n")

    assert signed_in(make_app(), Role.ORGANISER).get("/talks/talk/poster").status_code == 404

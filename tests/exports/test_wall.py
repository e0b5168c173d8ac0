"""The wall as a file: what is on it, where, and what never is."""

import csv
import io
import re
from datetime import timedelta

import pypdf
import pytest
from PIL import Image
from sqlalchemy.orm import Session

from companion.board.wall import INBOX
from companion.exports import WALL_FORMATS, wall
from companion.exports.dataset import Choice
from companion.exports.wall import EVERYTHING, Shown
from companion.store.models import Role
from tests.exports.test_route import everything_in, export
from tests.support.clock import STARTS
from tests.support.factories import make_question
from tests.support.pages import Browser, read_page
from tests.support.sign_in import signed_in
from tests.support.walls import draw, make_cluster, make_wall, put

pytestmark = pytest.mark.slow
URL = "https://qa.example.org/talks/talk"
COVERED_AND_BARE = (130, 410), (560, 580)  # in a note that a cluster covers, and in that cluster
PRIVATE = ("Is this still to be read?", "Is this off the topic?", "Shall I take this back?")


@pytest.fixture
def read(engine, page):
    """Return what reads the wall as it is now."""

    def read_wall(choice=Choice()):  # noqa: B008 (it never changes)
        with Session(engine) as session:
            return wall.record(session, page, choice, URL, STARTS + timedelta(days=1))

    return read_wall


@pytest.fixture
def written(read):
    """Return what writes the wall as it is now."""

    def write(format, shown=EVERYTHING, choice=Choice()):  # noqa: B008 (as above)
        out = io.BytesIO()
        WALL_FORMATS[format].write(read(choice), shown, out)
        return out.getvalue()

    return write


@pytest.fixture
def arranged(engine, board):
    """Return a board of which every kind of question has a place, most of them in a cluster."""
    senses = make_cluster(engine, "The senses", 100, 200)
    make_cluster(engine, "Put away", is_gone=True)
    for number, name in enumerate(board):
        put(engine, board[name], 10, 20 * number, "yellow" if number else "", senses)
    put(engine, board["comment"], 900, 10, "blue")
    return board


def text_of(pdf: bytes) -> str:
    """Return the words on the only page of a PDF."""
    [page] = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


def size_of(picture: bytes) -> tuple[int, int]:
    """Return how wide and high a PNG is."""
    assert picture.startswith(b"\x89PNG")
    return int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])


def test_only_what_everybody_sees_is_on_it_whoever_asks(read, arranged):
    found = read(Choice(declined=True))

    on_it = {entry.number for entry in (*found.notes, *found.unplaced)}
    assert on_it == {arranged["answered"], arranged["open"], arranged["comment"]}
    assert [cluster.title for cluster in found.clusters] == ["The senses"]


def test_a_note_is_where_it_is_on_the_wall_whatever_carries_it(read, arranged):
    spots = {entry.number: entry.spot for entry in read().notes}

    assert (spots[arranged["answered"]].x, spots[arranged["answered"]].y) == (110, 200)
    assert (spots[arranged["open"]].x, spots[arranged["open"]].y) == (110, 220)
    assert (spots[arranged["comment"]].x, spots[arranged["comment"]].y) == (900, 10)


def test_a_cluster_that_is_gone_carries_nothing(read, engine, board):
    put(engine, board["open"], 5, 6, cluster=make_cluster(engine, "Gone", 100, 100, is_gone=True))

    [note] = read().notes
    assert (note.spot.cluster, note.spot.x, note.spot.y) == (None, 5, 6)


def test_markdown_has_clusters_as_headings_and_unplaced_notes_last(written, engine, arranged):
    make_question(engine, "Who has not placed this?")

    said = written("wall.md").decode()

    assert (
        said.index("## The senses") < said.index("## In no cluster") < said.index("## Not placed")
    )
    listed = re.findall(r"^- .*$", said, re.MULTILINE)
    assert listed == [
        "- How do bees find home? (answered · from Ada · 3 votes)",
        "- Why do bees dance? (asked by 2 people · 2 votes · `yellow`)",
        "- There is a book on this. (comment · 1 vote · `blue`)",
        "- Who has not placed this? (0 votes)",
    ]
    assert "Put away" not in said


def test_markdown_has_clusters_without_notes_and_what_marks_say(written, engine, arranged):
    make_cluster(engine, "Still empty")
    draw(engine, "10 20 5 5", caption="An *arrow* to bees")
    draw(engine, "10 20 5 5")
    draw(engine, "10 20 5 5", caption="Erased", is_gone=True)

    said = written("wall.md").decode()

    assert "\n\n## Still empty\n\n" in said
    assert said.endswith("## Marks\n\n- An \\*arrow\\* to bees\n")
    assert "Erased" not in said


def test_a_cluster_without_a_title_has_a_heading_all_the_same(written, engine, board):
    put(engine, board["open"], 10, 10, cluster=make_cluster(engine, ""))

    assert "## Without a title\n\n- Why do bees dance?" in written("wall.md").decode()
    assert written("wall.pdf").startswith(b"%PDF")


def test_names_votes_and_comments_are_left_out_if_wanted(written, arranged):
    said = written("wall.md", Shown(names=False, votes=False), Choice(comments=False)).decode()

    assert "Ada" not in said
    assert "vote" not in said
    assert "There is a book" not in said
    assert "- Why do bees dance? (asked by 2 people · `yellow`)" in said


def test_a_pdf_is_one_page_whose_text_can_be_read(written, arranged):
    [page] = pypdf.PdfReader(io.BytesIO(written("wall.pdf"))).pages
    text = " ".join(page.extract_text().split())

    for said in ("The senses", "2 notes · 5 votes", "How do bees find home?", "Ada", "1 vote", URL):
        assert said in text
    bare = written("wall.pdf", Shown(names=False, votes=False))
    assert not re.search(r"Ada|vote", pypdf.PdfReader(io.BytesIO(bare)).pages[0].extract_text())


def test_a_picture_fits_what_is_on_it(written, engine, board):
    put(engine, board["open"], 3_000, 4_000)
    alone = size_of(written("wall.png"))
    put(engine, board["answered"], 2_000, 4_000)

    wide = size_of(written("wall.png"))

    assert alone[0] < 2_000
    assert wide[0] - 2 * 1_000 == pytest.approx(2 * (80 + 208 + 8), abs=4)


def test_a_wall_as_large_as_can_be_is_a_picture_that_can_be_opened(written, engine, board):
    put(engine, board["open"], 0, 0)
    put(engine, board["answered"], 20_000, 20_000)

    width, height = size_of(written("wall.png"))
    [page] = pypdf.PdfReader(io.BytesIO(written("wall.pdf"))).pages

    assert width * height < 14_000_000
    assert max(page.mediabox.width, page.mediabox.height) <= 14_400


def test_what_was_drawn_is_on_it_with_its_words_and_what_was_erased_is_not(written, engine, board):
    put(engine, board["open"], 100, 100)
    bare = size_of(written("wall.png"))
    draw(engine, "1500 100 0 300", "Ask this first")
    draw(engine, "4000 100 0 300", "Erased", is_gone=True)

    assert size_of(written("wall.png"))[0] == pytest.approx(bare[0] + 2 * 853, abs=4)
    assert b"Erased" not in written("wall.pdf")


def test_a_caption_stands_below_and_notes_that_wait_do_too(written, engine, board):
    put(engine, board["open"], 100, 100)
    draw(engine, "1500 100 0 300", "Ask this first")

    said = text_of(written("wall.pdf"))

    assert "1 Ask this first Not placed yet" in said
    assert said.index("Not placed yet") < said.index("How do bees find home?")


def test_of_many_notes_that_wait_the_first_are_listed_and_the_others_counted(written, engine):
    for number in range(INBOX + 3):
        make_question(engine, f"Which bee is number {number}?")

    said = text_of(written("wall.pdf"))

    assert said.count("Which bee is") == INBOX
    assert "and 3 more notes" in said


def test_a_cluster_covers_what_is_behind_it_and_has_its_own_notes_above(written, engine, board):
    behind, before = make_cluster(engine, "Behind", 0, 0), make_cluster(engine, "Before", 100, 50)
    put(engine, board["comment"], 150, 150, "red")
    put(engine, board["open"], 120, 400, "yellow", behind)
    put(engine, board["answered"], 20, 20, "blue", before)

    said = text_of(written("wall.pdf"))
    picture = Image.open(io.BytesIO(written("wall.png"))).convert("RGB")

    ordered = "Behind", "Why do bees dance?", "Before", "How do bees find home?", "There is a book"
    assert sorted(ordered, key=said.index) == list(ordered)
    covered, bare = (picture.getpixel((2 * (40 + x), 2 * (40 + y))) for x, y in COVERED_AND_BARE)
    assert covered == bare


def test_fields_reach_as_far_as_what_is_on_them(written, engine, board):
    make_wall(engine, background="fields", across="Effort", up="Value")
    put(engine, board["open"], 100, 100)

    [page] = pypdf.PdfReader(io.BytesIO(written("wall.pdf"))).pages

    assert 1_200 < page.mediabox.width < 1_700


def test_four_fields_are_there_with_their_axes_however_few_notes_there_are(written, engine):
    make_wall(engine, background="fields", across="Effort", up="القيمة")

    [page] = pypdf.PdfReader(io.BytesIO(written("wall.pdf"))).pages

    assert "Effort" in page.extract_text()
    assert (round(page.mediabox.width), page.mediabox.height > 1_600) == (2_480, True)


@pytest.mark.parametrize("background", ["dots", "picture"])
def test_no_background_is_in_the_way(written, engine, background):
    make_wall(engine, background=background)

    assert all(size_of(written("wall.png")))


def test_an_empty_wall_says_so(written):
    [page] = pypdf.PdfReader(io.BytesIO(written("wall.pdf"))).pages

    assert "Nothing is on the wall yet." in page.extract_text()
    assert written("wall.md").decode().startswith("# A talk about bees")


@pytest.mark.parametrize(
    "text",
    ["#strong[x] <b>$ \\ ` &amp;", "שלום 🐝 למה?", "W" * 300, "蜂はどうやって", "\x00\x1b[31m"],
)
def test_whatever_somebody_wrote_is_text(written, engine, text):
    number = make_question(engine, text)
    put(engine, number, 10, 10, cluster=make_cluster(engine, text[:60]))

    [page] = pypdf.PdfReader(io.BytesIO(written("wall.pdf"))).pages

    if text.startswith("#"):
        assert "#strong[x] <b>$ \\" in page.extract_text()
    assert size_of(written("wall.png"))[0] < 2_000
    assert b"<script" not in written("wall.svg")


def test_columns_say_where_each_note_is(app, arranged):
    rows = csv.DictReader(
        io.StringIO(export(signed_in(app, Role.ORGANISER), "csv?declined=1").text)
    )
    columns = [[row[name] for name in ("status", "cluster", "colour", "x", "y")] for row in rows]

    assert columns == [
        ["answered", "The senses", "", "110", "200"],
        ["open", "The senses", "yellow", "110", "220"],
        ["open", "", "blue", "900", "10"],
        ["waiting", "", "", "", ""],
        ["merged", "", "", "", ""],
        ["declined", "", "", "", ""],
    ]


def test_json_has_what_the_notes_are_on(app, engine, arranged):
    make_wall(engine, background="fields", across="Effort", up="Value")

    found = export(signed_in(app, Role.MODERATOR), "json").json["wall"]

    assert (found["background"], found["across"], found["up"]) == ("fields", "Effort", "Value")
    area = {"x": 100, "y": 200, "width": 480, "height": 560}
    assert found["clusters"] == [{"number": 1, "title": "The senses", **area, "colour": "green"}]


@pytest.mark.parametrize("format", WALL_FORMATS)
def test_it_comes_as_a_file_and_holds_nothing_private(app, arranged, format):
    answer = export(signed_in(app, Role.ORGANISER), f"{format}?declined=1")

    _, _, ending = format.partition(".")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=talk-wall.{ending}"
    assert answer.mimetype == WALL_FORMATS[format].mime
    assert [text for text in PRIVATE if text in everything_in(answer.data)] == []


def test_strangers_and_speakers_get_none(app):
    for browser in (Browser(app), signed_in(app, Role.SPEAKER)):
        read_page(browser.get("/talks/talk/export/wall.svg"), 403)


def test_moderators_find_them_on_the_wall_and_others_do_not(app, engine):
    make_question(engine)
    grace = signed_in(app, Role.MODERATOR).page("/talks/talk/wall")

    for format in WALL_FORMATS:
        assert f"/talks/talk/export/{format}" in grace.html
    assert "/export/" not in Browser(app).page("/talks/talk/wall").html

"""What is exported here can be brought in elsewhere, and says the same."""

import io

import pytest

from companion.errors import Refused
from companion.exports import FORMATS
from companion.exports.dataset import Choice
from companion.imports import decoded, read
from companion.store.models import Kind, Status
from tests.support.clock import STARTS
from tests.support.factories import make_question
from tests.support.poll_rows import make_poll
from tests.support.walls import make_cluster, put

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


def reading_of(taken, format: str, choice: Choice):
    out = io.BytesIO()
    FORMATS[format].write(taken(choice), out)
    return read(decoded(out.getvalue()).text)


def brought(taken, format: str, choice: Choice):
    return reading_of(taken, format, choice).rows


@pytest.fixture
def board(engine):
    for text in WICKED:
        make_question(engine, text, detail="Two\nlines, with = and - and |.", name="Ada Lovelace")
    make_question(engine, "There is a book on this.", kind=Kind.COMMENT)


@pytest.mark.parametrize("format", ["csv", "json"])
def test_what_columns_say_comes_back_as_it_was(taken, board, format):
    rows = brought(taken, format, Choice())

    assert [(row.text, row.detail, row.name, row.kind) for row in rows] == [
        *((text, "Two\nlines, with = and - and |.", "Ada Lovelace", "question") for text in WICKED),
        ("There is a book on this.", "", "", "comment"),
    ]


@pytest.mark.parametrize("format", ["csv", "json"])
def test_what_was_hidden_there_is_known_to_be(taken, engine, format):
    for status in (Status.OPEN, Status.WAITING, Status.DECLINED):
        make_question(engine, status=status)

    said = [row.status for row in brought(taken, format, Choice(declined=True))]

    assert said == ["open", "waiting", "declined"]


def test_json_says_what_is_not_taken_over(taken, board, engine, change):
    detail = "Is it `the sun`? https://bees.example.org/sun?a=1&b=_2_ says so."
    answered = make_question(engine, "How do bees find home?", detail=detail)
    change(answered, status=Status.ANSWERED, answered_at=STARTS, answer="- It is.\n\n### Really")

    reading = reading_of(taken, "json", Choice())

    assert (reading.shape, reading.has_names, reading.has_votes) == ("export", True, True)
    assert {"votes", "answer", "labels"} < set(reading.left_out)
    assert (reading.rows[0].text, reading.rows[0].detail) == ("How do bees find home?", detail)


def test_polls_stay_where_they_were_and_json_says_so(taken, board, engine):
    assert "polls" not in reading_of(taken, "json", Choice()).left_out
    make_poll(engine, {"Slurm": 1, "PBS": 2})

    reading = reading_of(taken, "json", Choice())

    assert "polls" in reading.left_out
    assert len(reading.rows) == len(WICKED) + 1


def test_what_is_exported_for_reading_is_refused_in_words(taken, board):
    with pytest.raises(Refused, match="JSON or CSV"):
        brought(taken, "md", Choice())


def test_clusters_come_back_whatever_they_are_called(taken, engine):
    titles = "Bees", "", "Bees", ""
    for number, title in enumerate(titles):
        area = make_cluster(engine, title, x=600 * number)
        put(engine, make_question(engine), 20, 130, cluster=area)
    put(engine, make_question(engine), 5, 900)

    wall = reading_of(taken, "json", Choice()).wall

    assert [cluster.title for cluster in wall.clusters] == list(titles)
    spots = [(spot.cluster, spot.x, spot.y) for _, spot in sorted(wall.spots.items())]
    assert spots == [*((n, 600 * n + 20, 130) for n in range(4)), (None, 5, 900)]

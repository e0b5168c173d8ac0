"""How a talk was rated leaves as totals, for organisers alone; nobody's rating ever does."""

import io
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from companion.exports import FORMATS
from companion.exports.dataset import Choice
from companion.store.models import Role, Talk
from companion.store.rating import Rating
from tests.exports.test_json import VALIDATOR, read
from tests.support.sign_in import signed_in

RATED = Choice(rated=True)
LINE = "More about knees, please."


def rate(engine, people: int, **said: object) -> None:
    """Have so many people have rated the talk."""
    with Session(engine) as session, session.begin():
        talk = session.query(Talk).one()
        before = session.query(Rating).count()
        for number in range(before, before + people):
            session.add(Rating(talk_id=talk.id, author=f"author-{number}", **said))


@pytest.fixture(autouse=True)
def _rated(engine, board) -> None:
    """Have five people have rated the talk, three of whom said something of its depth."""
    rate(engine, 3, worth=4, depth=2, line=LINE)
    rate(engine, 2, worth=1)


def test_json_has_totals_alone(taken):
    document = read(taken(RATED))

    worth = {"not_at_all": 2, "hardly": 0, "partly": 0, "mostly": 3, "very_much": 0}
    assert document["rating"] == {"people": 5, "worth": worth, "depth": None}
    assert LINE not in json.dumps(document)
    assert "author-" not in json.dumps(document)


def test_a_workbook_has_a_sheet_of_totals(engine, taken):
    rate(engine, 2, depth=3)
    out = io.BytesIO()
    FORMATS["xlsx"].write(taken(RATED), out)

    sheet = load_workbook(out)["Rating"]

    rows = [tuple(cell.value for cell in row) for row in sheet]
    assert rows[0] == ("question", "answer", "people")
    assert rows[1] == ("worth", "not_at_all", 2)
    assert rows[6:] == [
        ("depth", "too_easy", 0),
        ("depth", "just_right", 3),
        ("depth", "too_hard", 2),
    ]


def test_of_too_few_there_is_nothing(engine, taken):
    with Session(engine) as session, session.begin():
        session.delete(session.query(Rating).first())

    document = read(taken(RATED))
    VALIDATOR.validate(document)

    assert "rating" not in document
    out = io.BytesIO()
    FORMATS["xlsx"].write(taken(RATED), out)
    assert load_workbook(out).sheetnames == ["Questions", "Talk"]


def test_whoever_does_not_ask_for_it_gets_nothing(taken):
    assert taken().rating is None
    assert "rating" not in read(taken())


@pytest.mark.parametrize(("role", "is_there"), [(Role.MODERATOR, False), (Role.ORGANISER, True)])
def test_an_organisers_file_has_it_and_a_moderators_has_not(app, role, is_there):
    with signed_in(app, role).get("/talks/talk/export/json") as file:
        assert ("rating" in json.loads(file.data)) is is_there


def test_what_is_published_says_nothing_of_it(app):
    olga = signed_in(app, Role.ORGANISER)

    page = olga.page("/talks/talk/publish").html

    assert LINE not in page
    assert "Mostly" not in page

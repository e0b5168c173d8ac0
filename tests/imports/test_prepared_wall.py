"""A prepared wall brought in with its questions: read whole, put up once, below what is there."""

import json
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from companion import imports
from companion.board.events import WallArranged
from companion.errors import Refused
from companion.store.models import Question, Role, Status
from companion.store.wall import Wall, WallCluster, WallPlace
from tests.support.databases import on_both_databases
from tests.support.factories import make_question
from tests.support.pages import Browser, read_page
from tests.support.sign_in import signed_in
from tests.support.walls import make_cluster, put

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "walls"
IMPORT = "/talks/talk/import"
TOKEN = "token-of-the-test"
GOOD = {"title": "What went well", "x": 100, "y": 200, "width": 500, "height": 600}
ASKED = {"text": "Which of these do we keep?"}


def written(clusters=(), questions=(), **wall) -> str:
    return json.dumps({"wall": {"clusters": list(clusters), **wall}, "questions": list(questions)})


def bring(grace, text, token=TOKEN, *, but=()):
    reading = imports.read(text)
    drafts = [
        imports.draft_of(found, imports.RowDefaults(), token)
        for found in reading.rows
        if found.number not in but
    ]
    return grace.do(imports.add, drafts, Status.OPEN, imports.planned_wall(reading, token))


def places(engine):
    with Session(engine) as session:
        found = session.query(WallPlace, Question).join(Question).order_by(Question.id)
        return [(row.text, place.x, place.y, place.colour) for place, row in found]


def clusters(engine):
    with Session(engine) as session:
        found = session.query(WallCluster).order_by(WallCluster.id)
        return [(row.title, row.x, row.y, row.width, row.height, row.colour) for row in found]


@on_both_databases
def test_clusters_and_notes_go_where_the_file_says(grace, engine):
    bring(
        grace,
        written(
            [GOOD | {"colour": "green"}],
            [
                ASKED | {"cluster": "What went well", "x": 120, "y": 330, "colour": "yellow"},
                {"text": "And where is this one?", "x": 900, "y": 20},
                {"text": "Is this one nowhere yet?", "colour": "red"},
                {"text": "Has this one no spot at all?"},
            ],
        ),
    )

    assert clusters(engine) == [("What went well", 100, 200, 500, 600, "green")]
    assert places(engine)[:3] == [
        ("Which of these do we keep?", 20, 130, "yellow"),
        ("And where is this one?", 900, 20, ""),
        ("Is this one nowhere yet?", None, None, "red"),
    ]


def test_a_long_row_of_clusters_is_broken_into_lines(grace, engine):
    bring(grace, written([{"title": f"Cluster {n}", "width": 300} for n in range(100)]))

    found = clusters(engine)
    assert len(found) == 100
    assert max(x + width for _, x, _, width, *_ in found) <= 2_400
    assert len({(x, y) for _, x, y, *_ in found}) == 100
    assert [(x, y) for _, x, y, *_ in found[:2]] == [(24, 24), (348, 24)]
    assert found[7][1:3] == (24, 24 + found[0][4] + 16)


def test_what_has_no_place_goes_where_what_has_one_leaves_room(grace, engine):
    bring(grace, written([{"title": "One"}, GOOD | {"x": 24, "y": 24}, {"title": "Two"}]))

    one, good, two = (x for _, x, *_ in clusters(engine))
    assert (good, one) == (24, 24 + 500 + 24)
    assert two > one


def test_an_import_never_goes_past_what_a_wall_holds(grace, engine):
    for number in range(99):
        make_cluster(engine, f"Cluster {number}")
    make_cluster(engine, "Gone", is_gone=True)

    with pytest.raises(Refused, match="The wall holds 100 clusters"):
        bring(grace, written([GOOD, {"title": "Another"}]))

    assert len(clusters(engine)) == 100
    bring(grace, written([GOOD]))
    assert len(clusters(engine)) == 101


def test_what_has_no_place_is_laid_side_by_side(grace, engine):
    notes = [{"text": f"What is it with number {n}?", "cluster": "One"} for n in range(4)]
    bring(grace, written([{"title": "One"}, {"title": "Two"}], notes))

    (_, x, y, width, height, _), (_, beside, same, *_) = clusters(engine)
    assert (y, same) == (24, 24)
    assert beside >= x + width
    spots = [(left, top) for _, left, top, _ in places(engine)]
    assert len(set(spots)) == 4
    assert all(left + 208 <= width and top < height for left, top in spots)


def test_it_goes_below_what_is_there_and_is_told_once(grace, engine, listener):
    make_cluster(engine, "Before", 0, 1_000)
    put(engine, make_question(engine), 10, 4_000)

    bring(grace, written([GOOD], [ASKED | {"cluster": "What went well"}]))

    _, (_, _, y, *_) = clusters(engine)
    assert y > 4_200
    assert [type(event) for event in listener.heard()].count(WallArranged) == 1


def test_sent_twice_it_is_there_once(grace, engine):
    text = written([GOOD], [ASKED | {"cluster": "What went well"}])

    bring(grace, text)
    bring(grace, text)

    assert len(clusters(engine)) == len(places(engine)) == 1


def test_what_is_not_ticked_is_not_placed(grace, engine):
    bring(grace, written([GOOD], [ASKED | {"x": 1, "y": 1}]), but={1})

    assert len(clusters(engine)) == 1
    assert places(engine) == []


def test_a_background_is_taken_where_there_is_none(grace, engine):
    bring(grace, written(background="fields", across="Effort", up="Value"))
    bring(grace, written(background="dots"), token="another-token-of-the-test")

    with Session(engine) as session:
        [wall] = session.query(Wall)
        assert (wall.background, wall.across, wall.up) == ("fields", "Effort", "Value")


def test_a_wall_without_room_below_is_left_as_it_was(grace, engine):
    make_cluster(engine, "Before", 0, 19_900)

    with pytest.raises(Refused, match="no room for that below"):
        bring(grace, written([GOOD], [ASKED]))

    assert [title for title, *_ in clusters(engine)] == ["Before"]


@pytest.mark.parametrize(
    ("wall", "words"),
    [
        ([], "“wall” is no object"),
        ({"background": "stars"}, "The wall: there is no such background"),
        ({"across": "long " * 13}, "The wall: say in at most 60 characters"),
        ({"up": 7}, "The wall: say in at most 60 characters"),
        ({"clusters": {}}, "has to be a list of at most 100"),
        ({"clusters": [GOOD] * 101}, "has to be a list of at most 100"),
        ({"clusters": ["One"]}, "has to be a list of at most 100"),
        ({"clusters": [GOOD, {"title": "W" * 61}]}, "Cluster 2: Say its “title”"),
        ({"clusters": [GOOD | {"x": -1}]}, "Cluster 1: Give “x” as a whole number from 0 to"),
        ({"clusters": [GOOD | {"y": 20_001}]}, "Cluster 1: Give “y”"),
        ({"clusters": [GOOD | {"width": 39}]}, "“width” as a whole number from 40 to 20000"),
        ({"clusters": [GOOD | {"height": "600"}]}, "Cluster 1: Give “height”"),
        ({"clusters": [GOOD | {"width": True}]}, "Cluster 1: Give “width”"),
        ({"clusters": [{"title": "One", "x": 1}]}, "Cluster 1: Give both “x” and “y”"),
        ({"clusters": [GOOD | {"colour": "mauve"}]}, "Cluster 1: Choose as “colour” one of yellow"),
    ],
)
def test_what_is_wrong_with_a_wall_is_said_with_its_place(wall, words):
    with pytest.raises(Refused) as refusal:
        imports.read(json.dumps({"wall": wall, "questions": [ASKED]}))

    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("spot", "words"),
    [
        ({"cluster": "Another"}, "Name as “cluster” one"),
        ({"cluster": ["One"]}, "Name as “cluster” one"),
        ({"x": 1}, "both “x” and “y”"),
        ({"x": 1, "y": 1.5}, "“y” as a whole number"),
        ({"colour": "mauve"}, "Choose as “colour” one of yellow"),
        ({"colour": ["red"]}, "Choose as “colour” one of yellow"),
    ],
)
def test_what_is_wrong_with_a_notes_spot_is_said_at_its_row(spot, words):
    good, bad = imports.read(written([GOOD], [ASKED, ASKED | spot])).rows

    assert not good.problem
    assert words in bad.problem


def test_json_without_a_wall_brings_none():
    assert imports.read(json.dumps({"questions": [ASKED]})).wall is None


def looked(grace: Browser, name: str) -> dict[str, object]:
    """Return the form that adds what an example holds, as it is shown; all rows are ticked."""
    text = (EXAMPLES / f"{name}.json").read_text()
    answer = grace.post(IMPORT, {"do": "look", "text": text})
    form = read_page(answer, 200).form_to("/import")
    return {**form.fields, "rows": ["1", "2", "3", "4"], "do": "add"}


@pytest.mark.parametrize("name", ["retro", "panel"])
def test_the_examples_are_put_up_by_the_page(app, engine, name):
    grace = signed_in(app, Role.MODERATOR)

    answer = grace.post(IMPORT, looked(grace, name))

    assert "/talks/talk/wall?" in answer.headers["Location"]
    assert len(places(engine)) == 4
    assert len(clusters(engine)) == (4 if name == "retro" else 0)
    page = Browser(app).page("/talks/talk/wall")
    assert all(question in page.html for question, *_ in places(engine))


def test_the_wall_can_be_left_out(app, engine):
    grace = signed_in(app, Role.MODERATOR)
    form = looked(grace, "retro")
    assert form.pop("wall") == "1"

    answer = grace.post(IMPORT, form)

    assert "/talks/talk/moderate?" in answer.headers["Location"]
    assert clusters(engine) == places(engine) == []


def test_a_wall_without_notes_is_enough(app, engine):
    grace = signed_in(app, Role.MODERATOR)
    shown = read_page(grace.post(IMPORT, {"do": "look", "text": written([GOOD])}), 200)
    form = shown.form_to("/import").fields

    grace.post(IMPORT, {**form, "do": "add"})

    assert [title for title, *_ in clusters(engine)] == ["What went well"]


def test_a_number_that_no_cluster_has_is_said_at_its_row():
    text = written(
        [GOOD | {"number": 7}], [ASKED | {"cluster_number": 8, "cluster": GOOD["title"]}]
    )

    [row] = imports.read(text).rows

    assert str(row.problem).startswith("Give as “cluster_number” the “number” of one")

"""Marks on the wall's pages: what they show to whom, and who may draw, erase and caption."""

import pytest
import sqlalchemy as sa

from companion.store.models import Role
from companion.store.wall import WallStroke
from tests.support.clock import STARTS
from tests.support.factories import count_rows, make_question
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in

WALL = "/talks/talk/wall"
MARKS = f"{WALL}/marks"
LINE = {"tool": "pen", "colour": "red", "width": "thin", "points": "10 20 5 5 5 -5"}


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def draw(browser, key: str = "a-key-of-its-own", **wish):
    return browser.post_part(MARKS, LINE | {"key": key} | wish)


def switch(browser, **wish: str) -> None:
    assert browser.post_part("/talks/talk/desk/switches", wish).status_code == 200


def shapes(page) -> list[str]:
    return [path.get("d") for path in page.classed("mark")]


def test_what_is_drawn_everybody_finds_on_the_wall(grace, stranger):
    answer = draw(grace)

    assert answer.json == {"id": 1, "change": 1, "revision": 1}
    path = stranger.page(WALL).element("mark-1")
    assert path.get("d") == "M10 20L12.5 22.5Q15 25 17.5 22.5L20 20"
    shown = [path.get(name) for name in ("data-tool", "data-colour", "stroke-width", "style")]
    assert shown == ["pen", "red", "3", None]
    told = stranger.get(f"{WALL}/places?since=0").json
    assert told["strokes"] == [[1, "pen", "red", 3, "10 20 5 5 5 -5", ""]]
    assert stranger.get(f"{WALL}/places?since=1").status_code == 204


def test_a_wall_without_new_marks_says_nothing_of_any(grace, stranger, engine):
    question = make_question(engine)
    draw(grace)
    grace.post_part(f"{WALL}/notes/{question}", {"x": 1, "y": 1})

    assert "strokes" not in stranger.get(f"{WALL}/places?since=1").json


def test_the_same_mark_sent_twice_is_one(grace, engine):
    assert draw(grace).json == draw(grace).json
    assert count_rows(engine, WallStroke) == 1


# Who may draw, by the desk's two switches; all are answered the same whatever they send.
MAY = {
    ("moderator", "off", "staff"): True,
    ("moderator", "shown", "staff"): True,
    ("speaker", "off", "all"): False,
    ("speaker", "shown", "staff"): True,
    ("speaker", "open", "all"): True,
    ("attendee", "off", "all"): False,
    ("attendee", "open", "staff"): False,
    ("attendee", "shown", "all"): True,
    ("attendee", "open", "all"): True,
}


@pytest.mark.parametrize(("who", "mode", "pen"), MAY)
def test_who_may_draw_and_who_may_not(app, ada, grace, stranger, who, mode, pen):
    switch(grace, wall=mode, wall_pen=pen)
    browser = ada if who == "attendee" else signed_in(app, Role(who))
    is_let = MAY[who, mode, pen]

    page, answer = browser.page(WALL), draw(browser)

    assert answer.status_code == (200 if is_let else 422)
    assert bool(page.classed("pens")) is is_let
    assert len(shapes(grace.page(WALL))) == int(is_let)
    has_laser = 'value="laser"' in page.html
    assert has_laser is (is_let and who != "attendee")


def test_with_approve_first_on_nobody_but_staff_draws(ada, grace, stranger):
    switch(grace, wall_pen="all", approve_first="1")

    answer = draw(ada)

    assert answer.status_code == 422
    assert "A moderator reads what you write first" in answer.text
    assert not ada.page(WALL).classed("pens")
    assert draw(grace, key="graces-own-key").status_code == 200


def test_attendees_erase_and_put_back_their_own_alone(ada, bob, grace, stranger):
    switch(grace, wall_pen="all")
    adas = draw(ada).json
    graces = draw(grace, key="graces-own-key").json

    assert ada.post_part(f"{MARKS}/{graces['id']}/erase").status_code == 422
    assert bob.post_part(f"{MARKS}/{adas['id']}/erase").status_code == 422
    assert bob.post_part(f"{MARKS}/put-back", {"change": adas["change"]}).status_code == 422
    assert len(shapes(stranger.page(WALL))) == 2
    undone = ada.post_part(f"{MARKS}/put-back", {"change": adas["change"]})
    assert undone.json["id"] == adas["id"]
    assert len(shapes(stranger.page(WALL))) == 1
    assert ada.post_part(f"{MARKS}/999/erase").status_code == 422


def test_captions_are_listed_for_everybody_and_marks_without_one_for_moderators(
    grace, ada, stranger
):
    draw(grace)
    draw(grace, key="another-key-here", colour="blue")

    grace.post_part(f"{MARKS}/1/caption", {"caption": "An <b>arrow</b>"})

    page = stranger.page(WALL)
    assert page.text("wall-marks") == "Marks An <b>arrow</b> Pen, red"
    assert "Grace" not in page.html
    listed = grace.page(WALL).text("wall-marks")
    assert "without a caption Pen, blue, Grace Remove" in listed
    assert stranger.get(MARKS).text == stranger.get(MARKS).text
    assert "An &lt;b&gt;arrow" in stranger.get(MARKS).text
    assert "without a caption" not in stranger.get(MARKS).text


def test_a_caption_needs_what_a_question_needs(ada, grace, stranger):
    switch(grace, wall_pen="all")
    draw(ada)
    switch(grace, board="votes")

    answer = ada.post_part(f"{MARKS}/1/caption", {"caption": "An arrow"})

    assert answer.status_code == 422
    assert "An arrow" not in stranger.page(WALL).html


def mute(grace, ada) -> None:
    ada.post("/talks/talk/questions", {"text": "Who am I to you?", "key": "adas-question-key"})
    muted = grace.post_part("/talks/talk/desk/mute", {"question": "1", "wanted": "1"})
    assert muted.status_code == 200


# What may have become different since Ada drew.
SINCE = {
    "staff alone draw": lambda grace, ada: switch(grace, wall_pen="staff"),
    "the board is closed": lambda grace, ada: switch(grace, board="closed"),
    "it takes votes only": lambda grace, ada: switch(grace, board="votes"),
    "a moderator reads first": lambda grace, ada: switch(grace, approve_first="1"),
    "names are required": lambda grace, ada: switch(grace, requires_name="1"),
    "a room code is needed": lambda grace, ada: switch(grace, requires_code="1"),
    "the wall is put away": lambda grace, ada: switch(grace, wall="off"),
    "she is muted": mute,
}


@pytest.mark.parametrize("since", SINCE)
def test_ones_own_is_taken_back_whatever_the_rules_are_by_now(
    ada, bob, grace, stranger, engine, since
):
    switch(grace, wall="open", wall_pen="all")
    draw(ada)
    ada.post_part(f"{MARKS}/1/caption", {"caption": "An arrow"})
    SINCE[since](grace, ada)

    for path in ("caption", "erase"):
        assert bob.post_part(f"{MARKS}/1/{path}", {"caption": ""}).status_code == 422
    assert "An arrow" in grace.page(WALL).html
    assert ada.post_part(f"{MARKS}/1/caption", {"caption": ""}).status_code == 200
    assert "An arrow" not in grace.page(WALL).text("wall-marks")
    assert ada.post_part(f"{MARKS}/1/erase").status_code == 200
    assert shapes(grace.page(WALL)) == []


def test_without_scripts_a_moderator_removes_one_mark_or_all_of_a_person(grace, ada, stranger):
    switch(grace, wall_pen="all")
    for number in range(3):
        draw(ada, key=f"adas-own-key-{number}")
    draw(grace, key="graces-own-key")
    form = next(each for each in grace.page(WALL).forms() if each.action.endswith("/1/erase"))

    grace.post(form.action, form.fields)
    assert len(shapes(stranger.page(WALL))) == 3
    answer = grace.post(f"{MARKS}/2/remove-all", {}, follow_redirects=True)

    assert "2 marks are removed." in answer.text
    assert [path.get("id") for path in stranger.page(WALL).classed("mark")] == ["mark-4"]
    assert "removed all marks of attendee" in grace.page("/talks/talk/moderate").html


def test_the_list_offers_a_moderator_what_there_is_to_do_and_folds_when_it_is_long(grace, ada):
    switch(grace, wall_pen="all")
    draw(grace, key="graces-own-key")
    listed = grace.page(WALL)
    assert "Remove all marks of this person" not in listed.text("wall-marks")
    assert "Add a caption" in listed.text("wall-marks")
    assert not listed.has("wall-marks-all")

    for number in range(5):
        draw(ada, key=f"adas-own-key-{number}")

    listed = grace.page(WALL)
    assert listed.text("wall-marks").count("Remove all marks of this person") == 5
    assert listed.text("wall-marks-all").startswith("6 marks")


def test_nobody_else_removes_what_a_person_drew(app, grace, ada, stranger):
    draw(grace)

    for browser in (ada, stranger, signed_in(app, Role.SPEAKER)):
        assert browser.post_part(f"{MARKS}/1/remove-all").status_code in (401, 403)
    assert len(shapes(stranger.page(WALL))) == 1


@pytest.mark.parametrize("path", ["", "/notes", "/marks", "/places?since=0"])
def test_marks_of_a_wall_that_is_put_away_are_the_moderators_alone(app, grace, stranger, path):
    draw(grace, points="4321 1234 1 1")
    grace.post_part(f"{MARKS}/1/caption", {"caption": "A secret"})
    switch(grace, wall="off")

    for browser in (stranger, signed_in(app, Role.SPEAKER)):
        answer = browser.get(f"{WALL}{path}")
        assert "4321" not in answer.text
        assert "A secret" not in answer.text
    assert "A secret" in grace.get(f"{WALL}{path}").text


def test_the_desk_has_a_switch_for_who_draws(grace):
    switch(grace, wall_pen="all")

    page = grace.page("/talks/talk/moderate")
    pressed = [button for button in page.elements("button") if button.get("name") == "wall_pen"]
    assert [each.get("aria-pressed") for each in pressed] == ["false", "true"]
    assert "let everybody draw on the wall" in page.html


def test_marks_take_the_same_number_of_queries_however_many(grace, engine):
    make_question(engine)
    counts = []
    for number in range(4):
        put_up(engine, number)
        with counted_queries() as statements:
            grace.page(WALL)
        counts.append(len(statements))

    assert len(set(counts)) == 1


def put_up(engine, number: int) -> None:
    """Have a mark be there without anybody being told of it meanwhile."""
    row = {"talk_id": 1, "key": f"graces-own-key-{number}", "at": STARTS, "tool": "pen"}
    drawn = {"width": 4, "points": "10 20 5 5 5 -5", "colour": "red", "revision": number}
    with engine.begin() as connection:
        connection.execute(sa.insert(WallStroke).values(**row, **drawn))


def test_from_the_line_of_a_mark_all_of_theirs_is_put_back_notes_too(grace, ada, engine):
    question = make_question(engine)
    switch(grace, wall="open", wall_pen="all")
    ada.post_part(f"{WALL}/notes/{question}", {"x": 1, "y": 1})
    line = draw(ada).json["change"]

    answer = grace.post(f"{WALL}/put-back", {"change": line, "all": 1}, follow_redirects=True)

    assert "2 notes and marks are as they were before." in answer.text
    assert not shapes(grace.page(WALL))
    assert grace.get(f"{WALL}/places?since=0").json["places"][0][:3] == [question, None, None]


def test_nobody_is_offered_to_remove_what_is_nobodys_by_now(app, grace, engine):
    draw(signed_in(app, Role.MODERATOR, name="Linus"))
    assert "Remove all marks of this person" in grace.page(WALL).html
    with engine.begin() as connection:
        connection.execute(sa.update(WallStroke).values(who="", sign_in=""))

    page = grace.page(WALL)

    assert "those who ran the talk" in page.text("wall-marks")
    assert "Remove all marks of this person" not in page.html

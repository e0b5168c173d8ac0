"""New people past the budget at the wall: refused there, as what they ask is held."""

import pytest

from companion.store.models import Role
from companion.store.wall import WallChange, WallCluster, WallStroke
from tests.support.factories import count_rows, make_question
from tests.support.pages import Browser
from tests.support.sign_in import signed_in

WALL, DESK = "/talks/talk/wall", "/talks/talk/moderate"
LINE = {"tool": "pen", "colour": "red", "width": "thin", "points": "10 20 5 5 5 -5"}
DEEDS = {
    "notes/1": {"x": 5, "y": 5},
    "clusters": {"title": "Spam"},
    "marks": LINE | {"key": "eves-own-key-is-this"},
}


@pytest.fixture
def grace(app):
    """Return a moderator's browser, in whose room everybody arranges and draws."""
    browser = signed_in(app, Role.MODERATOR, name="Grace")
    switches = {"wall": "open", "wall_pen": "all"}
    assert browser.post_part("/talks/talk/desk/switches", switches).status_code == 200
    return browser


@pytest.fixture
def nobody_new(monkeypatch):
    """Have the budget of new people be spent."""
    monkeypatch.setattr("companion.board.newcomers.MOST", (0, 0))


def test_who_came_past_the_budget_changes_nothing_on_the_wall(
    grace, eve, stranger, engine, nobody_new
):
    make_question(engine)

    for path, wish in DEEDS.items():
        answer = eve.post_part(f"{WALL}/{path}", wish)
        assert answer.status_code == 422
        assert "A moderator reads what you write first" in answer.text

    assert [count_rows(engine, table) for table in (WallChange, WallCluster, WallStroke)] == [0] * 3
    assert "Spam" not in stranger.page(WALL).html
    assert "A moderator reads what you write first" in eve.page(WALL).html


def test_a_key_thrown_away_is_a_new_person_here_too(app, grace, engine, monkeypatch):
    note = make_question(engine)
    monkeypatch.setattr("companion.board.newcomers.MOST", (2, 2))

    answers = [Browser(app).post_part(f"{WALL}/notes/{note}", {"x": n, "y": n}) for n in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 422, 422]


def test_who_was_there_before_the_budget_was_spent_goes_on(grace, ada, engine, monkeypatch):
    note = make_question(engine)
    assert ada.post_part(f"{WALL}/notes/{note}", {"x": 1, "y": 1}).status_code == 200
    monkeypatch.setattr("companion.board.newcomers.MOST", (0, 0))

    assert ada.post_part(f"{WALL}/notes/{note}", {"x": 2, "y": 2}).status_code == 200


def test_who_is_let_in_at_the_desk_arranges(grace, eve, engine, nobody_new):
    note = make_question(engine)
    eve.post("/talks/talk/questions", {"text": "Am I one too many?", "key": "eves-question-key-1"})
    assert eve.post_part(f"{WALL}/notes/{note}", {"x": 1, "y": 1}).status_code == 422

    grace.submit(grace.page(DESK).form_to("/newcomers?tab=incoming"), do="let_in")

    assert eve.post_part(f"{WALL}/notes/{note}", {"x": 1, "y": 1}).status_code == 200

"""What attendees write on the wall obeys what questions obey, whichever words they are."""

import pytest

from companion.store.models import Role
from tests.support.sign_in import signed_in

WALL = "/talks/talk/wall"
LINE = {"tool": "pen", "colour": "red", "width": "thin", "points": "10 20 5 5 5 -5"}
WORDS = {
    "the title of a new cluster": ("clusters", {"title": "Bees"}),
    "another title": ("clusters/1", {"title": "Bees"}),
    "a caption": ("marks/1/caption", {"caption": "Bees"}),
    "handwriting": ("marks", LINE | {"key": "the-key-of-a-word"}),
}
RULES = {
    "votes only": ({"board": "votes"}, "takes votes only"),
    "approve first": ({"approve_first": "1"}, "A moderator reads what you write first"),
    "names required": ({"requires_name": "1"}, "Whoever writes here gives a name"),
}


@pytest.fixture
def grace(app):
    """Return a moderator's browser, in whose room everybody arranges and draws."""
    browser = signed_in(app, Role.MODERATOR, name="Grace")
    switch(browser, wall="open", wall_pen="all")
    return browser


def switch(browser, **what: str) -> None:
    assert browser.post_part("/talks/talk/desk/switches", what).status_code == 200


def begin(browser, number: int) -> None:
    """Have somebody have a cluster and a mark."""
    assert browser.post_part(f"{WALL}/clusters", {"title": "Wasps"}).status_code == 200
    mark = LINE | {"key": f"the-key-of-mark-{number}"}
    assert browser.post_part(f"{WALL}/marks", mark).status_code == 200


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("rule", RULES)
def test_words_are_refused_as_those_of_questions_are(ada, grace, stranger, words, rule):
    begin(ada, 1)
    rules, why = RULES[rule]
    switch(grace, **rules)
    path, wish = WORDS[words]

    answer = ada.post_part(f"{WALL}/{path}", wish)

    assert answer.status_code == 422
    assert why in answer.text
    page = stranger.page(WALL)
    assert "Bees" not in page.html
    assert len(page.classed("mark")) == 1
    assert "wall-new-cluster" not in ada.page(WALL).html


@pytest.mark.parametrize("words", WORDS)
def test_those_who_run_the_talk_write_all_the_same(grace, words):
    begin(grace, 1)
    switch(grace, approve_first="1", requires_name="1", board="votes")
    path, wish = WORDS[words]

    assert grace.post_part(f"{WALL}/{path}", wish).status_code == 200

"""The run sheet: what is open, in the order in which to take it up."""

import pytest
from sqlalchemy.orm import Session

from companion.store.models import Role, Talk
from tests.support.factories import make_question
from tests.support.pages import text_of
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR)


def sheet(browser):
    page = browser.page("/talks/talk/runsheet")
    texts = [text_of(found) for found in page.classed("sheet__text")]
    slots = [found.get("data-slot") for found in page.classed("sheet__one")]
    return page, list(zip(texts, slots, strict=True))


def test_now_and_next_come_first_and_then_the_most_wanted(grace, engine, board):
    asked = {
        words: make_question(engine, f"Is this the {words} one?", votes=votes)
        for words, votes in (("least", 0), ("next", 1), ("now", 2), ("most", 9))
    }
    with Session(engine) as session, session.begin():
        talk = session.query(Talk).one()
        talk.now_id, talk.next_id = asked["now"], asked["next"]

    _, found = sheet(grace)

    assert found == [
        ("Now Is this the now one?", "Now"),
        ("Next Is this the next one?", "Next"),
        ("Is this the most one?", ""),
        ("Why do bees dance?", ""),
        ("Is this the least one?", ""),
    ]


def test_what_is_copied_says_the_votes(grace, engine):
    number = make_question(engine, 'Why "2 < 3"?', votes=1)

    page, _ = sheet(grace)

    assert page.element(f"chat-{number}").get("value") == 'Why "2 < 3"? (1 vote)'
    [button] = page.elements("copy-button")
    assert button.get("for") == f"chat-{number}"


@pytest.mark.parametrize(
    ("name", "tab", "expected"),
    [("open", "open", True), ("answered", "answered", True), ("waiting", "incoming", False)],
)
def test_what_was_never_public_is_not_copied_at_the_desk(grace, board, name, tab, expected):
    page = grace.page(f"/talks/talk/moderate?tab={tab}&more={board[name]}")

    assert page.has(f"more-{board[name]}")
    assert page.has(f"chat-{board[name]}") == expected


def test_what_does_not_fit_is_counted(grace, engine):
    for _ in range(14):
        make_question(engine)

    page, found = sheet(grace)

    assert len(found) == 12
    assert "And 2 more on the board." in page.html


def test_an_empty_board_says_so(grace):
    assert "No question is open." in sheet(grace)[0].html


@pytest.mark.parametrize(("role", "shown"), [(Role.MODERATOR, False), (Role.ORGANISER, True)])
def test_the_desk_leads_to_all_that_remains_of_a_talk(app, role, shown):
    links = signed_in(app, role).page("/talks/talk/moderate").links()

    for path in ("export", "report", "recording", "runsheet", "import"):
        assert f"/talks/talk/{path}" in links
    assert ("/talks/talk/publish" in links) is shown

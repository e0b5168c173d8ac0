"""A board of more than a page, as browsers without scripts see it, and what it weighs."""

import pytest

from companion.store.models import Status
from tests.support.factories import make_question, make_questions, set_status
from tests.support.pages import text_of
from tests.support.queries import counted_queries

PAGE_BYTES = 120_000


def more(page):
    """Return where "Show more" leads, "" where there is no more."""
    return next((link for link in page.links() if "shown=" in link), "")


@pytest.mark.parametrize("sort", ["popular", "recent"])
def test_the_whole_of_a_long_board_is_reached_without_scripts(bob, engine, sort):
    made = make_questions(engine, 120)
    wanted = made if sort == "popular" else made[::-1]

    page = bob.page(f"/talks/talk?sort={sort}")
    assert (page.questions(), text_of(page.element("more"))) == (wanted[:50], "Show more 70 left")
    page = bob.page(more(page))
    assert (page.questions(), text_of(page.element("more"))) == (wanted[:100], "Show more 20 left")
    assert more(page).endswith(f"#question-{wanted[99]}")
    page = bob.page(more(page))
    assert (page.questions(), page.has("more")) == (wanted, False)


def test_a_search_goes_on_the_same_way(bob, engine):
    made = make_questions(engine, 60)
    make_question(engine, "Where do wasps sleep?")

    page = bob.page("/talks/talk?find=bees")
    assert (page.questions(), text_of(page.element("found"))) == (made[:50], "60 of 61 Show all")
    page = bob.page(more(page))
    assert (page.questions(), text_of(page.element("found"))) == (made, "60 of 61 Show all")


def test_past_what_a_page_can_hold_the_way_is_to_search(bob, engine, monkeypatch):
    monkeypatch.setattr("companion.board.queries.PAGE_MOST", 100)
    make_questions(engine, 120)

    page = bob.page("/talks/talk?shown=100")

    assert (len(page.questions()), more(page)) == (100, "")
    assert text_of(page.element("more")) == "20 left: look for them by their words"


def test_a_board_of_one_page_says_nothing_of_pages(bob, engine):
    make_questions(engine, 50)

    page = bob.page("/talks/talk")

    assert (len(page.questions()), page.has("more"), more(page)) == (50, False, "")


def test_a_vote_leads_back_to_its_question_wherever_that_is(bob, engine):
    made = make_questions(engine, 120)
    page = bob.page("/talks/talk?shown=150")
    last = made[-1]

    answer = bob.submit(page.form_to(f"questions/{last}/vote"))

    assert answer.location.endswith(f"/talks/talk?at={last}#question-{last}")
    assert bob.follow(answer).questions() == [*made[:50], last]


def test_ones_own_question_can_be_taken_back_from_the_first_page(ada, bob, engine):
    make_questions(engine, 120)
    own = make_question(engine, author=ada.id)

    page = ada.page("/talks/talk")
    assert f"#question-{own}" in page.links()
    ada.follow(ada.submit(page.form_to(f"questions/{own}/withdraw")))

    assert own not in ada.page("/talks/talk").questions()
    assert own not in bob.page(f"/talks/talk?at={own}").questions()


@pytest.mark.parametrize("asked", ["", "shown=1000", "find=number", "sort=recent"])
def test_nothing_that_waits_is_on_any_page(bob, engine, asked):
    made = make_questions(engine, 60)
    hidden = [made[3], made[58]]
    for question in hidden:
        set_status(engine, question, Status.WAITING)

    for question in hidden:
        page = bob.page(f"/talks/talk?{asked}&at={question}")
        assert not set(hidden) & set(page.questions())
        assert (
            "58" in text_of(page.element("found"))
            or page.element("board").get("data-total") == "58"
        )


@pytest.mark.parametrize("address", ["/talks/talk", "/talks/talk/board", "/talks/talk?find=number"])
def test_a_board_of_thousands_weighs_what_one_of_a_page_weighs(bob, engine, address):
    make_questions(engine, 100)
    bob.get(address)
    with counted_queries() as few:
        hundred = bob.get(address).data
    make_questions(engine, 4_900)
    bob.get(address)
    with counted_queries() as many:
        thousands = bob.get(address).data

    assert len(thousands) < PAGE_BYTES
    assert abs(len(thousands) - len(hundred)) < 1_000  # votes have more digits
    assert thousands.count(b'<li id="question-') == hundred.count(b'<li id="question-') == 50
    assert len(few) == len(many)

import pytest

from tests.support.clock import DURING
from tests.support.factories import make_question
from tests.support.queries import counted_queries

NOW = str(round(DURING.timestamp() * 1000))


def test_the_board_comes_with_the_stage_beside_it(bob, engine):
    question = make_question(engine, voters=(bob.id,))

    part = bob.part("/talks/talk/board")

    assert part.questions() == [question]
    assert part.form_to("/vote").fields == {"wanted": "0"}
    [beside] = part.elements("hx-partial")
    assert (beside.get("hx-target"), beside.get("hx-swap")) == ("#stage", "outerMorph")
    assert [element.get("id") for element in beside][:1] == ["stage"]
    assert part.element("board").get("data-revision") == "1"


def test_the_board_is_the_one_in_the_page(bob, engine):
    make_question(engine)
    page, part = bob.page("/talks/talk"), bob.part("/talks/talk/board")

    def outline(board):
        return [(element.tag, element.get("id")) for element in board.iter()]

    assert outline(page.element("board")) == outline(part.element("board"))


@pytest.mark.parametrize("known", [True, False])
def test_nothing_new_is_nothing_to_say(bob, engine, known):
    make_question(engine)

    answer = bob.get("/talks/talk/board?since=1")

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Companion-Now"] == NOW


def test_nothing_is_new_on_a_board_that_nobody_wrote_on(bob):
    assert bob.get("/talks/talk/board?since=0").status_code == 204


@pytest.mark.parametrize(
    "since", ["0", "2", "", "-1", "1.0", "x", "²", "٢", "9" * 5_000, "%00", "1&since=2"]
)
def test_any_other_revision_gets_the_board(bob, engine, since):
    make_question(engine)

    answer = bob.get(f"/talks/talk/board?since={since}")

    assert answer.status_code == (204 if since.startswith("1&") else 200)
    assert answer.headers["Companion-Now"] == NOW


def test_asking_whether_something_is_new_costs_one_query(bob, engine):
    make_question(engine)
    bob.get("/talks/talk/board?since=1")

    with counted_queries() as queries:
        bob.get("/talks/talk/board?since=1")

    assert len(queries) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_for_one_question_as_for_three(bob, engine, count):
    for _ in range(count):
        make_question(engine)
    bob.part("/talks/talk/board")

    with counted_queries() as queries:
        part = bob.part("/talks/talk/board")

    assert len(part.questions()) == count
    assert len(queries) == 2


def test_sort_and_find_are_kept(bob, engine):
    first, second = make_question(engine, "About bees, then", votes=1), make_question(engine)

    assert bob.part("/talks/talk/board?sort=recent").questions() == [second, first]
    assert bob.part("/talks/talk/board?find=about+bees").questions() == [first]


def test_a_browser_without_a_cookie_is_given_one_for_its_socket(stranger):
    stranger.part("/talks/talk/board")

    assert stranger.cookie


def test_no_such_board(bob):
    bob.page("/talks/nothing/board", 404)


def test_a_part_is_never_kept_by_others(bob):
    assert bob.get("/talks/talk/board").headers["Cache-Control"] == "private, no-cache"

import pytest

from companion.store.models import Status, Vote
from tests.support.factories import count_rows, make_question, question_row
from tests.support.pages import read_page, read_part, text_of
from tests.support.talks import write_talk


@pytest.fixture
def question(ada, engine):
    return make_question(engine, author=ada.id)


@pytest.fixture
def url(question):
    return f"/talks/talk/questions/{question}/vote"


def votes(engine, question: int) -> int:
    return question_row(engine, question).votes


def test_without_scripts_a_vote_is_given_and_taken_back(bob, question, engine):
    page = bob.page("/talks/talk")
    answer = bob.submit(page.form_to("/vote"))

    assert answer.location.endswith(f"#question-{question}")
    page = bob.follow(answer)
    assert page.text(f"question-{question}-votes") == "1"
    page = bob.follow(bob.submit(page.form_to("/vote")))
    assert page.text(f"question-{question}-votes") == "0"
    assert page.form_to("/vote").fields == {"wanted": "1"}


def test_a_vote_is_pressed_or_not(bob, eve, question, url):
    bob.post(url, {"wanted": "1"})

    def pressed(who):
        page = who.page("/talks/talk")
        form = page.element(f"question-{question}-vote")
        return [button.get("aria-pressed") for button in form.iter("button")]

    assert (pressed(bob), pressed(eve)) == (["true"], ["false"])


@pytest.mark.parametrize("wanted", ["1", "0"])
def test_wanting_it_twice_is_once(bob, question, url, engine, wanted):
    bob.post(url, {"wanted": "1"})

    for _ in range(2):
        assert bob.post(url, {"wanted": wanted}).status_code == 303

    assert votes(engine, question) == count_rows(engine, Vote) == int(wanted)


def test_htmx_gets_the_card(bob, question, url):
    part = read_part(bob.post_part(url, {"wanted": "1"}), 200)

    assert part.questions() == [question]
    assert part.text(f"question-{question}-votes") == "1"
    assert part.form_to("/vote").fields == {"wanted": "0"}
    assert not part.has("board")


@pytest.mark.parametrize("wanted", [{}, {"wanted": ""}, {"wanted": "2"}, {"wanted": "true"}])
def test_a_vote_says_what_is_wanted(bob, url, question, engine, wanted):
    read_page(bob.post(url, wanted), 422)

    assert votes(engine, question) == 0


def test_ones_own_question_takes_no_vote_of_ones_own(ada, url, question, engine):
    page = read_page(ada.post(url, {"wanted": "1"}), 422)
    part = read_part(ada.post_part(url, {"wanted": "1"}), 422)

    assert "Your own question" in page.text("ask-problem")
    assert [text_of(toast) for toast in part.classed("toast")] == [page.text("ask-problem")]
    assert not part.has("ask-form")
    assert votes(engine, question) == 0


@pytest.mark.parametrize("number", ["0", "999", "2147483648", "9" * 19, "9" * 40])
def test_no_such_question(bob, number):
    read_page(bob.post(f"/talks/talk/questions/{number}/vote", {"wanted": "1"}), 422)


@pytest.mark.parametrize("number", ["-1", "x", "1.0", "%00", "٣x"])
def test_no_such_address(bob, number):
    read_page(bob.post(f"/talks/talk/questions/{number}/vote", {"wanted": "1"}), 405)


def test_another_talks_question_is_refused(make_app, folder, engine, app, bob, question):
    write_talk(folder, "other-talk", title="Another talk")
    app.extensions["boards"].programme.refresh()

    answer = bob.post(f"/talks/other-talk/questions/{question}/vote", {"wanted": "1"})

    read_page(answer, 422)
    assert votes(engine, question) == 0


@pytest.mark.parametrize("status", [Status.WAITING, Status.ANSWERED, Status.WITHDRAWN])
def test_what_is_not_open_takes_no_votes(bob, engine, status):
    hidden = make_question(engine, "A secret for the moment", status=status)

    answer = bob.post(f"/talks/talk/questions/{hidden}/vote", {"wanted": "1"})

    read_page(answer, 422)
    assert votes(engine, hidden) == 0
    assert ("A secret" in answer.text) is (status is Status.ANSWERED)


def test_a_closed_board_takes_no_votes(bob, url, question, engine, clock):
    clock.set_to(60)

    answer = bob.post(url, {"wanted": "1"})

    read_page(answer, 422)
    assert "The board is closed. Read what was asked and answered." in answer.text
    assert votes(engine, question) == 0


def test_a_browser_that_keeps_no_cookie_may_only_read(stranger, url, question, engine):
    read_page(stranger.post(url, {"wanted": "1"}), 422)

    assert votes(engine, question) == 0


def test_sixty_votes_a_minute_are_enough(bob, url):
    codes = [bob.post_part(url, {"wanted": str(turn % 2)}).status_code for turn in range(61)]

    assert codes == [200] * 60 + [429]
    assert 1 <= int(bob.post(url, {"wanted": "1"}).headers["Retry-After"]) <= 60


def test_a_vote_cannot_be_given_by_following_a_link(bob, url, question, engine):
    read_page(bob.get(url, query_string={"wanted": "1"}), 404)

    assert votes(engine, question) == 0

"""What other tools' polls are reported to get wrong, and where it is proved that these do not.

| trap | proof |
|---|---|
| results are seen before voting; or are hidden from the host too | `realtime/test_polls.py::test_results_are_sent_to_nobody_before_their_time`, `browser/test_polls_together.py::test_five_polls_in_six_browsers_with_a_restart` |
| there are no live results | `browser/test_polls.py::test_live_results_change_in_place_and_closing_moves_nothing` |
| ticks are counted as people | `board/test_answering.py::test_of_several_answers_people_are_counted_and_not_ticks` |
| a percentage without its count; a result without the words of the question or of an answer | `test_a_result_has_its_question_whole_answers_people_and_percent` |
| "a" and "A" are two answers | `talks/test_polls.py::test_what_is_no_poll_is_left_out_and_named_with_its_line` |
| votes first, solution after, is impossible | `web/test_polls.py::test_the_whole_path` |
| the right answer is told to who sends a request again | `test_what_is_sent_again_tells_nobody_what_is_right` |
| one interaction at a time | `browser/test_polls.py::test_a_poll_that_opens_moves_nothing_that_is_typed` |
| not anonymous, although it says so | `test_nobody_sees_whose_answer_is_which`, `exports/test_polls.py::test_no_format_has_a_voter` |
| nothing for screen readers; or counts that tick aloud | `test_a_screen_reader_hears_one_unit_a_line_and_no_ticking` |
"""  # noqa: E501 (a table's lines)

import re
from html import unescape

import pytest

from companion.board.poll_addresses import address_of
from companion.store.models import Role
from companion.talks.polls import key_of
from tests.support.pages import Browser, Page, text_of
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

ASK = "Which scheduler do you use for what runs longer than an hour?"
OPTIONS = ("Slurm, as most do here", "Kubernetes", "none, for nothing takes as long")
FRAME = f"/embed/talk/polls/{address_of(key_of(ASK))}"
VIEWS = ("/talks/talk", "/talks/talk/moderate", "/talks/talk/present", "/talks/talk/speaker", FRAME)


@pytest.fixture
def app(folder, make_app):
    """Return the application with a poll in the usual talk's page."""
    poll = f'{{ask: "{ASK}", options: {list(OPTIONS)}, right: "{OPTIONS[1]}"}}'
    write_talk(folder, extra=f"polls:\n  - {poll}\n")
    return make_app(rate_limits="off")


@pytest.fixture
def grace(app) -> Browser:
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def run(grace, do: str) -> None:
    sent = grace.post_part("/talks/talk/desk/polls", {"poll": key_of(ASK), "do": do})
    assert sent.status_code == 200


def send(browser, place: int):
    """Choose an answer of the only poll, as it stands there or no longer."""
    return browser.post_part("/talks/talk/polls/1", {"option": place + 1})


def lines(browser, view: str) -> list[str]:
    """Return what stands in each line that has a result, as it is read out."""
    page = browser.page(view)
    items = [each for each in page.elements("li") if _has_result(each)]
    return [" ".join(text_of(item).split()) for item in items]


def _has_result(item) -> bool:
    """Whether an element has a result, and is not a list's line that has a list of them."""
    has_lines = any(each.tag.endswith("li") for each in item.iter() if each is not item)
    return not has_lines and any("poll__said" in each.get("class", "") for each in item.iter())


@pytest.fixture
def twelve(app, grace) -> list[Browser]:
    """Have twelve people answer, four of them the first, and close the poll."""
    run(grace, "open")
    people = [Browser(app) for _ in range(12)]
    for number, each in enumerate(people):
        assert send(each, number % 3).status_code == 200
    run(grace, "close")
    return people


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.usefixtures("twelve")
def test_a_result_has_its_question_whole_answers_people_and_percent(grace, view):
    page = unescape(grace.get(view).text)

    assert ASK in page
    assert [line.partition(" 4 of")[0].partition(" right")[0] for line in lines(grace, view)] == [
        *OPTIONS
    ]
    assert all(line.endswith("4 of 12, 33 %") for line in lines(grace, view))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.usefixtures("twelve")
def test_a_screen_reader_hears_one_unit_a_line_and_no_ticking(grace, view):
    page = grace.page(view)
    results = [each for each in page.elements("li") if _has_result(each)]

    assert len(results) == len(OPTIONS)
    for bar in page.elements("svg"):
        if "poll__bar" in bar.get("class", ""):
            assert bar.get("aria-hidden") == "true"
    spoken = [each for each in page.elements() if each.get("aria-live") or each.get("role")]
    for each in spoken:
        if each.get("aria-live") or each.get("role") in ("alert", "log", "status"):
            assert not _has_result(each)


def test_what_is_sent_again_tells_nobody_what_is_right(grace, ada, twelve):
    for do in ("open", "close"):
        run(grace, do)
        for browser in (ada, twelve[0]):
            answer = send(browser, 0)
            pages = [browser.get(path).text for path in ("/talks/talk", "/talks/talk/polls")]
            assert answer.status_code == (200 if do == "open" else 422)
            for text in (answer.text, *pages):
                assert not re.search(r"data-right|__mark--right", text)
        for path in ("desk/polls", "speaker/polls"):
            fields = {"poll": key_of(ASK), "do": "right"}
            assert ada.post_part(f"/talks/talk/{path}", fields).status_code == 403


def test_nobody_sees_whose_answer_is_which(grace, ada, bob, eve):
    """Two who answered change places, and no view of anybody else is another one by that."""

    def seen() -> list[str]:
        found = [grace.get("/talks/talk/desk").text, grace.get("/talks/talk/speaker/queue").text]
        found += [eve.get(path).text for path in ("/talks/talk/polls", f"{FRAME}/part")]
        return [Page(html, whole=False).text(id) for html, id in zip(found, PARTS, strict=True)]

    ada.post("/talks/talk/questions", {"text": "How do bees count?", "name": "Ada"})
    run(grace, "open")
    send(ada, 0), send(bob, 1)
    before = seen()

    send(ada, 1), send(bob, 0)

    assert seen() == before
    assert any("1 of 2" in part for part in before)


PARTS = ("desk-polls", "speaker-polls", "polls", "screen")

from uuid import uuid4

import pytest

from companion.store.models import Question, Status
from tests.support.factories import count_rows, make_question, question_row
from tests.support.pages import Browser, read_page, read_part, text_of
from tests.support.room import TEXT
from tests.support.talks import write_talk

URL = "/talks/talk/questions"


@pytest.fixture
def moderated(make_app) -> Browser:
    return Browser(make_app(moderated="on"))


def test_without_scripts_the_form_works_and_the_page_says_so(stranger, engine):
    form = stranger.page("/talks/talk").form_to("/questions")

    answer = stranger.submit(form, text=TEXT, detail="`dance`", name="Ada", kind="comment")
    page = stranger.follow(answer)

    assert answer.location.endswith("#board")
    [question] = page.questions()
    row = question_row(engine, question)
    assert (row.text, row.detail, row.name, row.kind) == (TEXT, "`dance`", "Ada", "comment")
    assert row.key == form.fields["key"]
    [notice] = page.classed("notice")
    assert text_of(notice) == "Your comment is on the board."
    assert page.has(f"question-{question}-own")


def test_others_see_it(ada, bob):
    ada.post(URL, {"text": TEXT})

    page = bob.page("/talks/talk")
    assert [TEXT in page.text(f"question-{question}-body") for question in page.questions()] == [
        True
    ]
    assert not page.has("question-1-own")


def test_every_form_has_a_key_of_its_own(ada):
    keys = {ada.page("/talks/talk").form_to("/questions").fields["key"] for _ in range(3)}

    assert len(keys) == 3


def test_sending_the_same_form_twice_asks_once(ada, engine):
    form = ada.page("/talks/talk").form_to("/questions")

    for _ in range(2):
        assert ada.submit(form, text=TEXT).status_code == 303

    assert count_rows(engine, Question) == 1


def test_htmx_gets_the_board_with_an_empty_form(ada):
    part = read_part(ada.post_part(URL, {"text": TEXT, "key": str(uuid4())}), 200)

    assert part.questions() == [1]
    assert part.element("board").get("data-revision") == "1"
    assert part.form_to("/questions").fields["text"] == ""
    assert [found.get("hx-target") for found in part.elements("hx-partial")] == ["#stage"]


def test_a_held_question_is_seen_by_its_author_alone(moderated):
    page = moderated.follow(moderated.post(URL, {"text": TEXT}))

    assert text_of(page.classed("notice")[0]) == "Your question waits for a moderator."
    assert page.questions() == []
    assert TEXT in page.text("mine")
    assert TEXT not in Browser(moderated.app).get("/talks/talk").text


BAD = [
    ({"text": "short"}, "Write at least 10 characters"),
    ({}, "Write at least 10 characters"),
    ({"text": "x" * 301}, "1 character too long"),
    ({"text": TEXT, "detail": "x" * 1_001}, "1 character too long"),
    ({"text": TEXT, "name": "x" * 61}, "1 character too long"),
    ({"text": TEXT, "kind": "answer"}, "question or a comment"),
    ({"text": TEXT, "key": "bad key"}, "This form is damaged"),
]


@pytest.mark.parametrize(("typed", "reason"), BAD)
def test_bad_input_gets_the_page_again_with_all_that_was_typed(ada, engine, typed, reason):
    page = read_page(ada.post(URL, typed), 422)

    form = page.form_to("/questions")
    assert {name: form.fields[name] for name in typed if name not in ("key", "kind")} == {
        name: value for name, value in typed.items() if name not in ("key", "kind")
    }
    assert reason in page.text("ask-problem")
    assert count_rows(engine, Question) == 0


@pytest.mark.parametrize(("typed", "reason"), BAD)
def test_bad_input_gets_htmx_the_form_again(ada, typed, reason):
    part = read_part(ada.post_part(URL, typed), 422)

    assert reason in part.text("ask-problem")
    assert part.form_to("/questions").fields["text"] == typed.get("text", "")
    assert not part.has("board")


def test_a_refused_form_keeps_its_key_so_that_sending_it_again_is_harmless(ada):
    key = str(uuid4())

    page = read_page(ada.post(URL, {"text": "short", "key": key}), 422)

    assert page.form_to("/questions").fields["key"] == key


def test_a_damaged_key_is_replaced_so_that_sending_it_again_works(ada):
    page = read_page(ada.post(URL, {"text": TEXT, "key": "bad key"}), 422)

    assert ada.submit(page.form_to("/questions")).status_code == 303


@pytest.mark.parametrize(
    "typed",
    ["</textarea><script>alert(1)</script>", "&lt;b&gt; \"quoted\" 'too'"],
)
def test_what_was_typed_comes_back_letter_by_letter(ada, typed):
    fields = {"text": "short", "detail": typed, "name": '"><b>' + "x" * 60}

    form = read_page(ada.post(URL, fields), 422).form_to("/questions")

    assert (form.fields["detail"], form.fields["name"]) == (typed, fields["name"])


def test_a_browser_that_keeps_no_cookie_may_only_read(stranger, engine):
    page = read_page(stranger.post(URL, {"text": TEXT}), 422)

    assert page.form_to("/questions").fields["text"] == TEXT
    assert "cookie" in page.text("ask-problem")
    assert count_rows(engine, Question) == 0
    assert stranger.submit(page.form_to("/questions")).status_code == 303


def test_a_browser_that_has_lost_its_cookie_has_another_for_its_next_try(stranger, engine):
    refusal = stranger.post_part(URL, {"text": TEXT})

    assert (refusal.status_code, refusal.headers["Companion-Field"]) == (422, "cookie")
    assert stranger.post_part(URL, {"text": TEXT}).status_code == 200
    assert count_rows(engine, Question) == 1


def test_a_browser_that_has_lost_its_cookie_gets_the_board_anew(ada, stranger):
    ada.post(URL, {"text": TEXT})
    since = "/talks/talk/board?since=1"

    assert ada.get(since).status_code == 204
    assert "Set-Cookie" in stranger.get(since).headers
    assert stranger.get(since).status_code == 204


def test_too_many_are_told_when_to_try_again_and_lose_nothing(ada):
    for number in range(3):
        assert ada.post(URL, {"text": f"Question number {number}"}).status_code == 303

    answer = ada.post(URL, {"text": TEXT, "detail": "and more"})
    page = read_page(answer, 429)
    part = ada.post_part(URL, {"text": TEXT})

    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert f"in {answer.headers['Retry-After']} second" in page.text("ask-problem")
    assert page.form_to("/questions").fields["detail"] == "and more"
    assert (part.status_code, "Retry-After" in part.headers) == (429, True)
    assert read_part(part, 429).form_to("/questions").fields["text"] == TEXT


def test_one_persons_limit_is_nobody_elses(ada, bob):
    for _ in range(4):
        ada.post(URL, {"text": TEXT})

    assert bob.post(URL, {"text": TEXT}).status_code == 303


def test_limits_can_be_off_for_load_tests(make_app):
    browser = Browser(make_app(rate_limits="off"))

    assert {browser.post(URL, {"text": TEXT}).status_code for _ in range(10)} == {303}


def test_a_closed_board_says_so_and_keeps_the_words(ada, clock, engine):
    clock.set_to(61)

    answer = ada.post(URL, {"text": TEXT})
    part = read_part(ada.post_part(URL, {"text": TEXT}), 422)

    read_page(answer, 422)
    assert "The board is closed. Read what was asked and answered." in answer.text
    assert part.text("ask-problem") == "The board is closed. Read what was asked and answered."
    assert part.form_to("/questions").fields["text"] == TEXT
    assert count_rows(engine, Question) == 0


def test_another_visitors_key_is_refused(ada, bob, engine):
    make_question(engine, author=ada.id, key="a-key-of-adas")

    page = read_page(bob.post(URL, {"text": TEXT, "key": "a-key-of-adas"}), 422)

    assert "somebody else" in page.text("ask-problem")
    assert count_rows(engine, Question) == 1


def test_far_too_much_is_refused_unread(ada, engine):
    answer = ada.post(URL, {"text": "x" * 70_000})

    read_page(answer, 413)
    assert count_rows(engine, Question) == 0


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"text=%ff%fe%00 and enough of it", "application/x-www-form-urlencoded"),
        (b'{"text": "How do bees find home?"}', "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"\x00\xff", "application/octet-stream"),
        (b"", ""),
    ],
)
def test_odd_bodies_are_answered_in_order(ada, body, content_type):
    answer = ada.post(URL, body, content_type=content_type)

    assert answer.status_code in (303, 422)


def test_hostile_words_are_words(ada, bob):
    ada.post(URL, {"text": "<img src=x onerror=alert(1)>", "name": "</p><script>"})

    page = bob.page("/talks/talk")

    assert "<img src=x onerror=alert(1)>" in page.text("question-1-body")
    assert "</p><script>" in page.text("question-1-body")


def test_no_such_talk(ada):
    read_page(ada.post("/talks/nothing/questions", {"text": TEXT}), 404)


def test_talks_have_boards_of_their_own(make_app, folder, engine):
    write_talk(folder, "other-talk", title="Another talk")
    browser = Browser(make_app())

    browser.post(URL, {"text": TEXT})

    assert browser.page("/talks/other-talk").questions() == []
    assert question_row(engine, 1).status is Status.OPEN

"""Prompts: answered by a line on the talk's page, with scripts or without; shown as words."""

import re

import pytest

from companion.store.models import Question, Role, Status
from tests.support.factories import count_rows, question_row
from tests.support.pages import read_part
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

DO = "/talks/talk/desk/polls"
ASK = "What stops you from testing?"
PAGE = "/talks/talk"


@pytest.fixture
def app(folder, make_app):
    """Return the application with a prompt in the usual talk's page."""
    write_talk(folder, extra=f"polls:\n  - {{prompt: {ASK}}}\n")
    return make_app()


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def run(grace, do: str) -> str:
    """Do something with the prompt; return what the desk says of it."""
    found = re.search(r'id="desk-poll-(\w+)"', grace.get("/talks/talk/desk").text)
    assert found
    answer = grace.post_part(DO, {"poll": found[1], "do": do})
    return read_part(answer, 200).text("desk-flash")


@pytest.fixture
def asked(grace) -> str:
    """Have the prompt be open; return where answers to it go."""
    assert run(grace, "open") == "The poll is open."
    found = re.search(r'action="(/talks/talk/polls/\d+)"', grace.get(PAGE).text)
    assert found
    return found[1]


def key_in(html: str) -> str:
    found = re.search(r'action="/talks/talk/polls/\d+".*?name="key" value="([^"]+)"', html, re.S)
    assert found
    return found[1]


def test_the_whole_path(grace, ada, bob, stranger, asked):
    assert ada.post_part(asked, {"text": "time"}).status_code == 200
    assert bob.post_part(asked, {"text": "Time"}).status_code == 200

    board = stranger.get("/talks/talk/board").text
    assert board.count('class="question__prompt">Answer to <bdi>What stops you from testing?') == 2
    assert "note__prompt" in stranger.get("/talks/talk/wall").text
    assert "words__word" not in stranger.get(PAGE).text
    assert run(grace, "show") == "Everybody sees the results."
    for path in (PAGE, "/talks/talk/present", "/talks/talk/desk"):
        shown = (grace if "desk" in path else stranger).get(path).text
        assert re.search(r"words__word--2.*?<bdi>time</bdi>.*?>2<", shown, re.S), path
    run(grace, "close")
    assert "Closed. 2 people answered." in stranger.get(PAGE).text


def test_without_scripts_an_answer_leads_back_and_is_confirmed(ada, asked):
    answer = ada.post(asked, {"text": "time", "key": "12345678-a"})

    assert answer.status_code == 303
    assert re.search(r"flash=open&kind=answer#poll-\d+$", answer.location)
    page = ada.page(answer.location)
    assert "Your answer is on the board." in page.html


def test_the_same_form_twice_is_one_answer_and_not_the_ask_forms(ada, asked, engine):
    html = ada.get(PAGE).text
    key = key_in(html)
    assert html.count(key) == 1
    for _ in range(2):
        ada.post(asked, {"text": "time", "key": key})

    assert count_rows(engine, Question) == 1
    assert key_in(ada.get(PAGE).text) not in ("", key)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": " "}, "Write at least 1 character"),
        ({"text": "x" * 301}, "The comment is 1 character too long"),
        ({"text": "time", "key": "?"}, "This form is damaged"),
    ],
)
def test_what_is_refused_comes_back_with_the_reason(ada, asked, typed, said):
    answer = ada.post(asked, typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'name="text" value="{typed["text"]}"' in answer.text
    part = ada.post_part(asked, typed)
    assert part.status_code == 422
    assert said in part.text


def test_what_comes_too_late_is_shown_once_more(grace, ada, asked):
    run(grace, "close")

    answer = ada.post(asked, {"text": "<i>late</i>"})

    assert answer.status_code == 422
    assert "This poll is closed." in answer.text
    assert "&lt;i&gt;late&lt;/i&gt;" in answer.text


def test_what_answers_a_prompt_that_is_gone_is_in_the_ask_form(ada, asked):
    answer = ada.post("/talks/talk/polls/99", {"text": "where to?"})

    assert answer.status_code == 422
    assert re.search(r'<textarea id="ask-text"[^>]*>where to\?', answer.text)


def test_names_are_asked_for_where_the_board_wants_them(grace, ada, asked):
    assert 'id="answer-1-name"' not in ada.get(PAGE).text
    grace.post_part("/talks/talk/desk/switches", {"requires_name": "1"})
    assert 'id="answer-1-name"' in ada.get(PAGE).text

    assert "Give your name" in ada.post(asked, {"text": "time"}).text
    assert ada.post(asked, {"text": "time", "name": "Ada"}).status_code == 303


def test_approve_first_holds_answers_too(grace, ada, bob, asked, engine):
    grace.post_part("/talks/talk/desk/switches", {"approve_first": "1"})
    answer = ada.post(asked, {"text": "time"})

    assert "Your answer waits for a moderator." in ada.get(answer.location).text
    assert question_row(engine, 1).status is Status.WAITING
    assert "Answer to" in ada.get("/talks/talk/board").text
    assert "Answer to" not in bob.get("/talks/talk/board").text


def test_an_answer_can_be_edited_however_short(ada, asked):
    ada.post_part(asked, {"text": "tme"})

    assert 'data-least="1"' in ada.get("/talks/talk/questions/1/edit").text
    changed = ada.post_part("/talks/talk/questions/1/edit", {"text": "time", "kind": "comment"})
    assert changed.status_code == 200
    assert ">time<" in ada.get("/talks/talk/board").text


def test_one_who_has_answered_another_poll_sees_a_form_of_their_own(grace, ada, asked):
    """Whoever has chosen something is sent their own polls in the place of everybody's."""
    grace.post_part("/talks/talk/desk/polls/new", {"ask": "Tea?", "options": "a\nb", "open": "1"})
    tea = re.search(r'polls/(\d+)".*?name="option" value="(\d+)"', ada.get(PAGE).text, re.S)
    assert tea
    ada.post_part(f"/talks/talk/polls/{tea[1]}", {"option": tea[2]})
    run(grace, "open")

    html = ada.get(PAGE).text

    assert "your answer" in html
    assert key_in(html) != key_in(ada.get(PAGE).text)


def test_the_answers_are_a_search_away(ada, asked):
    ada.post_part(asked, {"text": "time"})
    ada.post_part("/talks/talk/questions", {"text": "How do bees find home?"})
    found = re.search(r'href="([^"]*find=[^"]*)#board"', ada.get(PAGE).text)
    assert found

    board = ada.get(found[1].replace("&amp;", "&")).text

    assert re.findall(r'<li id="question-(\d+)"', board) == ["1"]


def test_markup_and_other_directions_stay_words(grace, ada, asked):
    for text in ("<b>bold</b>", "שלום"):
        ada.post_part(asked, {"text": text})
    run(grace, "show")

    html = ada.get("/talks/talk/polls").text

    assert "<bdi>&lt;b&gt;bold&lt;/b&gt;</bdi>" in html
    assert "<bdi>שלום</bdi>" in html

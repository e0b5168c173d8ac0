"""The page to keep: it stands by itself, and what people wrote is text in it."""

import io
import re
from dataclasses import replace

import pytest

from companion.board.richtext import headline_to_html
from companion.exports.dataset import Choice
from companion.exports.html import write
from tests.exports.test_markdown import HOSTILE, hostile
from tests.support.pages import Page, text_of


def page_of(record) -> Page:
    out = io.BytesIO()
    write(record, out)
    return Page(out.getvalue().decode())


def test_a_board_is_a_page(taken, board):
    page = page_of(taken(Choice(declined=True)))

    assert page.errors == []
    assert page.h1 == "A talk about bees"
    assert [text_of(found) for found in page.elements("h2")] == [
        "Answered",
        "Open",
        "Comments",
        "Waiting for a moderator",
        "Merged into others",
        "Declined",
    ]
    assert len(list(page.elements("article"))) == 6
    article = page.element(f"question-{board['answered']}")
    assert text_of(article) == (
        "How do bees find home? 3 votes · from Ada · answered at 12:50 "
        "AnswerBy the sun. And by landmarks."
    )


def test_an_answer_is_read_from_its_own_side(plain_record):
    entry = replace(plain_record.entries[0], answer="מה שלום הדבורים?")

    page = page_of(replace(plain_record, entries=(entry,)))

    [answer] = page.classed("prose")
    assert (answer.get("dir"), text_of(answer)) == ("auto", "מה שלום הדבורים?")


def test_what_is_blank_is_not_there(plain_record):
    entry = replace(plain_record.entries[0], detail=" \n", answer="\n ")

    page = page_of(replace(plain_record, entries=(entry,)))

    assert page.classed("prose") == []
    assert "Answer" not in text_of(page.element("question-1"))


def test_it_fetches_and_runs_nothing(taken, board):
    page = page_of(taken())

    tags = {element.tag for element in page.elements()}
    assert not tags & {"script", "link", "img", "iframe", "object", "form"}
    assert not re.search(r"@import|url\(", page.html)
    policy = next(meta for meta in page.elements("meta") if meta.get("http-equiv"))
    assert policy.get("content") == "default-src 'none'; style-src 'unsafe-inline'"


def test_a_talk_without_questions_says_so(taken):
    assert "There are no questions." in page_of(taken()).html


def test_a_headline_has_code_and_addresses(plain_record):
    text = "Why is `O(n)` slow, as https://example.org/n says?"

    headings = page_of(hostile(plain_record, text)).elements("h3")

    for shown in headings:
        assert [text_of(code) for code in shown.iter("code")] == ["O(n)"]
        assert [link.get("href") for link in shown.iter("a")] == ["https://example.org/n"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_does_nothing(plain_record, text):
    page = page_of(hostile(plain_record, text))
    said = " ".join(text.split())
    shown = headline_to_html(said).striptags()

    assert page.errors == []
    assert {text_of(found) for found in page.elements("h1")} == {said}
    assert {text_of(found) for found in page.elements("h3")} == {shown}
    assert "script" not in {element.tag for element in page.elements()}


def test_a_question_leads_to_the_recording(plain_record):
    link = "https://v.example.org/a#t=2467s"
    entry = replace(plain_record.entries[0], offset=2467, link=link)

    page = page_of(replace(plain_record, entries=(entry,), recording="https://v.example.org/a"))

    assert page.links() == [plain_record.url, "https://v.example.org/a", link]

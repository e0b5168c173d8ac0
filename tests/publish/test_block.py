"""What is published of a board, in which words, and what never is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Kind, Question, Status, Talk
from tests.support.clock import STARTS
from tests.support.factories import make_question
from tests.support.people import ADA

VIMEO = "https://vimeo.com/123456789"


@pytest.fixture
def block(publish, page_file):
    """Return what publishes, and returns what is between the comments."""

    def between(**options):
        publish(**options)
        text = page_file.read_text()
        return text.partition("<!-- companion:qa -->\n")[2].partition("<!-- /companion:qa -->")[0]

    return between


def test_an_answered_question_is_published_with_all_that_was_said(engine, change, block):
    number = make_question(
        engine, "How do bees keep warm?", detail="In *winter*.", votes=12, name="Ada"
    )
    change(number, status=Status.ANSWERED, askers=3, answer="They **shiver**.\n\n- all day")

    assert block() == (
        "\n## Questions and answers\n\n"
        f"### How do bees keep warm?\n{{: #qa-{number} .no_toc}}\n\n"
        "12 votes · Asked by Ada and 2 others\n\n"
        "In \\*winter\\*.\n\n"
        "**Answer:**\n\n"
        "They <strong>shiver</strong>.\n\n"
        "-   all day\n\n"
    )


@pytest.mark.parametrize(
    ("values", "facts"),
    [
        ({}, "Not answered yet"),
        ({"votes": 1}, "Not answered yet · 1 vote"),
        ({"askers": 2}, "Not answered yet · Asked by 2 people"),
        ({"askers": 2, "name": "Ada"}, "Not answered yet · Asked by Ada and 1 other"),
        ({"name": "דנה"}, "Not answered yet · Asked by &#8296;דנה&#8297;"),
        ({"status": Status.ANSWERED}, "Answered in the talk"),
    ],
)
def test_facts_are_told_in_plain_words(engine, change, block, values, facts):
    change(make_question(engine, "How do bees keep warm?"), **values)

    assert block().split("\n\n")[2] == facts


def test_an_answer_is_found_in_the_recording(engine, change, block, folder, page_file):
    page_file.write_text(page_file.read_text().replace("---\n\n", f"---\n\n[Video]({VIMEO})\n\n"))
    number = make_question(engine, "How do bees keep warm?")
    change(number, status=Status.ANSWERED, now_at=STARTS + timedelta(minutes=41, seconds=7))
    with Session(engine) as session, session.begin():
        session.scalars(sa.select(Talk)).one().recorded_from = STARTS

    facts = block().split("\n\n")[2]
    assert facts == f"[Answered at 41:07 in the recording]({VIMEO}#t=2467s)"


def test_what_attendees_never_saw_and_who_they_are_is_not_published(engine, block, page_file):
    make_question(engine, "How do bees keep warm?", author=ADA, voters=("bob",))
    for status in (Status.WAITING, Status.DECLINED, Status.WITHDRAWN, Status.MERGED):
        make_question(engine, f"Never to be seen: {status}", status=status)
    make_question(engine, "Only a remark, this one.", kind=Kind.COMMENT)
    with Session(engine) as session:
        rows = list(session.scalars(sa.select(Question)))
        secrets = {secret for row in rows for secret in (row.author, row.key)}

    published = block()

    assert "How do bees keep warm?" in published
    assert "Never to be seen" not in published
    assert "Only a remark" not in published
    assert not [secret for secret in secrets if secret in page_file.read_text()]


def test_comments_are_published_when_asked_for_after_the_questions(engine, block):
    make_question(engine, "A remark made early.", kind=Kind.COMMENT, name="Bob")
    make_question(engine, "How do bees keep warm?")

    parts = block(comments=True).split("\n\n")

    assert [part.partition("\n")[0] for part in parts if part.startswith("###")] == [
        "### How do bees keep warm?",
        "### A remark made early.",
    ]
    assert "Comment · By Bob" in parts

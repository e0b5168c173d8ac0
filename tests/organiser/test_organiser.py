"""All talks together: counted, searched and gathered in a few queries, whichever the database."""

import pytest
from sqlalchemy.orm import Session

from companion import organiser
from companion.board.rules import BoardDefaults
from companion.board.talk_state import TalkLoader, load_talks
from companion.exports.dataset import Choice, records
from companion.store.models import Kind, Status
from tests.support.clock import DURING
from tests.support.databases import on_both_databases
from tests.support.factories import make_question
from tests.support.queries import counted_queries
from tests.support.talks import read_programme, write_talk

pytestmark = on_both_databases
LAST_YEAR = 'title: {title}\ndate: 2025-03-06\nfrom: "12:00"\n'


@pytest.fixture
def pages(folder, make_settings):
    """Return the pages of the usual talk and of two more."""
    for slug in ("older", "oldest"):
        write_talk(folder, slug)
    return read_programme(make_settings()).pages()


def loaders(pages):
    return [TalkLoader(page, DURING, BoardDefaults()) for page in pages]


def found(engine, pages, find="", *, unanswered=False, number=1):
    words = organiser.PublicWords()
    with Session(engine) as session:
        hits = organiser.search(session, words, pages, find, unanswered=unanswered, number=number)
    return [hit.question.text for hit in hits.hits]


def test_every_status_counts_where_it_belongs(engine, pages):
    for status in Status:
        make_question(engine, talk="older", status=status)
    make_question(engine, talk="older", kind=Kind.COMMENT)

    with Session(engine) as session:
        talks = load_talks(session, loaders(pages))
        lines = {line.talk.slug: line for line in organiser.programme(session, talks)}

    older, oldest = lines["older"], lines["oldest"]
    assert (older.asked, older.answered, older.open, older.waiting) == (6, 1, 1, 1)
    assert (oldest.asked, oldest.answered, oldest.open, oldest.waiting) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "find"),
    [
        ("Wie ÜBERWINTERN Bienen?", "überwintern"),
        ("Почему пчёлы ТАНЦУЮТ?", "танцуют ПЧЁЛЫ"),
        ("Is 100% of it true_or_not?", "100%"),
        ("Is 100% of it true_or_not?", "e_or"),
        ("A back\\slash, 'quoted'?", "k\\s"),
    ],
)
def test_words_are_found_as_they_are_meant(engine, pages, text, find):
    make_question(engine, text)
    make_question(engine, "Is 1000 of it true or not? Back/slash.")

    assert found(engine, pages, find) == [text]


def test_where_the_words_are_counts_before_votes_and_votes_before_age(engine, pages):
    make_question(engine, "What else is there?", detail="Bees dance", votes=9)
    make_question(engine, "Do bees dance at all?", talk="older", votes=1)
    make_question(engine, "Why do the bees dance?", talk="oldest", votes=1)
    make_question(engine, "When do bees dance?", votes=2)

    assert found(engine, pages, "dance bees") == [
        "When do bees dance?",
        "Why do the bees dance?",
        "Do bees dance at all?",
        "What else is there?",
    ]


def test_a_talks_own_words_find_its_questions_after_all_others(folder, engine, make_settings):
    write_talk(folder, "wasps", title="Wasps", front=LAST_YEAR, extra="speaker: Ida Hyde\n")
    write_talk(folder, "older")
    pages = read_programme(make_settings()).pages()
    make_question(engine, "Do they dance?", talk="wasps", votes=3)
    make_question(engine, "Do wasps dance, as they did in 2025?", talk="older")

    both = ["Do wasps dance, as they did in 2025?", "Do they dance?"]
    assert found(engine, pages, "wasps dance") == both
    assert found(engine, pages, "2025") == both
    assert found(engine, pages, "hyde march 2025 dance") == ["Do they dance?"]
    assert found(engine, pages, "hyde bees") == []


@pytest.mark.parametrize("count", [1, 3])
def test_many_talks_take_as_many_queries_as_one(engine, pages, count):
    pages = pages[:count]
    for page in pages:
        make_question(engine, talk=page.slug)

    with Session(engine) as session, counted_queries() as asked:
        organiser.programme(session, load_talks(session, loaders(pages)))
        organiser.search(session, organiser.PublicWords(), pages, "bees", unanswered=True, number=1)
        gathered = records(session, {page.slug: page for page in pages}, Choice(), DURING)

    assert [len(record.entries) for record in gathered] == [1] * count
    assert len(asked) == 11

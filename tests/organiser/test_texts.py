"""The words that a search compares are read once, and again once a board has changed."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion import organiser
from companion.organiser import texts
from companion.store.models import Question, Status, Talk
from tests.support.databases import on_both_databases
from tests.support.factories import make_question
from tests.support.queries import counted_queries
from tests.support.talks import read_programme, write_talk

pytestmark = on_both_databases
ONCE_READ = 2  # which boards there are and how they stand; the questions that are shown


@pytest.fixture
def search(engine, folder, make_settings):
    """Search on several boards, and return what was found and how many queries it took."""
    for slug in ("older", "oldest"):
        write_talk(folder, slug)
    pages, words = read_programme(make_settings()).pages(), organiser.PublicWords()

    def look(find: str) -> tuple[list[str], int]:
        with Session(engine) as session, counted_queries() as asked:
            hits = organiser.search(session, words, pages, find, unanswered=False, number=1)
        return [hit.question.text for hit in hits.hits], len(asked)

    return look


def test_boards_are_read_once(engine, search):
    for slug in ("talk", "older", "oldest"):
        make_question(engine, f"Do bees sleep in {slug}?", talk=slug)

    assert search("sleep older") == (["Do bees sleep in older?"], ONCE_READ + 1)
    assert search("sleep older") == (["Do bees sleep in older?"], ONCE_READ)
    assert search("oldest") == (["Do bees sleep in oldest?"], ONCE_READ)


def test_a_board_that_has_changed_is_read_again_and_no_other(engine, search, monkeypatch):
    make_question(engine, "Do bees sleep?")
    make_question(engine, "Do wasps sleep?", talk="older")
    search("sleep")
    read, before = [], texts._public
    monkeypatch.setattr(texts, "_public", lambda _, ids: read.extend(ids) or before(_, ids))

    make_question(engine, "Do ants sleep?", talk="older", votes=5)

    assert search("sleep")[0] == ["Do ants sleep?", "Do wasps sleep?", "Do bees sleep?"]
    with Session(engine) as session:
        assert read == [session.scalar(sa.select(Talk.id).filter_by(slug="older"))]


def test_what_is_no_longer_public_is_not_found(engine, search):
    number = make_question(engine, "Do bees sleep?")
    search("sleep")

    with Session(engine) as session, session.begin():
        session.execute(sa.update(Question).values(status=Status.DECLINED).filter_by(id=number))
        session.execute(sa.update(Talk).values(revision=Talk.revision + 1))

    assert search("sleep") == ([], ONCE_READ + 1)


def test_what_is_declined_while_somebody_searches_is_not_shown(engine, search):
    number = make_question(engine, "Do bees sleep?")
    search("sleep")

    with Session(engine) as session, session.begin():  # as if after the revision was read
        session.execute(sa.update(Question).values(status=Status.DECLINED).filter_by(id=number))

    assert search("sleep")[0] == []


def test_boards_that_find_no_room_are_read_each_time(engine):
    words = texts.PublicWords(20)
    make_question(engine, "Do bees sleep?")
    make_question(engine, "Do wasps sleep?", talk="older")

    for _ in range(2):
        with Session(engine) as session, counted_queries() as asked:
            boards = words.of(session, {"talk", "older"})
        found = {slug: board[0].words.strip(texts.BETWEEN) for slug, board in boards.items()}
        assert found == {"talk": "do bees sleep?", "older": "do wasps sleep?"}
        assert len(asked) == 2


def test_a_board_that_has_grown_beyond_the_room_gives_it_back(engine):
    words = texts.PublicWords(40)
    make_question(engine, "Do bees sleep?")
    make_question(engine, "Do wasps sleep?", talk="older")

    def of(*slugs: str) -> int:
        with Session(engine) as session, counted_queries() as asked:
            words.of(session, set(slugs))
        return len(asked) - 1

    assert (of("talk"), of("talk")) == (1, 0)
    make_question(engine, "And why do they, if all of them do so?")
    assert (of("talk"), of("talk")) == (1, 1)
    assert (of("older"), of("older")) == (1, 0)

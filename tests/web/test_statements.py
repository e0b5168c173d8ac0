"""How many statements a request takes, literally, so that nothing is read twice unnoticed."""

import pytest

from companion.store.models import Role
from tests.support.factories import make_question
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in


@pytest.fixture
def question(engine) -> int:
    return make_question(engine)


def test_a_page_reads_the_talk_once(ada, question):
    with counted_queries() as statements:
        ada.page("/talks/talk")

    assert (len(statements), reads_of_the_talk(statements)) == (3, 1)


def test_asking_reads_the_talk_once_to_write_and_once_to_show(ada, question):
    with counted_queries() as statements:
        ada.post_part("/talks/talk/questions", {"text": "How do bees sleep?"})

    # Two are of what strangers see now, which is kept for all who come next.
    assert (len(statements), reads_of_the_talk(statements)) == (10, 2)


def test_a_vote_is_answered_from_what_was_written(bob, question):
    with counted_queries() as statements:
        part = bob.post_part(f"/talks/talk/questions/{question}/vote", {"wanted": "1"})

    assert 'aria-pressed="true"' in part.text
    assert (len(statements), reads_of_the_talk(statements)) == (5, 1)


def test_an_action_reads_the_talk_once_to_write_and_once_to_show(app, question):
    grace = signed_in(app, Role.MODERATOR)

    with counted_queries() as statements:
        grace.post_part("/talks/talk/desk/questions", {"ids": question, "do": "pin"})

    assert (len(statements), reads_of_the_talk(statements)) == (14, 2)


def reads_of_the_talk(statements: list[str]) -> int:
    """Return how many statements read the talk's row; the tally's reads its revision alone."""
    texts = [" ".join(statement.split()) for statement in statements]
    rows = [text for text in texts if "talk.slug," in text or "talk.slug AS" in text]
    return sum("FROM talk" in text for text in rows)

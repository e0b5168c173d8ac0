"""The companion's own page of a talk shows its Q&A once."""

from tests.support.factories import make_question
from tests.support.pages import text_of
from tests.support.talks import write_talk

QUESTION = "How do bees keep warm?"
BODY = f"Bees.\n\n<!-- companion:qa -->\n\n### {QUESTION}\n\n<!-- /companion:qa -->\n"


def times_shown(page):
    return text_of(page.root).count(QUESTION)


def test_a_board_with_questions_is_shown_alone(engine, publish, make_app, ada):
    make_question(engine, QUESTION)
    publish()

    assert times_shown(type(ada)(make_app()).page("/talks/talk")) == 1


def test_an_empty_board_leaves_the_word_to_the_page(folder, make_app, ada):
    write_talk(folder, body=BODY)

    assert times_shown(type(ada)(make_app()).page("/talks/talk")) == 1


def test_a_talk_without_a_board_shows_its_page(folder, make_app, ada):
    write_talk(folder, body=BODY, extra="board: false\n")

    assert times_shown(type(ada)(make_app()).page("/talks/talk")) == 1

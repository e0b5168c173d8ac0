"""Which languages a change of a board is put into: those that somebody there reads it in."""

import pytest
from flask import template_rendered
from flask_babel import get_locale

WORDS = "How do bees find their way home?"
WHO = {"en": ">Anonymous<", "de": ">Anonym<", "fr": ">Anonyme<"}


@pytest.fixture
def put_into():
    """Return a list that fills with the languages in which a card is rendered."""
    languages = []

    def note(_app, template, **_more):
        if template.name == "question/_card.html":
            languages.append(str(get_locale()))

    with template_rendered.connected_to(note):
        yield languages


def test_it_is_rendered_once_for_each_language_that_the_board_is_read_in(arrive, put_into):
    readers = [arrive(language=language) for language in ("en", "de", "de")]
    others = [arrive(view=view, language="fr") for view in ("present", "wall", "moderate")]

    assert readers[0].ask(WORDS)["ok"]

    assert sorted(put_into) == ["de", "en"]
    for reader, language in zip(readers, ("en", "de", "de"), strict=True):
        heard = reader.raw()
        assert [tag for tag, who in WHO.items() if who in heard] == [language]
    assert not any(WORDS in other.raw() for other in others)


@pytest.mark.parametrize("said", ["tlh", "", "de_DE", "../../etc", ["de"], {"de": 1}, None, 7])
def test_who_says_no_language_that_there_is_hears_that_of_a_page(arrive, said):
    reader, ada = arrive(language=said), arrive(language="de")

    assert ada.ask(WORDS)["ok"]

    assert WHO["en"] in reader.raw()
    assert reader.heard() == [("#questions", "beforeend")]

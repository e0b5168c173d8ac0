"""Two who read one board in two languages: each hears all that is said there in their own."""

from collections.abc import Iterator

import pytest

from tests.support.live import Attendee, LiveServer, write_talk
from tests.support.marked_language import LANGUAGE, REGIONAL, write_marked

pytestmark = pytest.mark.slow
WORDS = "How do compilers find their own bugs?"
CLOSED = "The board is closed. Read what was asked and answered."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    write_talk(folder, "closed", more="board: closed")
    translations = write_marked(tmp_path_factory.mktemp("translations"))
    write_marked(translations, REGIONAL)
    running = LiveServer(folder, COMPANION_TRANSLATIONS=str(translations))
    yield running
    running.stop()
    assert "Traceback" not in running.log()


@pytest.fixture
def arrive(server):
    """Return what lets people come who read English, or the language with the marks."""
    came = []

    def come(language: str, talk: str = "compilers") -> Attendee:
        came.append(Attendee(server, talk, language=language))
        return came[-1]

    yield come
    for attendee in came:
        attendee.leave()


def all_that(attendee: Attendee) -> str:
    """Return all that somebody heard: a refused vote is answered after what was sent before it."""
    attendee.call("vote", None)
    return attendee.raw()


def test_each_hears_a_question_in_their_own_language_and_in_no_other(arrive):
    ada, bob = arrive("en"), arrive(LANGUAGE)

    assert ada.ask(WORDS)["ok"]

    english, marked = all_that(ada), all_that(bob)
    assert ">Anonymous<" in english
    assert "⟦" not in english
    assert ">⟦Anonymous⟧<" in marked
    assert ">Anonymous<" not in marked
    assert ada.heard() == bob.heard() == [("#questions", "beforeend")]


def test_a_language_of_a_region_is_heard_too(arrive):
    ada, bob = arrive("en"), arrive("pt-BR")

    assert ada.ask(f"{WORDS} In Brazil?")["ok"]

    assert ">⟦Anonymous⟧<" in all_that(bob)
    assert bob.heard() == [("#questions", "beforeend")]


def test_each_is_refused_in_their_own_language(arrive):
    ada, bob = arrive("en", "closed"), arrive(LANGUAGE, "closed")

    assert ada.ask(WORDS) == {"ok": False, "error": CLOSED}
    assert bob.ask(WORDS) == {"ok": False, "error": f"⟦{CLOSED}⟧"}

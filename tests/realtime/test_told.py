"""Whoever asked is told at once of all that becomes of it: their panel says what the board says."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.realtime import rooms
from companion.store.models import Talk

pytestmark = pytest.mark.slow

WORDS = "How do compilers find their own bugs?"
MORE = "Which compiler would you write today?"


def act(desk, verb, question, **more):
    assert desk.post("desk/questions", ids=question, do=verb, **more) == 200


def panel(seat, question):
    """Return what the asker's panel says of a question."""
    _, _, item = seat.board().partition(f'id="mine-{question}"')
    return item.partition('class="mine__status">')[2].partition("</p>")[0].strip()


def questions_of(seat):
    """Return the numbers of what somebody's panel says they asked."""
    return [int(id) for id in re.findall(r'id="mine-(\d+)"', seat.board())]


STEPS = {
    "next": (lambda desk, own, other: act(desk, "next", own), "Next to be answered"),
    "now": (lambda desk, own, other: act(desk, "now", own), "Being answered now"),
    "put back": (
        lambda desk, own, other: (act(desk, "next", own), act(desk, "unnext", own)),
        "On the board",
    ),
    "answered": (lambda desk, own, other: act(desk, "answered", own), "Answered"),
    "in writing": (
        lambda desk, own, other: desk.post(f"desk/questions/{own}/answer", answer="So."),
        "Answered in writing",
    ),
    "declined": (
        lambda desk, own, other: act(desk, "decline", own, reason="unkind"),
        "Declined. <bdi>It could hurt somebody.</bdi>",
    ),
    "archived": (lambda desk, own, other: act(desk, "archive", own), "Not reached"),
    "restored": (
        lambda desk, own, other: (act(desk, "archive", own), act(desk, "restore", own)),
        "On the board",
    ),
    "the talk ended": (
        lambda desk, own, other: (act(desk, "now", own), desk.post("desk/time", do="end")),
        "Answered",
    ),
    "merged": (
        lambda desk, own, other: desk.post(f"desk/questions/{own}/merge", into=other),
        "a similar question</a>; it counts with yours",
    ),
    "merged, and that is now": (
        lambda desk, own, other: (
            desk.post(f"desk/questions/{own}/merge", into=other),
            act(desk, "now", other),
        ),
        "a similar question</a>, being answered now; it counts",
    ),
    "merged, and that is answered": (
        lambda desk, own, other: (
            desk.post(f"desk/questions/{own}/merge", into=other),
            act(desk, "answered", other),
        ),
        "a similar question</a>, answered; it counts",
    ),
}


@pytest.mark.parametrize("what", STEPS)
def test_the_asker_is_told(arrive, what):
    ada, bob, eve, desk = arrive(), arrive(), arrive(), arrive(view="moderate")
    own, other = int(ada.ask(WORDS)["id"]), int(bob.ask(MORE)["id"])
    for seat in (ada, bob, eve):
        seat.heard()
    do, words = STEPS[what]

    do(desk, own, other)

    assert ada.refetches() > 0
    assert words in panel(ada, own)
    assert what == "the talk ended" or eve.refetches() == 0


def test_whoever_asked_what_was_merged_hears_that_the_other_was_withdrawn(arrive):
    ada, bob, desk = arrive(), arrive(), arrive(view="moderate")
    own, other = int(ada.ask(WORDS)["id"]), int(bob.ask(MORE)["id"])
    desk.post(f"desk/questions/{own}/merge", into=other)
    ada.heard()

    bob.post(f"questions/{other}/withdraw")

    assert ada.refetches() > 0
    assert panel(ada, own) == "On the board"


def test_an_asker_is_told_also_when_another_process_has_made_the_talks_key_anew(
    arrive, engine, monkeypatch
):
    ada, eve, desk = arrive(), arrive(), arrive(view="moderate")
    ada.ask(WORDS)
    with Session(engine) as session, session.begin():
        session.execute(sa.update(Talk).values(key="f" * 64))
    monkeypatch.setattr(rooms, "KEY_SECONDS", 0)  # so much later
    own = int(ada.ask(MORE)["id"])
    ada.heard(), eve.heard()

    act(desk, "next", own)

    assert ada.refetches() > 0
    assert eve.refetches() == 0


def test_whoever_was_there_before_the_first_question_is_told_in_each_window(arrive):
    ada, eve, desk = arrive(), arrive(), arrive(view="moderate")
    window = arrive(browser=ada.browser)
    assert ada.post("questions", text=WORDS) == 200  # by the form, not by a socket
    for seat in (ada, window, eve):
        seat.heard()
    (own,) = questions_of(window)

    act(desk, "next", own)

    assert ada.refetches() > 0
    assert window.refetches() > 0
    assert eve.refetches() == 0


def test_everybody_hears_that_slow_mode_begins(app, arrive):
    boards = app.extensions["boards"]
    boards._defaults = type(boards._defaults)(flood=3)
    ada, bob = arrive(), arrive()

    for text in (WORDS, MORE):
        ada.ask(text)
    assert bob.refetches() == 0
    ada.ask("And who would read all of this at once?")

    assert bob.refetches() == 1
    assert "Many ask at once" in bob.board()
    assert "You can ask again at" not in bob.board()
    assert "You can ask again at 12:22:00." in ada.board()


def test_two_windows_of_one_person_are_one_person(arrive):
    ada, bob = arrive(), arrive()
    window = arrive(browser=ada.browser)
    assert bob.here() == 2

    window.leave()
    assert bob.here() == 2

    ada.leave()
    assert bob.here() == 1

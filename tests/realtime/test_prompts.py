"""Who may know the words of a prompt when: looked for in all that pages and sockets are sent."""

import re

import pytest

from tests.support.pages import Browser
from tests.support.seat import Seat
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow

WORDS = re.compile("words__word|'words'")
EVERYBODY = {"answered", "screen", "speaker", "stranger"}


class Hall:
    """A talk with a prompt, and everybody who looks at it."""

    def __init__(self, arrive) -> None:
        self.desk = arrive(view="moderate")
        self.seats = {
            "answered": arrive(),
            "screen": arrive(view="present"),
            "speaker": arrive(view="speaker"),
            "stranger": arrive(),
            "wall": arrive(view="wall"),
        }

    def run(self, do: str) -> None:
        found = re.search(r'id="desk-poll-(\w+)"', self.desk.get("desk"))
        assert found
        assert self.desk.post("desk/polls", poll=found[1], do=do) == 200

    def answer(self, seat: Seat, text: str) -> None:
        assert seat.post("polls/1", text=text) == 200

    def know(self) -> set[str]:
        """Return who has been sent words: over the socket, or on what they look at."""
        own = {"speaker": ("speaker", "speaker/queue"), "screen": ("present", "present/screen")}
        own |= {"wall": ("wall", "wall/notes")}
        return {
            who
            for who, seat in self.seats.items()
            if WORDS.search(
                seat.raw() + "".join(map(seat.get, own.get(who, ("", "polls", "board"))))
            )
        }


@pytest.fixture
def hall(request, folder, app, arrive):
    reveal = getattr(request, "param", "closing")
    write_talk(folder, extra=f"polls:\n  - {{prompt: What stops you?, reveal: {reveal}}}\n")
    app.extensions["boards"].programme.refresh()
    hall = Hall(arrive)
    hall.run("open")
    return hall


@pytest.mark.parametrize(
    ("hall", "while_open"), [("closing", set()), ("live", EVERYBODY)], indirect=["hall"]
)
def test_words_are_sent_to_nobody_before_their_time(hall, app, while_open):
    hall.answer(hall.seats["answered"], "time")
    hall.answer(Seat(app, Browser(app), "talk"), "Time")

    assert hall.know() == while_open
    assert "words__word--2" in hall.desk.get("desk")

    hall.run("close")
    assert hall.know() == EVERYBODY

    for seat in hall.seats.values():
        seat.heard()
    hall.run("away")
    assert hall.know() == set()


def test_the_desk_can_show_them_and_from_then_on_they_are_live(hall, app, arrive):
    stranger, eve = hall.seats["stranger"], arrive("elsewhere")
    hall.answer(hall.seats["answered"], "time")
    hall.run("show")
    for seat in (stranger, eve, *hall.seats.values()):
        seat.heard()

    hall.answer(hall.seats["answered"], "money")

    heard = stranger.raw()
    assert "'words'" in heard
    assert "#poll-1-words" in heard
    assert "<bdi>money</bdi>" in heard
    for who in ("screen", "speaker", "wall"):
        assert "'words'" not in hall.seats[who].raw()
    assert "'words'" not in eve.raw()


@pytest.mark.parametrize("hall", ["live"], indirect=True)
def test_an_answer_that_goes_takes_its_word_along(hall):
    answered, stranger = hall.seats["answered"], hall.seats["stranger"]
    hall.answer(answered, "rude")
    assert "<bdi>rude</bdi>" in stranger.raw()
    stranger.heard()

    hall.desk.post("desk/questions", ids="1", do="decline", reason="unkind")

    heard = stranger.raw()
    assert "'words'" in heard
    assert "rude" not in heard
    assert "rude" not in stranger.get("polls") + stranger.get("present/screen")


@pytest.mark.parametrize("hall", ["live"], indirect=True)
def test_what_answers_no_prompt_says_nothing_of_words(hall):
    stranger = hall.seats["stranger"]
    hall.answer(stranger, "time")
    stranger.heard()

    hall.seats["answered"].ask("How do bees find home?")

    assert "'words'" not in stranger.raw()


@pytest.mark.parametrize("hall", ["live"], indirect=True)
def test_an_answer_that_waits_is_told_to_nobody(hall):
    assert hall.desk.post("desk/switches", approve_first="1") == 200
    hall.answer(hall.seats["answered"], "waits")

    for who in ("screen", "speaker", "stranger", "wall"):
        seat = hall.seats[who]
        assert "waits" not in seat.raw().replace("waits until", "")
    assert "<bdi>waits</bdi>" not in hall.seats["stranger"].get("polls")

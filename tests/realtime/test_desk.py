"""Who hears what of a talk that is moderated; who is not named stays in silence."""

import time

import pytest

from companion.imports import stamp
from companion.store.models import Role
from tests.support.factories import question_row
from tests.support.seat import Arrive
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow

WORDS = "How do compilers find their own bugs?"
MORE = "Which compiler would you write today?"


class Cast:
    """Everybody who could hear something: two attendees, each view, and another talk's."""

    def __init__(self, arrive: Arrive) -> None:
        self.ada, self.bob, self.eve = arrive(), arrive(), arrive("elsewhere")
        self.desk = arrive(view="moderate")
        self.speaker, self.screen = arrive(view="speaker"), arrive(view="present")
        self.other_desk = arrive("elsewhere", "moderate")

    def heard(self) -> dict[str, bool]:
        """Return who heard anything since the last time."""
        people = {"asker": self.ada, "audience": self.bob, "elsewhere": self.eve}
        views = {
            "desk": self.desk,
            "speaker": self.speaker,
            "screen": self.screen,
            "other desk": self.other_desk,
        }
        found = {who: bool(seat.heard()) for who, seat in people.items()}
        return found | {view: seat.refetches() > 0 for view, seat in views.items()}


@pytest.fixture
def cast(arrive: Arrive) -> Cast:
    return Cast(arrive)


def act(cast: Cast, verb: str, question: int, **more: str) -> None:
    assert cast.desk.post("desk/questions", ids=question, do=verb, **more) == 200


def hold(cast: Cast) -> int:
    """Have a question wait, with nobody having heard of it yet."""
    cast.desk.post("desk/switches", approve_first="1")
    number = int(cast.ada.ask(WORDS)["id"])
    cast.heard()
    return number


def open_(cast: Cast) -> int:
    number = int(cast.ada.ask(WORDS)["id"])
    cast.heard()
    return number


def bring(cast: Cast, status: str, count: int = 30) -> None:
    """Have prepared questions brought in, as if they had been looked at."""
    made = f"{time.time_ns()}"
    text = "\n".join(f"- What does compiler {n} do, take {made}?" for n in range(count))
    form = {"text": text, "shape": "list", "token": made, "looked": stamp(made, "list", text)}
    rows = list(range(1, count + 1))
    assert cast.desk.post("import", do="add", status=status, rows=rows, **form) == 200


def renew(cast: Cast, role: str) -> None:
    olga = signed_in(cast.desk.browser.app, Role.ORGANISER)
    path = f"/talks/{cast.desk.talk}/organise/links"
    assert olga.post(path, {"role": role}).status_code == 303


EVERYBODY = "asker audience desk speaker screen"
# What happens, and who hears of it; whoever is not named stays in silence.
TABLE = {
    "a question is asked": (open_, lambda cast, _: cast.ada.ask(MORE), EVERYBODY),
    "a question is held": (hold, lambda cast, _: cast.ada.ask(MORE), "desk"),
    "a held one is edited": (
        hold,
        lambda cast, id: cast.ada.post(f"questions/{id}/edit", text=MORE),
        "desk",
    ),
    "a held one is withdrawn": (
        hold,
        lambda cast, id: cast.ada.post(f"questions/{id}/withdraw"),
        "desk",
    ),
    "a held one is approved": (hold, lambda cast, id: act(cast, "approve", id), EVERYBODY),
    "a held one is declined": (
        hold,
        lambda cast, id: act(cast, "decline", id, reason="unkind"),
        "asker desk",
    ),
    "a held one is labelled": (
        hold,
        lambda cast, id: cast.desk.post(f"desk/questions/{id}/labels", labels="later"),
        "desk",
    ),
    "an open one is labelled": (
        open_,
        lambda cast, id: cast.desk.post(f"desk/questions/{id}/labels", labels="later"),
        "desk",
    ),
    "a held one is deleted": (hold, lambda cast, id: act(cast, "delete", id), "asker desk"),
    "an open one is declined": (
        open_,
        lambda cast, id: act(cast, "decline", id, reason="unkind"),
        EVERYBODY,
    ),
    "an open one is deleted": (open_, lambda cast, id: act(cast, "delete", id), EVERYBODY),
    "an open one is edited by a moderator": (
        open_,
        lambda cast, id: cast.desk.post(f"desk/questions/{id}/edit", text=MORE, kind="question"),
        EVERYBODY,
    ),
    "one is up now": (open_, lambda cast, id: act(cast, "now", id), EVERYBODY),
    "one is next": (open_, lambda cast, id: act(cast, "next", id), EVERYBODY),
    "one is answered": (open_, lambda cast, id: act(cast, "answered", id), EVERYBODY),
    "one is answered in writing": (
        open_,
        lambda cast, id: cast.desk.post(f"desk/questions/{id}/answer", answer="With tests."),
        EVERYBODY,
    ),
    "one is pinned": (open_, lambda cast, id: act(cast, "pin", id), EVERYBODY),
    "one is taken from the room": (
        open_,
        lambda cast, _: cast.desk.post("desk/room", text=MORE),
        EVERYBODY,
    ),
    "many are brought in": (open_, lambda cast, _: bring(cast, "open"), EVERYBODY),
    "many are brought in to wait": (open_, lambda cast, _: bring(cast, "waiting"), "desk"),
    "the board is closed": (
        open_,
        lambda cast, _: cast.desk.post("desk/switches", board="closed"),
        EVERYBODY,
    ),
    "the talk runs over": (
        open_,
        lambda cast, _: cast.desk.post("desk/time", do="extend"),
        EVERYBODY,
    ),
    "it is said when the recording starts": (
        open_,
        lambda cast, _: cast.desk.post("recording", by="clock", clock="12:20"),
        EVERYBODY,
    ),
    "the ranked list is shown": (
        open_,
        lambda cast, _: cast.desk.post("desk/switches", ranked="1"),
        "desk speaker screen",
    ),
    "the chair says something": (
        open_,
        lambda cast, _: cast.desk.post("desk/message", text="Two more"),
        "desk speaker",
    ),
    "the asker is muted": (
        open_,
        lambda cast, id: cast.desk.post("desk/mute", question=id, wanted=1),
        "asker desk",
    ),
    "a vote is given": (
        open_,
        lambda cast, id: cast.bob.vote(id),
        EVERYBODY,
    ),
    "an organiser makes a new link": (
        open_,
        lambda cast, _: renew(cast, "speaker"),
        "desk",
    ),
    "something is refused": (
        open_,
        lambda cast, id: cast.desk.post("desk/questions", ids=id, do="decline", reason="?"),
        "",
    ),
    "it is done already": (open_, lambda cast, id: act(cast, "approve", id), ""),
}


@pytest.mark.parametrize("what", TABLE)
def test_who_hears_what(cast, what):
    before, action, who = TABLE[what]
    question = before(cast)

    action(cast, question)

    assert {name for name, heard in cast.heard().items() if heard} == set(who.split())


def test_many_at_once_are_one_frame_and_all_are_on_the_board(cast):
    before = cast.bob.board().count("data-votes")

    bring(cast, "open")

    assert [name for name, *_ in cast.bob.heard()] == ["refetch"]
    assert cast.bob.board().count("data-votes") == before + 30


def test_nothing_that_is_not_theirs_is_in_any_byte(cast, engine):
    """Say one word in everything that not everybody may know, then look for it everywhere."""
    cast.desk.post("desk/switches", approve_first="1")
    waiting = int(cast.ada.ask("Is xyzzy waiting for somebody?", detail="xyzzy")["id"])
    declined = int(cast.ada.ask("Was xyzzy declined by somebody?", name="xyzzy")["id"])
    act(cast, "decline", declined, reason="unkind")
    merged = int(cast.ada.ask("Does xyzzy wait here as well?")["id"])
    cast.desk.post(f"desk/questions/{merged}/merge", into=waiting)
    cast.desk.post("desk/switches", approve_first="0")
    shown = int(cast.ada.ask("Is this one shown to everybody?")["id"])
    cast.desk.post(f"desk/questions/{shown}/labels", labels="xyzzy")
    act(cast, "now", shown)
    cast.desk.post("desk/message", text="xyzzy")
    author = question_row(engine, shown).author
    moderator = cast.desk.browser.client.get_cookie("role")

    heard = [seat.raw() for seat in (cast.ada, cast.bob, cast.screen)]
    paths = ("present", "present/screen", "board", "alike?text=does+xyzzy+wait", "")
    received = "".join([*heard, cast.bob.board(), *map(cast.screen.get, paths)])

    assert "Is this one shown to everybody?" in received
    for secret in ("xyzzy", author, author[:8], "unkind", "Joan", moderator.value):
        assert secret not in received
    assert "xyzzy" in cast.ada.board()
    assert "xyzzy" in cast.desk.get("desk")
    told = cast.speaker.raw() + cast.speaker.get("speaker/queue")
    assert "Is xyzzy waiting" not in told
    assert author not in told


def test_a_desk_asks_nothing(cast):
    assert cast.desk.ask(WORDS)["ok"] is False

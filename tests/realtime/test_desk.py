"""Who hears what of a talk that is moderated, and who is thrown out when."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import socketio

from companion.imports import stamp
from companion.store.models import Role
from tests.support.live import Attendee, LiveServer, eventually, write_talk
from tests.support.valkey import Valkey
from tests.support.watcher import Watcher, enter, token

WORDS = "How do compilers find their own bugs?"
MORE = "Which compiler would you write today?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers", starts_in=-5)
    write_talk(folder, "elsewhere", starts_in=-5)
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off", COMPANION_TALLY_MS="0")
    yield running
    running.stop()
    assert "Traceback" not in running.log()


class Cast:
    """Everybody who could hear something: two attendees, each view, and another talk's."""

    def __init__(self, server: LiveServer) -> None:
        self.moderator = enter(server, token(server, "compilers", Role.MODERATOR), "Joan")
        speaker = enter(server, token(server, "compilers", Role.SPEAKER))
        elsewhere = enter(server, token(server, "elsewhere", Role.MODERATOR))
        self.ada, self.bob = Attendee(server, "compilers"), Attendee(server, "compilers")
        self.eve = Attendee(server, "elsewhere")
        self.desk = Watcher(server, "compilers", "moderate", self.moderator)
        self.speaker = Watcher(server, "compilers", "speaker", speaker)
        self.screen = Watcher(server, "compilers", "present")
        self.other_desk = Watcher(server, "elsewhere", "moderate", elsewhere)
        self.watchers = (self.desk, self.speaker, self.screen, self.other_desk)
        self.desk.post(
            "desk/switches", board="", approve_first="0", ranked="0", speaker_may_advance="0"
        )
        self.be_quiet()

    def be_quiet(self) -> None:
        """Let everything arrive, and forget it."""
        time.sleep(0.4)
        self.heard()

    def heard(self) -> dict[str, bool]:
        """Return who heard anything since the last time."""
        for watcher in self.watchers:
            watcher.settled()
        people = {
            "asker": bool(self.ada.heard()),
            "audience": bool(self.bob.heard()),
            "elsewhere": bool(self.eve.heard()),
        }
        views = ("desk", "speaker", "screen", "other desk")
        found = {view: bool(w.refetches()) for view, w in zip(views, self.watchers, strict=True)}
        return people | found

    def leave(self) -> None:
        for person in (self.ada, self.bob, self.eve, *self.watchers):
            person.leave()


@pytest.fixture
def cast(server: LiveServer) -> Iterator[Cast]:
    cast = Cast(server)
    yield cast
    cast.leave()


def act(cast: Cast, verb: str, question: int, **more: str) -> None:
    assert cast.desk.post("desk/questions", ids=question, do=verb, **more) == 200


def hold(cast: Cast) -> int:
    """Have a question wait, with nobody having heard of it yet."""
    cast.desk.post("desk/switches", approve_first="1")
    number = int(cast.ada.ask(WORDS)["id"])
    cast.be_quiet()
    return number


def open_(cast: Cast) -> int:
    number = int(cast.ada.ask(WORDS)["id"])
    cast.be_quiet()
    return number


def bring(cast: Cast, status: str, count: int = 30) -> None:
    """Have prepared questions brought in, as if they had been looked at."""
    made = f"{time.time_ns()}"
    text = "\n".join(f"- What does compiler {n} do, take {made}?" for n in range(count))
    form = {"text": text, "shape": "list", "token": made, "looked": stamp(made, "list", text)}
    rows = range(1, count + 1)
    assert cast.desk.post("import", do="add", status=status, rows=rows, **form) == 200


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
        lambda cast, _: cast.desk.post("recording", by="clock", clock=f"{datetime.now(UTC):%T}"),
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
    time.sleep(0.4)

    assert {name for name, heard in cast.heard().items() if heard} == set(who.split())
    cast.desk.post("desk/mute", question=question, wanted=0)


def test_many_at_once_are_one_frame_and_all_are_on_the_board(cast):
    cast.desk.post("desk/switches", approve_first="0")
    cast.be_quiet()
    before = cast.bob.board().count("data-asked")

    bring(cast, "open")
    time.sleep(0.4)

    assert [name for name, *_ in cast.bob.heard()] == ["refetch"]
    assert cast.bob.board().count("data-asked") == before + 30


def test_nothing_that_is_not_theirs_is_in_any_byte(server, cast):
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
    author, rows = server.query(f"SELECT author, text FROM question WHERE id = {shown}")[0]  # noqa: S608
    time.sleep(0.4)

    for path in ("/present", "/present/screen", "/board", "/alike?text=does+xyzzy+wait", ""):
        cast.screen.get(f"/talks/compilers{path}")
    received = cast.bob.raw() + cast.bob.board() + cast.screen.raw() + cast.ada.raw()

    assert rows in received
    for secret in ("xyzzy", author, author[:8], "unkind", "Joan", cast.moderator):
        assert secret not in received
    assert "xyzzy" in cast.ada.board()
    assert "xyzzy" in cast.desk.get("/talks/compilers/desk")
    cast.speaker.get("/talks/compilers/speaker/queue")
    assert "Is xyzzy waiting" not in cast.speaker.raw()
    assert author not in cast.speaker.raw()


@pytest.mark.parametrize("view", ["moderate", "speaker"])
@pytest.mark.parametrize("who", ["nobody", "forged", "other talk", "speaker"])
def test_a_view_that_is_not_theirs_is_refused(server, view, who):
    cookies = {
        "nobody": lambda: "",
        "forged": lambda: "role=forged",
        "other talk": lambda: enter(server, token(server, "elsewhere", Role.MODERATOR)),
        "speaker": lambda: enter(server, token(server, "compilers", Role.SPEAKER)),
    }
    cookie = cookies[who]()
    if (view, who) == ("speaker", "speaker"):
        Watcher(server, "compilers", view, cookie).leave()
        return
    with pytest.raises(socketio.exceptions.ConnectionError):
        Watcher(server, "compilers", view, cookie)


def test_a_desk_asks_nothing(cast):
    answer = cast.desk.socket.call("ask", {"text": WORDS, "key": "some-key-1"}, timeout=4)

    assert answer["ok"] is False


def rotate(server: LiveServer, *arguments: str) -> float:
    subprocess.run(
        [sys.executable, "-m", "companion", "links", "compilers", "--rotate", *arguments],
        env={**os.environ, **server.env},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return time.monotonic()


def test_a_changed_link_throws_an_open_desk_out(tmp_path: Path):
    write_talk(tmp_path, "compilers")
    server = LiveServer(tmp_path)
    cookie = enter(server, token(server, "compilers", Role.MODERATOR))
    speaker = Watcher(
        server, "compilers", "speaker", enter(server, token(server, "compilers", Role.SPEAKER))
    )
    desk = Watcher(server, "compilers", "moderate", cookie)
    ada = Attendee(server, "compilers")

    done = rotate(server, "moderator")

    assert eventually(lambda: not desk.socket.connected, 2)
    assert time.monotonic() - done < 2
    assert "signed_out" in desk.raw()
    assert desk.post("desk/questions", ids=1, do="approve") == 403
    with pytest.raises(AssertionError):
        enter(server, token(server, "compilers", Role.MODERATOR))
    assert enter(server, token(server, "compilers", Role.MODERATOR, 1))
    assert speaker.socket.connected
    assert ada.ask(WORDS)["ok"]
    for person in (speaker, ada):
        person.leave()
    server.stop()
    assert "Traceback" not in server.log()


def test_across_workers_as_well(tmp_path: Path):
    valkey = Valkey(tmp_path)
    write_talk(tmp_path, "compilers")
    server = LiveServer(tmp_path, COMPANION_WORKERS="2", COMPANION_REDIS_URL=valkey.url)
    cookie = enter(server, token(server, "compilers", Role.MODERATOR))
    desks = [Watcher(server, "compilers", "moderate", cookie) for _ in range(6)]

    rotate(server, "moderator")

    assert eventually(lambda: not any(desk.socket.connected for desk in desks), 2)
    server.stop()
    valkey.stop()

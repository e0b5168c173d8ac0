"""The same on real sockets: that it gets through, who is let in, and who is thrown out when."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import socketio

from companion.realtime.windows import MAX_WINDOWS
from companion.store.models import Role
from tests.support import behind
from tests.support.live import Attendee, LiveServer, eventually, write_talk
from tests.support.valkey import Valkey
from tests.support.watcher import Watcher, enter, rotate, token

pytestmark = pytest.mark.slow
WORDS = "How do compilers find their own bugs?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    write_talk(folder, "elsewhere")
    write_talk(folder, "boardless", more="board: false")
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off", COMPANION_TALLY_MS="0")
    yield running
    running.stop()
    assert "Traceback" not in running.log()


@pytest.fixture
def arrive(server: LiveServer) -> Iterator[Callable[..., Attendee]]:
    """Let people come to a talk; everyone leaves at the end."""
    came: list[Attendee] = []

    def come(talk: str = "compilers", cookie: str = "") -> Attendee:
        came.append(Attendee(server, talk, cookie=cookie))
        return came[-1]

    yield come
    for attendee in came:
        attendee.leave()


def test_everyone_at_the_talk_hears_a_question_and_nobody_elsewhere(arrive):
    ada, bob, eve = arrive(), arrive(), arrive("elsewhere")

    asked = ada.ask(WORDS)

    assert asked == {"ok": True, "id": asked["id"], "status": "open"}
    assert ada.heard() == bob.heard() == [("#questions", "beforeend")]
    assert eve.heard() == []


def test_votes_are_told_as_absolute_counts(arrive):
    ada, bob, carol, eve = arrive(), arrive(), arrive(), arrive("elsewhere")
    number = ada.ask(WORDS)["id"]
    for attendee in (ada, bob, carol, eve):
        attendee.heard()

    acks = [bob.vote(number), bob.vote(number), carol.vote(number)]
    acks.append(bob.vote(number, wanted=False))

    assert acks == [{"ok": True, "votes": votes} for votes in (1, 1, 2, 1)]
    expected = [("tally", {str(number): votes}) for votes in (1, 2, 1)]
    assert ada.heard() == bob.heard() == carol.heard() == expected
    assert eve.heard() == []


def test_what_is_broadcast_is_a_strangers_view(server, arrive):
    ada, bob = arrive(), arrive()
    number = ada.ask(WORDS, name="Ada Lovelace")["id"]
    bob.vote(number)

    heard = eventually(lambda: "fragments" in bob.raw() and bob.raw())

    ((author,),) = server.query(f"SELECT author FROM question WHERE id = {number}")  # noqa: S608
    assert "Ada Lovelace" in heard
    assert author not in heard
    assert ada.cookie.partition("=")[2].partition(".")[0] not in heard
    assert 'aria-pressed="true"' not in heard
    assert "withdraw" not in heard


@pytest.mark.parametrize(("view", "role"), [("moderate", Role.MODERATOR), ("present", None)])
def test_those_who_run_a_talk_are_told_to_fetch(server, arrive, view, role):
    cookie = enter(server, token(server, "compilers", role)) if role else ""
    ada, watcher = arrive(), Watcher(server, "compilers", view, cookie)

    ada.ask(WORDS)

    assert eventually(watcher.refetches)
    watcher.leave()


@pytest.mark.parametrize(
    "auth",
    [
        None,
        {},
        {"talk": "nowhere", "view": "board"},
        {"talk": ["compilers"], "view": "board"},
        {"talk": "boardless", "view": "board"},
        {"talk": "compilers", "view": "moderate"},
        {"talk": "compilers", "view": "speaker"},
    ],
)
def test_joining_is_refused_with_a_reason(server, auth):
    stranger, reasons = socketio.Client(reconnection=False), []
    stranger.on("connect_error", reasons.append)

    with pytest.raises(socketio.exceptions.ConnectionError):
        server.open_socket(stranger, auth, wait_timeout=5)

    assert [set(reason) for reason in reasons] == [{"message"}]


def test_one_browser_has_so_many_windows_of_a_talk_and_no_more(arrive):
    ada = arrive()
    windows = [arrive(cookie=ada.cookie) for _ in range(MAX_WINDOWS - 1)]

    # Where there are several workers, the last one may not be known at the other yet.
    assert eventually(lambda: not can_join(arrive, ada.cookie))
    assert arrive().ask(WORDS)["ok"]
    for window in windows[:2]:
        window.leave()

    assert eventually(lambda: can_join(arrive, ada.cookie))


def can_join(arrive, cookie):
    """Return whether one more window is let in."""
    try:
        return bool(arrive(cookie=cookie))
    except socketio.exceptions.ConnectionError:
        return False


def test_another_sites_page_cannot_open_a_socket(server):
    stranger = socketio.Client(
        reconnection=False, websocket_extra_options={"origin": "http://evil"}
    )
    with pytest.raises(socketio.exceptions.ConnectionError):
        server.open_socket(stranger, {"talk": "compilers"})


def test_without_a_cookie_one_may_listen_but_not_speak(arrive):
    ada, mute = arrive(), arrive(cookie="visitor=forged.value")
    number = ada.ask(WORDS)["id"]

    assert mute.ask(WORDS)["ok"] is mute.vote(number)["ok"] is False
    assert ("#questions", "beforeend") in mute.heard()


def test_people_are_counted_without_telling_who(arrive):
    ada = arrive("elsewhere")
    bob = arrive("elsewhere")
    assert eventually(lambda: ada.here() == 2)

    bob.leave()

    assert eventually(lambda: ada.here() == 1)


def test_a_changed_page_reaches_those_who_look_at_it(server, arrive):
    write_talk(server.folder, "moving")
    ada = eventually(lambda: _arrived(arrive, "moving"))
    eve = arrive("elsewhere")

    write_talk(server.folder, "moving", starts_in=45)

    assert eventually(lambda: ada.heard() == [("refetch", {})])
    assert eve.heard() == []


def _arrived(arrive, talk):
    try:
        return arrive(talk)
    except OSError:
        return None


def test_a_vote_costs_little_on_the_wire(arrive):
    ada, bob = arrive(), arrive()
    number = ada.ask(WORDS)["id"]
    bob.heard()
    bob.vote(number)
    (tally,) = [payload for name, payload in bob._heard if name == "tally"]

    frame = 2 + len("42" + json.dumps(["tally", tally], separators=(",", ":")))

    assert frame <= 60


@pytest.mark.skipif(bool(behind.PROXY), reason="each of several workers tells what it has counted")
def test_votes_are_coalesced(tmp_path: Path):
    write_talk(tmp_path, "compilers")
    server = LiveServer(tmp_path, COMPANION_TALLY_MS="500")
    people = [Attendee(server, "compilers") for _ in range(6)]
    number = people[0].ask(WORDS)["id"]
    people[0].heard()

    for voter in people[1:]:
        voter.vote(number)
    time.sleep(1.2)

    assert people[0].heard() == [("tally", {str(number): 1}), ("tally", {str(number): 5})]
    for attendee in people:
        attendee.leave()
    server.stop()


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


def test_a_changed_link_throws_an_open_desk_out(tmp_path: Path):
    write_talk(tmp_path, "compilers")
    server = LiveServer(tmp_path)
    cookie = enter(server, token(server, "compilers", Role.MODERATOR))
    speaker = Watcher(
        server, "compilers", "speaker", enter(server, token(server, "compilers", Role.SPEAKER))
    )
    desk = Watcher(server, "compilers", "moderate", cookie)
    ada = Attendee(server, "compilers")

    rotate(server, "compilers", Role.MODERATOR)

    assert eventually(lambda: not desk.socket.connected)
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

    rotate(server, "compilers", Role.MODERATOR)

    assert eventually(lambda: not any(desk.socket.connected for desk in desks), 2)
    server.stop()
    valkey.stop()

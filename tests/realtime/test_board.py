"""What is heard on a board, and by whom it is not."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import socketio

from tests.support.live import Attendee, LiveServer, eventually, write_talk

WORDS = "How do compilers find their own bugs?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    write_talk(folder, "moderated", more="moderated: true")
    write_talk(folder, "elsewhere")
    write_talk(folder, "over", starts_in=-90)
    write_talk(folder, "boardless", more="board: false")
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off", COMPANION_TALLY_MS="0")
    yield running
    running.stop()
    assert "Traceback" not in running.log()


@pytest.fixture
def arrive(server: LiveServer) -> Iterator[object]:
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


def test_a_waiting_question_is_heard_by_nobody(arrive):
    ada, bob = arrive("moderated"), arrive("moderated")

    asked = ada.ask("Is this <b>on</b> yet, please?")

    assert asked["status"] == "waiting"
    assert ada.heard() == bob.heard() == []
    assert "Is this" in ada.board()
    assert "Is this" not in bob.board()


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("edit", [("#question-{}-body", "outerMorph")]),
        ("withdraw", [("#question-{}", "delete")]),
    ],
)
def test_a_change_by_its_author_is_heard_by_everyone_there(arrive, action, told):
    ada, bob, eve = arrive(), arrive(), arrive("elsewhere")
    number = ada.ask(WORDS)["id"]
    for attendee in (ada, bob, eve):
        attendee.heard()

    assert ada.post(f"questions/{number}/{action}", text="Which compilers find bugs?") == 200

    expected = [(target.format(number), swap) for target, swap in told]
    assert ada.heard() == bob.heard() == expected
    assert eve.heard() == []


@pytest.mark.parametrize("action", ["edit", "withdraw", "vote"])
def test_what_is_refused_is_heard_by_nobody(arrive, action):
    ada, bob, eve = arrive(), arrive(), arrive("elsewhere")
    number = ada.ask(WORDS)["id"]
    for attendee in (ada, bob, eve):
        attendee.heard()
    culprit = ada if action == "vote" else bob

    status = culprit.post(f"questions/{number}/{action}", text="Something else now?", wanted="1")

    assert status == 422
    assert ada.heard() == bob.heard() == eve.heard() == []


def test_a_withdrawn_question_is_told_by_its_number_alone(arrive):
    ada, bob = arrive(), arrive()
    number = ada.ask("Is my secret plan on this board?")["id"]
    bob.heard()

    ada.post(f"questions/{number}/withdraw")

    assert eventually(lambda: "delete" in bob.raw())
    assert "secret" not in bob.raw()


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


def test_a_repeated_key_is_one_question_heard_once(server, arrive):
    ada, bob = arrive(), arrive()
    first = ada.ask(WORDS, key="key-of-ada-1")
    again = ada.ask(WORDS, key="key-of-ada-1")

    assert ada.post("questions", text=WORDS, key="key-of-ada-1") == 200

    assert again == first
    assert bob.heard() == [("#questions", "beforeend")]
    count = server.query("SELECT count(*) FROM question WHERE key = 'key-of-ada-1'")
    assert count == [(1,)]


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "ask",
        {},
        {"text": 7},
        {"text": "short"},
        {"text": "x" * 301},
        {"text": WORDS, "kind": "poll"},
        {"text": WORDS, "key": "../../etc"},
        {"text": WORDS, "detail": "x" * 1001},
    ],
)
def test_bad_input_is_refused_in_words(arrive, payload):
    ada, bob = arrive(), arrive()

    answer = ada.call("ask", payload)

    assert answer["ok"] is False
    assert len(answer["error"]) > 10
    assert bob.heard() == []


@pytest.mark.parametrize(
    "payload", [None, {"question": "1", "wanted": True}, {"question": 1, "wanted": 1}, [1, True]]
)
def test_a_vote_of_the_wrong_shape_is_refused(arrive, payload):
    assert arrive().call("vote", payload)["ok"] is False


def test_a_question_of_another_talk_takes_no_votes(arrive):
    ada, eve = arrive(), arrive("elsewhere")
    number = ada.ask(WORDS)["id"]
    ada.heard()

    assert eve.vote(number)["ok"] is False
    assert ada.heard() == []


def test_a_talk_that_is_over_takes_neither_questions_nor_votes(arrive):
    assert arrive("over").ask(WORDS) == {"ok": False, "error": "The board is closed."}


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
        stranger.connect(server.url, auth=auth, transports=["websocket"], wait_timeout=5)

    assert [set(reason) for reason in reasons] == [{"message"}]


def test_another_sites_page_cannot_open_a_socket(server):
    stranger = socketio.Client(
        reconnection=False, websocket_extra_options={"origin": "http://evil"}
    )
    with pytest.raises(socketio.exceptions.ConnectionError):
        stranger.connect(server.url, auth={"talk": "compilers"}, transports=["websocket"])


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


def test_a_revision_follows_every_revision(arrive):
    ada, bob = arrive("elsewhere"), arrive("elsewhere")
    first = ada.ask(WORDS)["id"]
    bob.vote(first)
    ada.ask("And how do they tell us about them?")
    eventually(lambda: bob.raw().count("fragments") == 2)

    revisions = [int(found) for found in re.findall(r"'revision': (\d+)", bob.raw())]
    after = [int(found) for found in re.findall(r'data-after="(\d+)"', bob.raw())]

    start = revisions[0]
    assert revisions == [start, start + 1, start + 2]
    assert after == [start - 1, start]


def test_a_vote_costs_little_on_the_wire(arrive):
    ada, bob = arrive(), arrive()
    number = ada.ask(WORDS)["id"]
    bob.heard()
    bob.vote(number)
    (tally,) = [payload for name, payload in bob._heard if name == "tally"]

    frame = 2 + len("42" + json.dumps(["tally", tally], separators=(",", ":")))

    assert frame <= 60


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

"""Whoever is too slow, says too much or does not join is cut off, and harms nobody."""

import contextlib
import threading
from collections.abc import Iterator

import pytest

from tests.support.fanout_server import CHATTY, STRICT, Peer, Server, member, running
from tests.support.frames import masked
from tests.support.live import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from running()


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    yield from running(**STRICT)


@pytest.fixture(scope="module")
def chatty() -> Iterator[Server]:
    yield from running(**CHATTY)


def test_a_client_killed_in_mid_broadcast_harms_nobody(server: Server) -> None:
    victims = [member(server, receive_buffer=4096) for _ in range(5)]
    witness = member(server)
    burst = threading.Thread(target=server.get, args=("/burst/300/10000",))
    burst.start()
    for number in range(300):
        assert witness.event()["id"] == number  # type: ignore[index]
        if number % 50 == 0 and victims:
            victims.pop().kill()
    burst.join()


def test_a_client_too_far_behind_is_dropped(strict: Server) -> None:
    slow, quick = member(strict, receive_buffer=4096), member(strict)
    burst = threading.Thread(target=strict.get, args=("/burst/800/10000",))
    burst.start()
    heard = 0
    while heard < 800:
        text = quick.text()
        heard += text.startswith("42")
        if text == "2":
            quick.say("3")
    burst.join()
    assert strict.state()["clients"] == 1
    assert slow.ended()


def test_a_client_with_too_many_bytes_to_come_is_dropped(strict: Server) -> None:
    slow = member(strict, receive_buffer=4096)
    strict.get("/burst/20/1000000")
    assert eventually(lambda: strict.state()["clients"] == 0, 0.3)
    assert slow.ended()


@pytest.mark.parametrize(
    "chatter",
    [
        masked(b'42["others","again"]', 0x81),
        masked(b'42["nobody knows"]', 0x81),
        masked(b"40", 0x81) + masked(b"41", 0x81),  # in and out again
        masked(b"3", 0x81),
        masked(b"hello?", 0x89),
    ],
)
def test_whoever_says_too_much_is_cut_off_whatever_it_is(chatty: Server, chatter: bytes) -> None:
    peer, quiet = member(chatty), member(chatty)
    with contextlib.suppress(OSError):
        for _ in range(60):
            peer.sock.sendall(chatter)
    assert peer.ended()
    assert quiet.is_served()


def test_whoever_is_allowed_more_may_say_more(chatty: Server) -> None:
    peer = member(chatty)
    peer.say('42["allow",100]')

    for _ in range(60):
        peer.say("3")

    assert peer.is_served()


def test_a_client_that_does_not_join_is_dropped(chatty: Server) -> None:
    stranger, friend = Peer(chatty), member(chatty)
    assert stranger.text().startswith("0{")
    gone = member(chatty)
    gone.say("41")
    assert stranger.ended()
    assert gone.ended()
    assert friend.silent()


@pytest.mark.parametrize("again", ["40", '40{"talk":"x"}', '420["join",{}]'])
def test_who_leaves_does_not_come_back_by_the_same_connection(server: Server, again: str) -> None:
    leaving, staying = member(server), member(server)
    leaving.say("41")
    with contextlib.suppress(OSError):
        leaving.say(again)
    assert leaving.text() == "1"
    assert leaving.close_code() == 1000
    assert leaving.ended()
    assert staying.silent()


def test_who_has_joined_does_not_join_again(server: Server) -> None:
    peer = member(server)
    for _ in range(3):
        peer.say("40")
        assert peer.text().startswith("44")
    assert peer.silent()
    peer.kill()
    assert eventually(lambda: server.state()["clients"] == 0)


def test_a_client_that_does_not_answer_pings_is_dropped(strict: Server) -> None:
    mute, alive = member(strict, joined=False), member(strict, joined=False)
    for _ in range(3):
        assert alive.text() == "2"
        alive.say("3")
    assert mute.text() == "2"
    assert mute.ended()
    assert strict.state()["clients"] == 1

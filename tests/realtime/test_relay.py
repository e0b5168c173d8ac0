"""What workers tell each other arrives once and in order, or is missed aloud; nobody waits."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from companion.realtime import relay
from companion.realtime.redis import another_server
from companion.realtime.relay import BYE, GAP, HELLO, LOST, MISSED, TROUBLE, Relay
from companion.settings import ConfigError
from tests.support.live import eventually
from tests.support.valkey import Valkey

pytestmark = pytest.mark.slow
SECRET = "one-secret-for-all-workers"
KINDS = ("word", BYE, GAP, HELLO, LOST, MISSED, TROUBLE)


class Worker(Relay):
    """A relay that keeps what it hears."""

    def __init__(self, url: str, secret: str = SECRET) -> None:
        super().__init__(url, secret)
        self.heard: list[tuple] = []
        for kind in KINDS:
            self.on(kind, lambda *what, kind=kind: self.heard.append((kind, *what)))
        self.start()

    def words(self) -> list[str]:
        """Return which words were heard."""
        return [what[-1] for what in self.heard if what[0] == "word"]

    def count(self, kind: str) -> int:
        """Return how often something of a kind was heard."""
        return sum(what[0] == kind for what in self.heard)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def begin(valkey: Valkey) -> Iterator[Callable[..., Worker]]:
    """Return what begins a worker's relay."""
    there: list[Worker] = []

    def begin(secret: str = SECRET) -> Worker:
        there.append(Worker(valkey.url, secret))
        return there[-1]

    yield begin
    for worker in there:
        worker.stop(0)


@pytest.fixture
def pair(begin) -> tuple[Worker, Worker]:
    """Return two that know of each other."""
    ada, bob = begin(), begin()
    assert eventually(lambda: bob.name in ada._peers and ada.name in bob._peers)
    for worker in (ada, bob):
        worker.heard.remove((GAP,))  # until it began to listen
    return ada, bob


def test_who_is_there_before_it_listens_may_have_missed_something(begin):
    ada = begin()

    assert eventually(lambda: (HELLO, ada.name) in ada.heard)
    assert ada.heard[0] == (GAP,)


def test_each_hears_the_other_in_order_and_not_itself(pair):
    ada, bob = pair
    words = [str(number) for number in range(2_000)]
    for word in words:
        ada.tell("word", word)
    bob.tell("word", "back")

    assert eventually(lambda: bob.words() == words)
    assert eventually(lambda: ada.words() == ["back"])
    assert [worker.count(kind) for worker in pair for kind in (GAP, LOST, MISSED, TROUBLE)] == [
        0
    ] * 8


def test_another_secret_is_another_series(pair, begin):
    stranger = begin("a-secret-of-another-series")
    stranger.tell("word", "from elsewhere")
    pair[0].tell("word", "from here")

    assert eventually(lambda: pair[1].words() == ["from here"])
    assert stranger.words() == []
    assert pair[0].known_as("ada") == pair[1].known_as("ada") != stranger.known_as("ada")


def test_a_restart_is_noticed_and_nothing_is_heard_twice(pair, valkey):
    ada, bob = pair
    valkey.stop()
    for word in ("one", "two"):
        ada.tell("word", word)
    assert eventually(lambda: ada.trouble and bob.trouble)
    valkey.start()

    assert eventually(lambda: not (ada.trouble or bob.trouble), 12)
    assert eventually(lambda: ada.count(GAP) and bob.count(GAP))
    ada.tell("word", "three")
    assert eventually(lambda: "three" in bob.words())
    assert len(bob.words()) == len(set(bob.words()))
    assert [worker.count(TROUBLE) for worker in pair] == [2, 2]


def test_who_tells_never_waits(pair, valkey):
    ada, bob = pair
    valkey.process.send_signal(signal.SIGSTOP)
    ada.tell("word", "frozen")
    assert eventually(lambda: ada.trouble)
    valkey.process.send_signal(signal.SIGCONT)

    assert eventually(lambda: bob.words() == ["frozen"], 12)


def test_what_there_is_no_room_for_is_missed_aloud(pair, valkey, monkeypatch):
    monkeypatch.setattr(relay, "MOST_LINES", 10)
    ada, bob = pair
    valkey.stop()
    for number in range(100):
        ada.tell("word", str(number), about=f"talk-{number % 3}")
    assert len(ada._waiting) <= 10
    valkey.start()

    def missed() -> set[str]:
        return {what[1] for what in ada.heard if what[0] == MISSED}

    assert eventually(lambda: missed() == {"talk-0", "talk-1", "talk-2"}, 12)
    assert bob.count(MISSED) == 0
    own = (HELLO, ada.name)  # at the start, when Redis is back, and for what was dropped
    assert eventually(lambda: ada.heard.count(own) == 3)
    ada.tell("word", "at last")
    assert eventually(lambda: "at last" in bob.words())


def test_much_at_once_is_bounded_in_bytes(pair, valkey, monkeypatch):
    monkeypatch.setattr(relay, "MOST_BYTES", 10_000)
    ada, _ = pair
    valkey.stop()
    for _ in range(100):
        ada.tell("word", "x" * 999, about="talk")

    assert sum(len(line) for _, line in ada._waiting) <= 10_000


def test_who_says_goodbye_is_not_missed_and_who_falls_silent_is(pair, begin, monkeypatch):
    monkeypatch.setattr(relay, "SILENT_SECONDS", 1.5)
    ada, bob = pair
    leaving = begin()
    assert eventually(lambda: (HELLO, leaving.name) in ada.heard)
    leaving.stop(5)
    bob._is_running = False  # as if it had been killed

    assert eventually(lambda: (LOST, bob.name) in ada.heard)
    assert (BYE, leaving.name) in ada.heard
    assert (LOST, leaving.name) not in ada.heard


def test_a_lost_batch_is_a_gap(pair):
    ada, bob = pair
    ada._batches += 1
    ada.tell("word", "after the lost one")

    assert eventually(lambda: bob.words() == ["after the lost one"])
    assert bob.count(GAP) == 1


@pytest.mark.no_cover  # or nearly all that the threads do is to be counted
def test_many_threads_may_tell(pair):
    ada, bob = pair

    def talk(name: int) -> None:
        for number in range(200):
            ada.tell("word", f"{name} {number}")

    threads = [threading.Thread(target=talk, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert eventually(lambda: len(bob.words()) == 800)
    assert ada._size == 0


def test_a_server_that_is_there_is_found(valkey, begin):
    assert not another_server(valkey.url, SECRET)
    begin()
    assert eventually(lambda: another_server(valkey.url, SECRET))
    assert not another_server(valkey.url, "a-secret-of-another-series")


def test_no_redis_is_no_start(valkey):
    url = valkey.url
    valkey.stop()
    began = time.monotonic()

    with pytest.raises(ConfigError, match="COMPANION_REDIS_URL: Redis cannot be used"):
        another_server(url, SECRET)
    assert time.monotonic() - began < 15
    valkey.start()

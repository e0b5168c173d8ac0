"""Broadcasts of servers that share a Redis, which may hang or die."""

import select
import signal
from collections.abc import Iterator

import pytest

from tests.support.fanout_server import Peer, Server, member
from tests.support.live import eventually
from tests.support.valkey import Valkey

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    valkey = Valkey(tmp_path_factory.mktemp("valkey"))
    yield valkey
    valkey.stop()


@pytest.fixture(scope="module")
def pair(valkey: Valkey) -> Iterator[tuple[Server, Server]]:
    servers = [Server(gunicorn=False, REDIS=valkey.url) for _ in range(2)]
    yield servers[0], servers[1]
    for server in servers:
        assert "Traceback" not in server.stop()


def hears(peer: Peer, server: Server, word: str) -> bool:
    """Whether a word from another server arrives within a moment."""
    server.get(f"/emit/talk/{word}")
    if not peer.buffer and not select.select([peer.sock], [], [], 0.25)[0]:
        return False
    peer.event()
    return True


def test_servers_that_share_a_redis_hear_each_other(pair: tuple[Server, Server]) -> None:
    here, there = member(pair[0]), member(pair[1])
    assert eventually(lambda: hears(there, pair[0], "hello"))
    assert eventually(lambda: hears(here, pair[1], "hello"))


def test_a_redis_that_hangs_or_dies_delays_nothing(
    pair: tuple[Server, Server], valkey: Valkey
) -> None:
    here, there = member(pair[0]), member(pair[1])
    assert eventually(lambda: hears(there, pair[0], "before"))
    valkey.process.send_signal(signal.SIGSTOP)
    took = []
    for _ in range(5):
        took.append(float(pair[0].get("/emit/talk/frozen")))
        while here.event() != "frozen":
            pass
    assert max(took) < 300
    valkey.process.send_signal(signal.SIGCONT)
    assert eventually(lambda: hears(there, pair[0], "thawed"), 5)
    valkey.stop()
    pair[0].get("/emit/talk/down")
    while here.event() != "down":
        pass
    valkey.start()
    assert eventually(lambda: hears(there, pair[0], "after"), 6)
    assert eventually(lambda: pair[1].state()["gaps"] > 1, 6)  # one is of its start

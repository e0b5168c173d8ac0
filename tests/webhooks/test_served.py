"""Webhooks of a server: through restarts and kills, by several workers, and in nobody's way."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.live import START_PATIENCE, Attendee, LiveServer, eventually, write_talk
from tests.support.receiver import Receiver
from tests.support.workers import Cluster, PostgresCluster

pytestmark = pytest.mark.slow
TALK = "compilers"


def command(server: LiveServer, *arguments: str) -> str:
    """Run a command beside a server, as whoever runs it does."""
    done = subprocess.run(
        [sys.executable, "-m", "companion", *arguments],
        env=server.env | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=START_PATIENCE,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def server(tmp_path: Path):
    write_talk(tmp_path, TALK)
    running = LiveServer(tmp_path, COMPANION_RATE_LIMITS="off")
    yield running
    running.kill()


def asked(people: Attendee, count: int) -> list[int]:
    """Ask some questions, each of which is acknowledged; return their numbers."""
    answers = [people.ask(f"How do bees find home, take {number}?") for number in range(count)]
    assert all(answer["ok"] for answer in answers)
    return [answer["id"] for answer in answers]


def numbers(receiver: Receiver) -> list[int | None]:
    return [number for event, number in receiver.told if event == "asked"]


def test_a_slow_receiver_slows_nobody_and_a_kill_loses_nothing(server, receiver):
    secret = command(server, "webhook", "add", receiver.url, "--events", "asked")
    ada = Attendee(server, TALK)
    receiver.open.clear()  # it takes the first message, and says nothing for as long as this lasts
    first = asked(ada, 1)
    assert receiver.hears(1)
    rest = asked(ada, 20)
    assert len(receiver.heard) == 1
    ada.leave()

    server.kill()
    receiver.open.set()
    server.write("UPDATE delivery SET due_at = '2026-01-01 00:00:00'")  # as if the lease was over
    server.start()

    assert receiver.hears(22)
    assert numbers(receiver)[0] == first[0]
    assert sorted(set(numbers(receiver))) == first + rest
    assert receiver.heard[0].id in {one.id for one in receiver.heard[1:]}  # so it can be dropped
    assert all(one.is_signed_with(secret) for one in receiver.heard)
    assert eventually(
        lambda: server.query("SELECT COUNT(*) FROM delivery WHERE delivered") == [(21,)]
    )
    line = command(server, "webhook", "log", "1").splitlines()[-1]
    assert f"asked  {TALK} {rest[-1]}" in line
    assert "delivered (attempts 1, last 204)" in line
    log = server.log()
    assert secret not in log
    assert "bees" not in log


def test_a_receiver_that_says_nothing_is_given_five_seconds_and_asked_again(server, receiver):
    command(server, "webhook", "add", receiver.url, "--events", "asked")
    receiver.open.clear()
    asked(Attendee(server, TALK), 1)
    timed_out = "SELECT COUNT(*) FROM delivery WHERE result = 'TimeoutError'"
    assert eventually(lambda: server.query(timed_out) == [(1,)])

    receiver.open.set()

    assert receiver.hears(2)
    assert len({one.id for one in receiver.heard}) == 1
    assert eventually(
        lambda: server.query("SELECT attempts FROM delivery WHERE delivered") == [(2,)]
    )
    assert "webhook 1: attempt 1 came to TimeoutError" in server.log()


@pytest.mark.parametrize("kind", [Cluster, PostgresCluster])
def test_two_workers_tell_each_thing_once(tmp_path, request, receiver, kind):
    database = [request.getfixturevalue("postgres_url")] if kind is PostgresCluster else []
    cluster = kind(tmp_path, 1, *database, COMPANION_RATE_LIMITS="off")
    try:
        command(cluster, "webhook", "add", receiver.url, "--events", "asked")
        made = asked(Attendee(cluster, cluster.new_talk()), 30)
        assert eventually(
            lambda: cluster.query("SELECT COUNT(*) FROM delivery WHERE delivered") == [(30,)]
        )
    finally:
        cluster.kill()
        cluster.valkey.stop()

    assert sorted(numbers(receiver)) == made
    assert len({one.id for one in receiver.heard}) == 30

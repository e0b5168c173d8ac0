"""Valkey goes away under load: nobody waits for it, and once it is back all see the same."""

import signal
import statistics
import time
from collections.abc import Callable, Iterator

import pytest

from companion.store.models import Role
from tests.support.fault_table import IS_FULL, ROUNDS
from tests.support.live import Attendee, eventually
from tests.support.load import Count, Load
from tests.support.reader import at_each_worker, see_all_right
from tests.support.watcher import Watcher, enter, token
from tests.support.workers import Cluster

pytestmark = pytest.mark.slow
IN_TIME = 12  # seconds until all see the same again
AWAY_SECONDS = 10 if IS_FULL else 1
TIMES = min(ROUNDS, 3)
DEGRADED = "degraded: Redis does not answer"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    talks = 3 * TIMES + 5  # three for second tries
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), talks, COMPANION_RATE_LIMITS="off")
    yield cluster
    cluster.end()
    assert "Traceback" not in cluster.log()


def through(cluster: Cluster, fault: Callable[[], object]):
    """Have Valkey fail so often; return the counts, the times until all saw the same, and acks."""
    total, took, waits = Count(), [], []
    for number in range(TIMES):
        talk = cluster.new_talk()
        readers = at_each_worker(cluster, talk)
        load = Load(cluster, talk, seed=number)
        load.under(fault)
        back = time.monotonic()
        see_all_right(readers, IN_TIME)
        took.append(time.monotonic() - back)
        load.settle()
        total += load.compare()
        assert load.refusals == []
        waits += [wish.took for wish in load.acknowledged]
        load.leave()
    p99 = statistics.quantiles(waits, n=100)[-1]
    return total, took, f"acknowledged within {1000 * p99:.0f} ms (p99)"


def freeze(cluster: Cluster) -> None:
    cluster.valkey.process.send_signal(signal.SIGSTOP)
    time.sleep(AWAY_SECONDS)  # the fault itself
    cluster.valkey.process.send_signal(signal.SIGCONT)


def restart(cluster: Cluster, seconds: float = 0) -> None:
    cluster.valkey.stop()
    time.sleep(seconds)  # the fault itself
    cluster.valkey.start()


def assert_nothing_lost(total: Count) -> None:
    assert total.acknowledged
    assert (total.lost, total.duplicated) == (0, 0)


def test_killed(cluster, fault_row):
    total, took, waits = through(cluster, lambda: restart(cluster, AWAY_SECONDS))

    fault_row(f"Valkey killed for {AWAY_SECONDS} s, {waits}", TIMES, total, took)
    assert_nothing_lost(total)


def test_stopped(cluster, fault_row):
    total, took, waits = through(cluster, lambda: freeze(cluster))

    fault_row(f"Valkey stopped for {AWAY_SECONDS} s, {waits}", TIMES, total, took)
    assert_nothing_lost(total)


@pytest.mark.skipif(not IS_FULL, reason="in short it is killed and started")
def test_restarted(cluster, fault_row):
    total, took, waits = through(cluster, lambda: restart(cluster))

    fault_row(f"Valkey restarted, {waits}", TIMES, total, took)
    assert_nothing_lost(total)


def test_meanwhile_it_is_said_and_those_at_one_worker_hear_each_other(cluster):
    talk = cluster.new_talk()
    first, second = cluster.workers()
    desk_cookie = enter(cluster, token(cluster, talk, Role.MODERATOR))
    with cluster.only(first):
        ada, bob = Attendee(cluster, talk), Attendee(cluster, talk)
        desk = Watcher(cluster, talk, "moderate", desk_cookie)
    with cluster.only(second):
        eve = Attendee(cluster, talk)
    assert eventually(lambda: eve.here() == 3)
    desk.refetches()

    cluster.valkey.stop()
    assert eventually(lambda: cluster.ready().startswith(DEGRADED))
    assert eventually(desk.refetches)
    with cluster.only(first):
        assert "Redis does not answer" in desk.get(f"/talks/{talk}/desk?since=0&phase=")
        asked = ada.ask("Does anybody here hear this?")
    assert asked["ok"]
    assert eventually(lambda: f"question-{asked['id']}" in bob.raw())
    assert f"question-{asked['id']}" not in eve.raw()

    cluster.valkey.start()
    assert eventually(lambda: "refetch" in eve.raw(), IN_TIME)
    assert f'id="question-{asked["id"]}"' in eve.board()
    assert eventually(lambda: cluster.ready() == "ok\n")
    assert eventually(desk.refetches)
    assert "Redis" not in desk.get(f"/talks/{talk}/desk")
    for person in (ada, bob, eve, desk):
        person.leave()


def test_meanwhile_people_follow_as_far_as_one_worker_knows(cluster):
    talk = cluster.new_talk()
    first, second = cluster.workers()
    grace = enter(cluster, token(cluster, talk, Role.MODERATOR))
    with cluster.only(first):
        ada, desk = Attendee(cluster, talk), Watcher(cluster, talk, "moderate", grace)
        assert desk.post("desk/switches", pulse="1") == 200
    with cluster.only(second):
        eve = Attendee(cluster, talk)

    cluster.valkey.stop()
    assert eventually(lambda: cluster.ready().startswith(DEGRADED))
    for person in (ada, eve):
        assert person.call("pulse", {"kind": "lost"})["ok"]
    assert eventually(lambda: (desk.pulse().get("lost"), desk.pulse().get("is_alone")) == (1, True))
    with cluster.only(first):
        assert "as far as is known" in desk.get(f"/talks/{talk}/desk")

    cluster.valkey.start()
    assert eventually(lambda: desk.pulse()["lost"] == 2, IN_TIME)
    assert eventually(lambda: not desk.pulse()["is_alone"], IN_TIME)
    for person in (ada, eve, desk):
        person.leave()

"""Several workers count as one, and one that has gone has nobody any more."""

import os
import re
import signal
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest

from tests.support.live import PATIENCE, Attendee, eventually
from tests.support.workers import Cluster

pytestmark = pytest.mark.slow
TOKEN = "prometheus-may-read-this"
SOCKETS = 'companion_sockets{view="board"}'


@pytest.fixture
def cluster(tmp_path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path, 1, COMPANION_METRICS_TOKEN=TOKEN)
    yield cluster
    cluster.end()


def read(cluster: Cluster) -> dict[str, float]:
    request = Request(f"{cluster.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(request, timeout=PATIENCE) as answer:
        lines = re.findall(r"^(companion_\S+) (\S+)$", answer.read().decode(), re.MULTILINE)
    return {name: float(value) for name, value in lines}


def test_two_workers_count_together(cluster):
    talk, people = cluster.new_talk(), []
    first, second = cluster.workers()
    for worker in (first, second, second):
        with cluster.only(worker):
            people.append(Attendee(cluster, talk))
    assert people[0].ask("How do bees find their way home?")["ok"]
    assert people[1].vote(1)["ok"]
    assert eventually(lambda: all("beforeend" in person.raw() for person in people))

    figures = [read(cluster) for _ in range(6)]

    assert {each[SOCKETS] for each in figures} == {3}
    assert figures[0]['companion_messages_total{answer="ok",event="ask"}'] == 1
    assert figures[0]['companion_messages_total{answer="ok",event="vote"}'] == 1
    assert figures[0]["companion_broadcast_seconds_count"] >= 2
    assert figures[0]["companion_commit_changes_sum"] >= 2

    os.kill(second, signal.SIGKILL)

    assert eventually(lambda: len(cluster.workers()) == 2 and second not in cluster.workers())
    assert eventually(lambda: read(cluster)[SOCKETS] == 1)
    assert read(cluster)['companion_messages_total{answer="ok",event="vote"}'] == 1
    people[0].leave()

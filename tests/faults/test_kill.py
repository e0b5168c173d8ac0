"""The server is killed while people ask and vote, and started again: nothing is lost or doubled."""

import random
import sqlite3
import time
from contextlib import closing

import pytest

from tests.support.fault_table import ROUNDS
from tests.support.live import LiveServer, write_talk
from tests.support.load import Count, Load

pytestmark = pytest.mark.slow


def integrity(server: LiveServer) -> str:
    with closing(sqlite3.connect(server.database)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


def start_again(server: LiveServer) -> float:
    """Return how long it took until it was ready."""
    began = time.monotonic()
    server.start()
    return time.monotonic() - began


def kill_under_load(server: LiveServer, check) -> tuple[Count, list[float]]:
    chance, total, took = random.Random(7), Count(), []  # noqa: S311 (not for secrets)
    for number in range(ROUNDS):
        load = Load(server, f"talk-{number}", seed=number)
        load.run(chance.uniform(0.2, 1.0), server.kill)
        check(server)
        took.append(start_again(server))
        before = load.count()
        load.settle()
        total += load.compare()
        total.lost += before.lost
        load.leave()
    return total, took


def test_killed_on_sqlite(tmp_path, fault_row):
    for number in range(ROUNDS):
        write_talk(tmp_path, f"talk-{number}", starts_in=-5)
    server = LiveServer(tmp_path, COMPANION_RATE_LIMITS="off")

    def is_whole(server: LiveServer) -> None:
        assert integrity(server) == "ok"

    total, took = kill_under_load(server, is_whole)
    server.stop()

    fault_row("kill -9, SQLite", ROUNDS, total, took)
    assert total.acknowledged
    assert (total.lost, total.duplicated) == (0, 0)

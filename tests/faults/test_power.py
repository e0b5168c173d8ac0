"""The power goes while people ask and vote: what was acknowledged had been synced."""

import random
import sqlite3
import time
from contextlib import closing

import pytest

from tests.support.disk import COMPILER, NO_COMPILER, Disk, compile_disk
from tests.support.fault_table import ROUNDS
from tests.support.live import LiveServer, write_talk
from tests.support.load import Count, Load

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not COMPILER, reason=NO_COMPILER)]
SYNC_MS = 5


def questions_in(server: LiveServer) -> int:
    """Return how many questions are in the file, which has to be whole."""
    with closing(sqlite3.connect(server.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'question'").fetchone():
            return 0
        return int(connection.execute("SELECT count(*) FROM question").fetchone()[0])


def test_the_power_goes(tmp_path, fault_row):
    for number in range(ROUNDS):
        write_talk(tmp_path, f"talk-{number}", starts_in=-5)
    disk = Disk(tmp_path / "board.sqlite3", compile_disk(tmp_path), sync_ms=SYNC_MS)
    server = LiveServer(tmp_path, COMPANION_RATE_LIMITS="off", **disk.env)
    chance, total, took = random.Random(11), Count(), []  # noqa: S311 (not for secrets)
    for number in range(ROUNDS):
        load = Load(server, f"talk-{number}", seed=number)
        load.run(chance.uniform(0.3, 1.0), server.kill)
        at = chance.choice(load.acknowledged).acknowledged_at
        load.forget_after(at)
        disk.cut(at, syncs=False)
        believed_nothing = questions_in(server)
        disk.cut(at, chance if number % 2 else None)
        assert believed_nothing < questions_in(server)
        before = load.count()
        disk.begin()
        began = time.monotonic()
        server.start()
        took.append(time.monotonic() - began)
        load.settle()
        total += load.compare()
        total.lost += before.lost
        load.leave()
    server.stop()

    fault_row("power cut, SQLite", ROUNDS, total, took)
    assert (total.lost, total.duplicated) == (0, 0)

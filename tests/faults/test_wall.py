"""The server is killed while twenty people arrange a wall: nothing is lost, or done twice."""

import random
import time

import pytest

from tests.support.arrangers import Arrangers
from tests.support.fault_table import ROUNDS
from tests.support.live import LiveServer, write_talk
from tests.support.load import Count
from tests.support.on_postgres import OnPostgres

pytestmark = pytest.mark.slow
KILLS = max(2, ROUNDS)


def kill_while_they_arrange(server: LiveServer) -> tuple[Count, list[float]]:
    chance, total, took = random.Random(5), Count(), []  # noqa: S311 (not for secrets)
    for number in range(KILLS):
        people = Arrangers(server, f"wall-{number}", seed=number)
        people.run(chance.uniform(0.2, 1.0), server.kill)
        began = time.monotonic()
        server.start()
        took.append(time.monotonic() - began)
        people.settle()
        total += people.compare()
    server.stop()
    return total, took


@pytest.fixture
def folder(tmp_path):
    for number in range(KILLS):
        write_talk(tmp_path, f"wall-{number}", starts_in=-5)
    return tmp_path


def test_killed_on_sqlite(folder, fault_row):
    server = LiveServer(folder, COMPANION_RATE_LIMITS="off")

    total, took = kill_while_they_arrange(server)

    fault_row("kill -9 while 20 arrange, SQLite", KILLS, total, took)
    assert total.acknowledged
    assert (total.lost, total.duplicated) == (0, 0)


@pytest.fixture
def prompt_postgres(postgres, postgres_url, migrated_postgres):
    """Return a database whose server saves before it says that it has."""
    postgres.run(f'ALTER DATABASE "{migrated_postgres}" SET synchronous_commit = on')
    yield postgres_url
    postgres.run(f'ALTER DATABASE "{migrated_postgres}" RESET synchronous_commit')


def test_killed_on_postgresql(folder, prompt_postgres, fault_row):
    server = OnPostgres(folder, prompt_postgres, COMPANION_RATE_LIMITS="off")

    total, took = kill_while_they_arrange(server)

    fault_row("kill -9 while 20 arrange, PostgreSQL", KILLS, total, took)
    assert total.acknowledged
    assert (total.lost, total.duplicated) == (0, 0)

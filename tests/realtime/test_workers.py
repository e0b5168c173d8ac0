"""Several workers with Valkey between them, and PostgreSQL beneath: one board for all."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.live import Attendee, LiveServer, eventually, write_talk
from tests.support.postgres import Postgres
from tests.support.valkey import Valkey

pytestmark = pytest.mark.slow
WORDS = "Does this reach the other worker as well?"
SECRET = "a-secret-shared-by-all-workers"
PEOPLE = 8


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path)
    yield server
    server.stop()


def test_workers_share_one_board(tmp_path: Path, valkey: Valkey) -> None:
    write_talk(tmp_path, "compilers")
    server = LiveServer(
        tmp_path,
        COMPANION_WORKERS="2",
        COMPANION_REDIS_URL=valkey.url,
        COMPANION_RATE_LIMITS="off",
    )
    people = [Attendee(server, "compilers") for _ in range(PEOPLE)]

    asked = [person.ask(WORDS)["id"] for person in people]
    for person in people[1:]:
        assert person.vote(asked[0])["ok"]

    for person in people:
        assert eventually(lambda person=person: person.raw().count("beforeend") == PEOPLE)
        last = f"'{asked[0]}': {PEOPLE - 1}"
        assert eventually(lambda person=person, last=last: last in person.raw())
        person.leave()
    server.stop()
    assert "Traceback" not in server.log()


def test_postgresql_is_migrated_by_hand_and_then_serves(tmp_path: Path, postgres: Postgres) -> None:
    write_talk(tmp_path, "compilers")
    env = {
        "COMPANION_DATABASE_URL": postgres.url(postgres.new()),
        "COMPANION_SECRET_KEY": SECRET,
        "COMPANION_TALKS": str(tmp_path),
    }
    refused = _companion("serve", env)
    assert refused.returncode == 2
    assert "companion db upgrade" in refused.stderr

    assert _companion("db", env, "upgrade").returncode == 0
    server = LiveServer(tmp_path, **env)
    ada, bob = Attendee(server, "compilers"), Attendee(server, "compilers")
    asked = ada.ask(WORDS)

    assert asked["ok"]
    assert bob.heard() == [("#questions", "beforeend")]
    assert bob.vote(asked["id"]) == bob.vote(asked["id"]) == {"ok": True, "votes": 1}
    for person in (ada, bob):
        person.leave()
    server.stop()
    assert "Traceback" not in server.log()


def _companion(command: str, env: dict[str, str], *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "companion", command, *more],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

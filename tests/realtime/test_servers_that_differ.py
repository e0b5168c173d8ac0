"""Two servers that are no one board, on one PostgreSQL: all who look are told what differs."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from companion.store.engine import Base
from companion.store.models import Role
from companion.store.other_servers import DIFFERENCES, SILENT_SECONDS, UNHEARD
from tests.support.live import LiveServer, eventually, write_talk
from tests.support.on_postgres import OnPostgres
from tests.support.valkey import Valkey
from tests.support.watcher import Watcher, enter, token

pytestmark = pytest.mark.slow
ANOTHER_KEY = "fedcba9876543210-of-somebody-else"


@pytest.fixture
def servers(tmp_path, postgres, migrated_postgres) -> Iterator[list[LiveServer]]:
    """Serve one talk; only the second has another one, too, and a Valkey."""
    valkey = Valkey(tmp_path)
    made: list[LiveServer] = []
    url = postgres.url(migrated_postgres)
    for talks, env in ((("talk",), {}), (("talk", "more"), {"COMPANION_REDIS_URL": valkey.url})):
        place = tmp_path / f"server-{len(made)}"
        place.mkdir()
        for talk in talks:
            write_talk(place, talk)
        made.append(OnPostgres(place, url, **env))
    yield made
    for server in made:
        server.stop()
    valkey.stop()
    postgres.empty(migrated_postgres, Base.metadata)


def companion(server: LiveServer, command: str, **env: str) -> tuple[int, str]:
    """Run a command where a server runs; return how it exits, and all that it says."""
    done = subprocess.run(
        [sys.executable, "-m", "companion", command],
        env=os.environ | server.env | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_all_who_look_are_told_what_differs_until_nothing_does(servers):
    said = f"degraded: {DIFFERENCES['talks']}; {UNHEARD}\n"
    assert [eventually(lambda each=each: each.ready() == said) for each in servers] == [True] * 2

    first, second = servers
    desk = Watcher(first, "talk", "moderate", enter(first, token(first, "talk", Role.MODERATOR)))
    assert "another server on this database has other talks" in desk.get("/talks/talk/desk")
    desk.leave()
    code, told = companion(first, "doctor")
    assert (code, DIFFERENCES["talks"] in told) == (1, True)

    stranger = {"COMPANION_SECRET_KEY": ANOTHER_KEY, "COMPANION_PORT": "1"}
    refusal = f"companion: COMPANION_SECRET_KEY: {DIFFERENCES['key']}\n"
    assert companion(first, "serve", **stranger) == (2, refusal)
    assert DIFFERENCES["key"] in companion(first, "doctor", **stranger)[1]

    first.stop()
    first.env["COMPANION_REDIS_URL"] = second.env["COMPANION_REDIS_URL"]
    second.folder.joinpath("more.md").unlink()
    text = (second.folder / "talk.md").read_text()
    (first.folder / "talk.md").write_text(text)  # its times are those of when it was written
    first.start()

    assert eventually(lambda: [each.ready() for each in servers] == ["ok\n"] * 2, SILENT_SECONDS)
    assert eventually(
        lambda: DIFFERENCES["talks"] not in companion(first, "doctor")[1], SILENT_SECONDS
    )

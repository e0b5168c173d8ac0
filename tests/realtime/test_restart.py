"""What survives: a kill under load loses nothing acknowledged, a restart is announced."""

import threading
import uuid
from pathlib import Path

import pytest

from tests.support.live import Attendee, LiveServer, eventually, write_talk

pytestmark = pytest.mark.slow
ASKERS = 6


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    write_talk(tmp_path, "compilers")
    server = LiveServer(tmp_path, COMPANION_RATE_LIMITS="off")
    acknowledged: set[str] = set()
    people = [Attendee(server, "compilers") for _ in range(ASKERS)]

    def keep_asking(person: Attendee) -> None:
        while person.socket.connected:
            key = str(uuid.uuid4())
            try:
                if person.ask("Will this one be kept, whatever happens?", key=key)["ok"]:
                    acknowledged.add(key)
            except Exception:  # the kill may strike at any point of a call
                return

    threads = [threading.Thread(target=keep_asking, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    assert eventually(lambda: len(acknowledged) > 30)

    server.kill()
    for thread in threads:
        thread.join()
    server.start()

    kept = [key for (key,) in server.query("SELECT key FROM question")]
    assert len(kept) == len(set(kept))
    assert acknowledged <= set(kept)
    if server.engine.dialect.name == "sqlite":
        assert server.query("PRAGMA integrity_check") == [("ok",)]
    server.stop()


def test_a_restart_is_announced_and_quick(tmp_path: Path) -> None:
    write_talk(tmp_path, "compilers")
    server = LiveServer(tmp_path)
    ada = Attendee(server, "compilers")
    number = ada.ask("Does this question outlive the server?")["id"]

    seconds = server.stop()

    assert seconds < 6
    assert eventually(lambda: "going_away" in ada.raw())
    assert eventually(lambda: not ada.socket.connected)
    server.start()
    ada.join()
    assert f'id="question-{number}"' in ada.board()
    ada.leave()
    server.stop()
    assert "Traceback" not in server.log()

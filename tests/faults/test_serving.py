"""The server on an SQLite file: where nothing can be written, stopped, and started twice."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from tests.support.limits import limit_room, no_room
from tests.support.live import Attendee, LiveServer, eventually, write_talk

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path):
    write_talk(tmp_path, "compilers")
    server = LiveServer(tmp_path)
    yield server
    if server.process.poll() is None:
        server.stop()


def companion(server: LiveServer, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the same database."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COMPANION_")}
    return subprocess.run(
        [sys.executable, "-m", "companion", *arguments],
        env=clean | server.env | env,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def the_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line with which a command was refused."""
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_after_a_clean_stop_one_file_holds_everything(server, tmp_path):
    ada = Attendee(server, "compilers")
    assert all(ada.ask(f"Is this question kept, number {n}?")["ok"] for n in range(3))
    ada.leave()

    server.stop()
    copy = tmp_path / "copied.sqlite3"
    shutil.copyfile(server.database, copy)

    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM question").fetchone() == (3,)
    assert not server.database.with_name("board.sqlite3-wal").exists()


# In a process of its own, since the server patches the one that it is imported in.
LAST_CALL = """
import socket
from companion.server import Doorkeeper

listener = socket.create_server(("127.0.0.1", 0))

def answer(client, _address):
    client.sendall(client.recv(9) + b" to %d" % listener.getsockname()[1])

server = Doorkeeper(listener, answer)
server.start()
server.stop_accepting()
port = listener.getsockname()[1]
clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(12)]
for client in clients:
    client.sendall(b"one more?")
server.close()
assert [client.recv(99) for client in clients] == [b"one more? to %d" % port] * 12
try:
    socket.create_connection(("127.0.0.1", port))
except ConnectionRefusedError:
    print("and then nobody")
"""


def test_whoever_has_come_when_it_closes_is_served_still():
    done = subprocess.run(
        [sys.executable, "-c", LAST_CALL], capture_output=True, text=True, timeout=30, check=False
    )

    assert done.stdout == "and then nobody\n", done.stderr


def test_a_worker_that_hangs_is_replaced(server):
    [worker] = server.workers()

    os.kill(worker, signal.SIGSTOP)

    assert eventually(lambda: server.workers() not in ([worker], []), seconds=30)
    ada = Attendee(server, "compilers")
    assert ada.ask("Is there somebody to take this one?")["ok"]
    ada.leave()


def test_a_second_server_on_the_same_file_is_refused_by_the_firsts_number(server):
    line = the_line(companion(server, "serve"))

    assert f"process {server.process.pid} serves {server.database} already" in line
    server.kill()
    server.start()
    assert "Traceback" not in server.log()


def test_a_server_that_starts_while_the_database_is_locked_is_read(server):
    ada = Attendee(server, "compilers")
    ada.ask("Can this one be read meanwhile?")
    ada.leave()
    server.stop()

    with closing(sqlite3.connect(server.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        server.start()
        bob = Attendee(server, "compilers")
        assert "Can this one be read meanwhile?" in bob.board()
        other.execute("ROLLBACK")

    assert "companion: warning: nothing could be saved" in server.log()
    assert "Traceback" not in server.log()
    assert bob.ask("And can I ask again now?")["ok"]
    bob.leave()


def test_a_server_that_starts_on_a_full_disk_is_read_and_goes_on_once_there_is_room(server):
    ada = Attendee(server, "compilers")
    ada.ask("Can this one be read meanwhile?")
    ada.leave()
    server.stop()

    with no_room():
        server.start(log=subprocess.DEVNULL)
    bob = Attendee(server, "compilers")
    assert "Can this one be read meanwhile?" in bob.board()
    refusal = bob.ask("Is there room for this one?", key="a-key-of-bobs")
    assert (refusal["ok"], refusal["again"]) == (False, True)
    assert bob.get("/readyz").startswith("degraded: nothing could be saved")

    for process in (server.process.pid, *server.workers()):
        limit_room(process)

    def asks_again() -> bool:
        time.sleep(0.5)  # as often as a browser would, or it is said to be too often
        return bool(bob.ask("Is there room for this one?", key="a-key-of-bobs")["ok"])

    assert eventually(asks_again)
    assert server.query("SELECT count(*) FROM question") == [(2,)]
    bob.leave()


@pytest.mark.parametrize("command", [("serve",), ("links", "compilers")])
def test_a_first_start_without_room_is_refused_in_a_line_and_leaves_nothing(tmp_path, command):
    write_talk(tmp_path, "compilers")
    env = {"COMPANION_TALKS": str(tmp_path), "COMPANION_DATABASE_URL": "sqlite:///new.sqlite3"}
    with no_room():
        done = subprocess.run(
            [sys.executable, "-m", "companion", *command],
            env=os.environ | env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert "cannot keep one" in the_line(done)
    assert not (tmp_path / "new.sqlite3.key").exists()


def test_a_link_that_cannot_be_changed_is_said_in_a_line(server):
    before = server.links("compilers")
    with closing(sqlite3.connect(server.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        line = the_line(companion(server, "links", "compilers", "--rotate", "moderator"))

    assert "nothing was changed" in line
    assert before["moderator"] in companion(server, "links", "compilers").stdout


def test_what_has_been_kept_long_enough_goes_by_itself_and_from_every_byte(server, tmp_path):
    ada = Attendee(server, "compilers")
    assert ada.ask("How do bees find home?", name="Ada of Ockham")["ok"]
    ada.leave()
    server.stop()
    write_talk(tmp_path, "compilers", starts_in=-400 * 24 * 60)
    assert b"Ada of Ockham" in server.database.read_bytes()

    told = companion(server, "purge", "--dry-run", "--talk", "compilers").stdout
    assert told == "Would go from compilers: what ties browsers to it, 1 name\n"
    server.start()

    def is_gone() -> bool:
        return not any(b"Ockham" in part.read_bytes() for part in tmp_path.glob("board.sqlite3*"))

    assert eventually(is_gone)
    assert b"How do bees find home?" in server.database.read_bytes()


def test_a_talk_is_forgotten_on_demand_while_people_are_served(server, tmp_path):
    write_talk(tmp_path, "bees", starts_in=-70)
    server.wait_for("/talks/bees")
    grace = Attendee(server, "compilers")
    with sqlite3.connect(server.database) as connection:
        connection.execute("DELETE FROM talk WHERE slug = 'bees'")
        connection.execute(
            "INSERT INTO talk (slug, key, revision, public_revision)"
            " VALUES ('bees', 'the-old-key', 0, 0)"
        )
        connection.execute(
            "INSERT INTO question (talk_id, key, author, kind, text, detail, name, status, votes,"
            " asked_at) SELECT id, 'k', 'a', 'question', 'Which bee is worst?', '', '', 'declined',"
            " 0, '2026-01-01' FROM talk WHERE slug = 'bees'"
        )

    done = companion(server, "purge", "--older-than", "0", "--talk", "bees")

    assert done.stdout.startswith(
        "Gone from bees: what ties browsers to it, the words of 1 question nobody saw\n"
    )
    files = [part.read_bytes() for part in tmp_path.glob("board.sqlite3*")]
    assert not any(b"the-old-key" in part or b"bee is worst" in part for part in files)
    assert grace.ask("How do ants find home?")["ok"]

"""People ask and vote while disk, lock, network, database or worker fail, and afterwards."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest

from companion.store.engine import Base
from tests.support.bad_network import BadNetwork
from tests.support.fault_proxy import in_front_of
from tests.support.fault_table import IS_FULL, ROUNDS
from tests.support.live import LiveServer, eventually, write_talk
from tests.support.load import Count, Load
from tests.support.on_postgres import OnPostgres

pytestmark = pytest.mark.slow
RESTARTS = min(ROUNDS, 20)
LOCKED_SECONDS = (10, 30) if IS_FULL else (1,)
STOPPED_SECONDS = 30 if IS_FULL else 1
SILENT_SECONDS = 20 if IS_FULL else 1
MOUNT, UNMOUNT = shutil.which("mount") or "", shutil.which("umount") or ""
ROOM = "4m"  # on the small disk
ENOUGH_CUT = 5  # connections in a round


def go_through(server: LiveServer, faults: list[Callable[[Load], object]], **more: float):
    """Have each fault happen at a talk of its own; return the counts and the recovery times."""
    total, took = Count(), []
    for number, fault in enumerate(faults):
        load = Load(server, new_talk(server), seed=number, **more)
        took.append(load.under(lambda fault=fault, load=load: fault(load)))
        load.port = server.port
        load.leave()
        load.settle()
        total += load.compare()
        load.leave()
        assert all(load.refusals), "a refusal that does not say when to try again"
    return total, took


def new_talk(server: LiveServer) -> str:
    """Return a talk at which nobody has asked yet."""
    there = {page.stem for page in server.folder.glob("*.md")}
    slug = next(name for n in count() if (name := f"talk-{n}") not in there)
    write_talk(server.folder, slug, starts_in=-5)
    server.wait_for(f"/talks/{slug}")
    return slug


in_full_only = pytest.mark.skipif(not IS_FULL, reason="in short it is in test_lost_commits")


def assert_nothing_lost(total: Count) -> None:
    assert total.acknowledged
    assert (total.lost, total.duplicated) == (0, 0)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("sqlite")
    write_talk(folder, "first")
    server = LiveServer(folder, COMPANION_RATE_LIMITS="off")
    yield server
    server.stop()


def test_locked_by_another_process(server, fault_row):
    def lock(seconds: int, load: Load) -> None:
        with closing(sqlite3.connect(server.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)  # the fault itself
            assert load.people[0].get("/board")
            other.execute("ROLLBACK")

    faults = [lambda load, s=seconds: lock(s, load) for seconds in LOCKED_SECONDS]
    total, took = go_through(server, faults)

    lasted = " and ".join(f"{seconds} s" for seconds in LOCKED_SECONDS)
    fault_row(f"database locked by another process, {lasted}", len(faults), total, took)
    assert_nothing_lost(total)


def test_the_worker_is_stopped(server, fault_row):
    def stop(_load: Load) -> None:
        workers = server.workers()
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        time.sleep(STOPPED_SECONDS)  # the fault itself
        for worker in set(workers) & set(server.workers()):
            os.kill(worker, signal.SIGCONT)

    total, took = go_through(server, [stop])

    fault_row(f"worker stopped for {STOPPED_SECONDS} s", 1, total, took)
    assert_nothing_lost(total)


def test_answers_are_cut_half_way(server, fault_row):
    cut = 0

    def be_bad(load: Load) -> None:
        nonlocal cut
        network = BadNetwork(server.port, seed=cut)
        load.port = network.port
        for person in load.people:
            person.leave()
        assert eventually(lambda: network.broken >= ENOUGH_CUT)
        load.port = server.port
        network.close()
        cut += network.broken

    total, took = go_through(server, [be_bad] * ROUNDS, timeout=1.0)

    fault_row(f"{cut} connections cut, stalled or dropped", ROUNDS, total, took)
    assert_nothing_lost(total)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk with little room, which only root may."""
    folder.mkdir()
    subprocess.run([MOUNT, "-t", "tmpfs", "-o", f"size={ROOM}", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run([UNMOUNT, "-l", folder], check=True)


def fill(path: Path) -> None:
    """Take all the room that is left."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1024)):
                pass
        except OSError:
            return


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_the_disk_is_full(tmp_path, fault_row):
    def be_full(load: Load) -> None:
        filler = disk / "filler"
        fill(filler)
        assert eventually(lambda: load.refusals)
        assert load.people[0].get("/board")
        filler.unlink()

    with small_disk(tmp_path / "disk") as disk:
        write_talk(tmp_path, "first")
        database = disk / "board.sqlite3"
        server = LiveServer(
            tmp_path,
            COMPANION_DATABASE_URL=f"sqlite:///{database}",
            COMPANION_RATE_LIMITS="off",
        )
        server.database = database
        rounds = min(ROUNDS, 10)
        total, took = go_through(server, [be_full] * rounds)
        server.stop()

    fault_row("disk full", rounds, total, took)
    assert_nothing_lost(total)


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory, postgres, migrated_postgres) -> Iterator[tuple]:
    """Return a server on PostgreSQL, and the proxy through which it speaks with it."""
    folder = tmp_path_factory.mktemp("postgres")
    write_talk(folder, "first")
    url = postgres.url(migrated_postgres)
    # The other tests' server saves a little later than it says; this one may not.
    postgres.run(f'ALTER DATABASE "{migrated_postgres}" SET synchronous_commit = on')
    with in_front_of(url) as (proxy, through):
        server = OnPostgres(folder, url, through, COMPANION_RATE_LIMITS="off")
        yield server, proxy
        server.stop()
    postgres.empty(migrated_postgres, Base.metadata)
    postgres.run(f'ALTER DATABASE "{migrated_postgres}" RESET synchronous_commit')


def test_killed_on_postgresql(on_postgres, fault_row):
    server, _ = on_postgres

    def kill(_load: Load) -> None:
        server.kill()
        began.append(time.monotonic())
        server.start()
        ready.append(time.monotonic() - began[-1])

    began: list[float] = []
    ready: list[float] = []
    total, _ = go_through(server, [kill] * ROUNDS)

    fault_row("kill -9, PostgreSQL", ROUNDS, total, ready)
    assert_nothing_lost(total)


@in_full_only
def test_answers_to_commit_are_lost(on_postgres, fault_row):
    server, proxy = on_postgres

    def lose(_load: Load) -> None:
        for once in (proxy.lose_replies_to_commit, proxy.lose_commits):
            before = proxy.lost
            once(1)
            assert eventually(lambda before=before: proxy.lost > before)

    total, took = go_through(server, [lose] * RESTARTS)

    fault_row("COMMIT or its answer lost, PostgreSQL", 2 * RESTARTS, total, took)
    assert_nothing_lost(total)


@in_full_only
def test_connections_fall_silent(on_postgres, fault_row):
    server, proxy = on_postgres
    rounds = min(ROUNDS, 10)

    total, took = go_through(server, [lambda _: proxy.silence()] * rounds)

    fault_row("connections to PostgreSQL fall silent", rounds, total, took)
    assert_nothing_lost(total)


def test_postgresql_is_restarted(on_postgres, postgres, fault_row):
    server, _ = on_postgres

    total, took = go_through(server, [lambda _: postgres.restart()] * RESTARTS)

    fault_row("PostgreSQL restarted", RESTARTS, total, took)
    assert_nothing_lost(total)


def test_postgresql_is_stopped(on_postgres, postgres, fault_row):
    server, _ = on_postgres

    def stop(_load: Load) -> None:
        with postgres.stopped():
            time.sleep(SILENT_SECONDS)  # the fault itself

    total, took = go_through(server, [stop])

    fault_row(f"PostgreSQL stopped for {SILENT_SECONDS} s", 1, total, took)
    assert_nothing_lost(total)

"""Fails the n-th write or sync of a database, for n = 1, 2, 3 …; a process that `disk.c` is in.

Run with a migrated file, a file to work on, and the step from one n to the next; prints how often
something failed, and what was acknowledged, lost and duplicated, as JSON.
"""

import ctypes
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from companion.errors import UnavailableError
from companion.store.engine import prepare
from companion.store.writer import Writer
from tests.support.load import text_of
from tests.support.moderation import Moderation
from tests.support.people import ADA, BOB, EVE
from tests.support.room import Room

DISK = ctypes.CDLL(None)
KEYS = [f"the-key-number-{number}" for number in range(3)]
COUNTS = ("SELECT count(*) FROM question", "SELECT count(*) FROM vote")
TRIES = 3


def saved(put: Callable[[], object]) -> bool:
    """Do something again until it is acknowledged, and say whether it was."""
    for _ in range(TRIES):
        try:
            put()
        except UnavailableError:
            continue
        return True
    return False


def play(room: Room) -> list[int]:
    """Ask, vote and answer; return how many questions and votes were acknowledged."""
    grace = Moderation(room)
    asked = [saved(lambda key=key: room.ask(ADA, text_of(key), key=key)) for key in KEYS]
    voted = [
        saved(lambda who=who, id=id: room.vote(who, id))
        for who in (BOB, EVE)
        for id, done in enumerate(asked, 1)
        if done
    ]
    saved(lambda: grace.act("pin", 1))
    return [sum(asked), sum(voted)]


def run(database: Path, n: int) -> tuple[list[int], list[int], bool]:
    """Return what was acknowledged, what is there, and whether the n-th write was reached."""
    engine = sa.create_engine(f"sqlite:///{database}", pool_size=1, max_overflow=0)
    prepare(engine)
    room = Room(engine, Writer(engine, bool, lambda commit: commit()))
    room.writer.open()
    DISK.fail_nth(n)
    acknowledged = play(room)
    was_reached = DISK.still_to_come() == 0
    DISK.fail_nth(0)
    engine.dispose()
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        there = [connection.execute(query).fetchone()[0] for query in COUNTS]
    return acknowledged, there, was_reached


def main(template: Path, database: Path, step: int) -> dict[str, int]:
    """Return what all runs came to."""
    total = dict.fromkeys(("rounds", "acknowledged", "lost", "duplicated"), 0)
    for n in count(1, step):
        for end in ("", "-wal", "-shm"):
            Path(f"{database}{end}").unlink(missing_ok=True)
        shutil.copyfile(template, database)
        acknowledged, there, was_reached = run(database, n)
        if not was_reached:
            return total
        total["rounds"] += 1
        total["acknowledged"] += sum(acknowledged)
        for said, found in zip(acknowledged, there, strict=True):
            total["lost"] += max(0, said - found)
            total["duplicated"] += max(0, found - said)
    raise AssertionError


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))  # noqa: T201

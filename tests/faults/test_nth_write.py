"""Each single write and sync of the database's file fails once: nothing is lost or doubled."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import nth_write
from tests.support.disk import COMPILER, NO_COMPILER, Disk, compile_disk
from tests.support.fault_table import IS_FULL
from tests.support.load import Count

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not COMPILER, reason=NO_COMPILER)]
STEP = 1 if IS_FULL else 9


def test_the_nth_write_or_sync_fails(tmp_path, template_database, fault_row):
    disk = Disk(tmp_path / "board.sqlite3", compile_disk(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", nth_write.__name__, template_database, disk.database, str(STEP)],
        cwd=Path(__file__).parents[2],
        env=os.environ | disk.env | {"DISK_NOTES": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    rounds = found.pop("rounds")
    fault_row("the n-th write or sync fails, SQLite", rounds, Count(**found))
    assert rounds > 1
    assert (found["lost"], found["duplicated"]) == (0, 0)

"""Ctrl-C at a terminal, which every process of ours is sent, ends all of it without a word."""

import os
import signal
import subprocess
import sys

import pytest

from tests.support.complaints import complaints
from tests.support.live import answers, eventually, free_port

pytestmark = pytest.mark.slow
PATIENCE = 60


@pytest.mark.parametrize("command", [("serve",), ("demo", "--audience", "2")])
def test_ctrl_c_ends_it_in_peace_and_leaves_no_folder(command, folder, tmp_path):
    port = free_port()
    env = os.environ | {"COMPANION_DATA_FOLDER": str(folder), "COMPANION_TALKS": str(folder)}
    (tmp_path / "tmp").mkdir()
    server = subprocess.Popen(
        [sys.executable, "-m", "companion", *command, "--port", str(port)],
        env=env | {"TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert eventually(lambda: _answers(port), PATIENCE)

    os.killpg(server.pid, signal.SIGINT)
    _, errors = server.communicate(timeout=PATIENCE)

    assert (server.returncode, complaints(errors.decode())) == (0, "")
    assert list((tmp_path / "tmp").iterdir()) == []


def _answers(port: int) -> bool:
    try:
        return answers(f"http://127.0.0.1:{port}/healthz")
    except OSError:
        return False

"""What docs/api.md shows is what happens: its commands are run, and its code checks a message."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.live import START_PATIENCE, Attendee, LiveServer, eventually, write_talk
from tests.support.receiver import Receiver, receiving

PAPER = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
CURLS = re.findall(r"^(curl .+?) +# (\d{3})$", PAPER, re.MULTILINE)
COMMANDS = re.findall(r"^companion (.+)$", PAPER, re.MULTILINE)
[CHECK] = re.findall(r"```python\n(.*?)```", PAPER, re.DOTALL)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "my-talk")
    write_talk(folder, "last-year", starts_in=-500)
    running = LiveServer(folder)
    ada = Attendee(running, "my-talk")
    assert ada.ask("How do bees find home?")["ok"]
    ada.leave()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def receiver():
    with receiving() as found:
        yield found


def run(server: LiveServer, command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "companion", *command.split()],
        env=server.env | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=START_PATIENCE,
        check=True,
    )
    return done.stdout.strip()


def curl(server: LiveServer, command: str, **env: str) -> str:
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env={"PATH": "/usr/bin:/bin", "SITE": server.url} | env,
        capture_output=True,
        text=True,
        timeout=START_PATIENCE,
        check=True,
    )
    return done.stdout


def status(answer: str) -> str:
    return answer.split()[1]


def test_every_address_that_is_shown_answers_so(server):
    token = run(server, "token create examples")
    board = curl(server, 'curl -i "$SITE/api/v1/talks/my-talk/board"')
    [etag] = re.findall(r"^ETag: (.+?)\r?$", board, re.MULTILINE | re.IGNORECASE)

    found = [(one, status(curl(server, one, TOKEN=token, ETAG=etag))) for one, _ in CURLS]

    assert found == CURLS
    assert len(CURLS) == PAPER.count("\ncurl ")
    assert token not in server.log()


def test_every_command_that_is_shown_runs_and_the_check_knows_a_message_of_ours(
    server: LiveServer, receiver: Receiver
):
    made = {}
    for command in COMMANDS:
        here = command.replace("https://receiver.example.org/hook", receiver.url)
        made[command.split()[1]] = run(server, here)
    assert eventually(lambda: receiver.heard)
    code: dict = {}
    exec(CHECK, code)  # noqa: S102 (our own)
    [message] = receiver.heard

    assert code["is_ours"](made["add"], message.headers, message.body)
    assert not code["is_ours"](made["rotate"], message.headers, message.body)
    assert not code["is_ours"](made["add"], message.headers, message.body + b" ")
    assert made["remove"] == "Removed 1."

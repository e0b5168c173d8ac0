"""A talk about to start with people in it: the sample page, seeded questions, an audience."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
import webbrowser
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import frontmatter
import socketio
from flask import Flask

from companion.paths import resource_dir
from companion.settings import Settings

SLUG = "challenges-in-deploying-machine-learning"
ZONE = ZoneInfo("Europe/London")
LENGTH = timedelta(minutes=60)
SEEDED = 5
PATIENCE = 30.0
# What people in the audience ask: text, detail, name.
QUESTIONS = (
    ("How do you notice that the data has drifted before your users do?", "", "Amara"),
    (
        "What would you monitor first in a model that has just gone live?",
        "We have `latency` and error rates already. Is there something as cheap for the "
        "predictions themselves?",
        "",
    ),
    ("Is a simple model that everyone understands usually the better choice?", "", "Jonas"),
    ("Who should own a model once the project that made it has ended?", "", ""),
    ("Which step takes longer than any team plans for?", "", "Priya"),
    (
        "How do you test a pipeline when the answer is different on every run?",
        "Fixing the seed helps on one machine:\n```\nrandom.seed(7)\n```\nbut not on two.",
        "",
    ),
    ("Do you retrain on a schedule, or only when something looks wrong?", "", "Wei"),
    ("How much of this changes when the model is somebody else's API?", "", ""),
    ("What do you tell a manager who has read that AI is easy now?", "", "Tom"),
    ("Has anyone measured what deployment costs compared with training?", "", ""),
    ("Where do you keep the data a model was trained on, and for how long?", "", "Inés"),
    ("Can software engineers learn enough of this in a month to be useful?", "", ""),
    ("How do you explain a decision to the person it was made about?", "", "Noor"),
    ("Would you deploy on a Friday?", "", ""),
    ("What is the smallest team that can run a model in production?", "", "Marek"),
    ("How do you roll back a model when the data has moved on as well?", "", ""),
    ("Are feature stores worth it for a group of five people?", "", "Lucy"),
    ("Which of the challenges in the survey has been solved since?", "", ""),
)


def set_up(starts_in: int) -> Path:
    """Return a new folder with the sample talk in it, starting in so many minutes."""
    folder = Path(tempfile.mkdtemp(prefix="companion-demo-"))
    shutil.copytree(resource_dir("examples") / "talks", folder / "talks")
    page = folder / "talks" / f"{SLUG}.md"
    starts = datetime.now(ZONE).replace(second=0, microsecond=0) + timedelta(minutes=starts_in)
    _reschedule(page, starts, starts + LENGTH)
    return folder


def _reschedule(page: Path, starts: datetime, ends: datetime) -> None:
    post = frontmatter.load(page)
    post.metadata |= {"date": starts.date(), "from": f"{starts:%H:%M}"}
    post.metadata |= {"end-date": ends.date(), "to": f"{ends:%H:%M}"}
    frontmatter.dump(post, page, sort_keys=False)


def seed(app: Flask) -> None:
    """Put the first questions on the board, each from a visitor of its own."""
    for text, detail, name in QUESTIONS[:SEEDED]:
        fields = {"text": text, "detail": detail, "name": name, "key": str(uuid.uuid4())}
        app.extensions["boards"].ask(SLUG, str(uuid.uuid4()), fields)


def start_audience(settings: Settings, people: int, *, open_browser: bool) -> None:
    """Start the audience in a process of its own, which ends with the one that started it."""
    command = [sys.executable, "-m", "companion.cli.audience", settings.origins[0], str(people)]
    if open_browser and _has_screen():
        command.append("--open")
    if people or command[-1] == "--open":
        subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 (ourselves)


def _has_screen() -> bool:
    on_linux = sys.platform.startswith("linux")
    return not on_linux or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Person:
    """Somebody in the audience: a cookie, a socket, and a liking for some of the questions."""

    def __init__(self, site: str) -> None:
        """Open the talk's page and join its board."""
        self._page = f"{site}/talks/{SLUG}"
        with urllib.request.urlopen(self._page, timeout=PATIENCE) as answer:  # noqa: S310 (ours)
            html = answer.read().decode()
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self._seen = set(_questions_in(html))
        self._voted: set[int] = set()
        self._socket = socketio.Client(reconnection_delay=1, reconnection_delay_max=5)
        self._socket.on("fragments", lambda sent: self._seen.update(_questions_in(sent["html"])))
        self._socket.connect(
            site,
            headers={"Cookie": cookie},
            auth={"talk": SLUG, "view": "board"},
            transports=["websocket"],
        )

    def ask(self, text: str, detail: str, name: str) -> None:
        """Put a question on the board."""
        fields = {"text": text, "detail": detail, "name": name, "key": str(uuid.uuid4())}
        self._socket.emit("ask", fields)

    def vote(self) -> None:
        """Vote for a question, rather for one of the first; now and then take a vote back."""
        if self._voted and random.random() < 0.1:  # noqa: S311 (an audience, not a secret)
            self._send_vote(self._voted.pop(), wanted=False)
            return
        liked = sorted(self._seen - self._voted)
        if liked:
            question = liked[min(int(random.expovariate(0.4)), len(liked) - 1)]
            self._voted.add(question)
            self._send_vote(question, wanted=True)

    def _send_vote(self, question: int, *, wanted: bool) -> None:
        if self._socket.connected:
            self._socket.emit("vote", {"question": question, "wanted": wanted})


def _questions_in(html: str) -> Iterator[int]:
    return (int(found) for found in re.findall(r'id="question-(\d+)"', html))


def _attend(site: str, people: int) -> None:
    """Ask and vote until the server is gone, ever more slowly."""
    parent = os.getppid()
    audience = [Person(site) for _ in range(people)]
    to_ask = iter(QUESTIONS[SEEDED:])
    for turn in count():
        person = random.choice(audience)  # noqa: S311
        question = next(to_ask, None) if turn % 6 == 3 else None
        if question:
            person.ask(*question)
        else:
            person.vote()
        time.sleep(random.uniform(0.4, 1.6) + min(turn / 100, 4))  # noqa: S311
        if os.getppid() != parent:
            os._exit(0)  # the clients' threads would go on trying to reconnect


def _wait_for(site: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{site}/readyz", timeout=PATIENCE).close()  # noqa: S310
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    sys.exit("the demo's audience gave up: the server does not answer")


def main(site: str, people: int, *, open_browser: bool) -> None:
    """Wait for the server, then show the page and let the audience in."""
    _wait_for(site)
    if open_browser:
        threading.Thread(target=webbrowser.open, args=(f"{site}/talks/{SLUG}",)).start()
    if people:
        _attend(site, people)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), open_browser="--open" in sys.argv)

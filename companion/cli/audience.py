"""The demo's audience, in a process of its own: people who ask and vote over real sockets."""

from __future__ import annotations

import os
import random
import re
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
import webbrowser
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from urllib.parse import urlsplit

import socketio
from socketio.exceptions import SocketIOError

from companion.cli.questions import QUESTIONS, SEEDED, SLUG

PATIENCE = 30.0


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
            socketio_path=f"{urlsplit(site).path}/socket.io",
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
        with suppress(SocketIOError):  # the server is away for a moment
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
        try:
            _attend(site, people)
        except (SocketIOError, OSError):  # it stopped before all had come
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), open_browser="--open" in sys.argv)

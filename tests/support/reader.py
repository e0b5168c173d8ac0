"""Who only reads a board: what comes down the socket is laid in, what is missed fetched."""

import re
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from queue import Queue
from typing import Any

import socketio

from tests.support.live import PATIENCE, LiveServer, eventually
from tests.support.workers import Cluster

CARD = re.compile(r'<li id="question-(\d+)"[^>]* data-votes="(-?\d+)"')
BOARD = re.compile(r'data-revision="(\d+)" data-public-revision="(\d+)"')
AFTER = re.compile(r'data-after="(-?\d+)"')
BACK_SECONDS = 0.3
UNREAD = (OSError, HTTPException)  # no answer, or half of one
Votes = dict[str, int]


class Reader:
    """A browser on a talk's page as `static/js/board` has it, without what is personal.

    It comes back by itself when it is cut off, and notes every count that went backwards.
    """

    def __init__(self, server: LiveServer, talk: str) -> None:
        """Open the page, and stay."""
        self.server, self.talk = server, talk
        self.board: Votes = {}
        self.heard: list[str] = []
        self.went_back: list[tuple[str, int, int]] = []
        self._public = self._fetched = -1
        self._tallied: dict[str, int] = {}
        self._events: Queue[tuple[str, Any] | None] = Queue()
        self._over = threading.Event()
        self._join()
        self._following = threading.Thread(target=self._follow, daemon=True)
        self._following.start()

    def leave(self) -> None:
        """Close the page."""
        self._over.set()
        self._events.put(None)
        self._following.join()
        self.socket.disconnect()

    def fresh(self) -> Votes:
        """Return what the page would show if all of it were opened anew."""
        return self._fetch()[2]

    def is_right(self) -> bool:
        """Whether it shows what a fresh page does."""
        with suppress(UNREAD):
            return self.board == self.fresh()
        return False

    def _join(self) -> None:
        self.socket = socketio.Client(reconnection=False, handle_sigint=False)
        self.socket.on("disconnect", lambda *_: self._events.put(("gone", {})))
        self.socket.on("*", lambda name, payload: self._events.put((name, payload)))
        auth = {"talk": self.talk, "view": "board"}
        self.server.open_socket(self.socket, auth)
        self._events.put(("refetch", {}))

    def _come_back(self) -> None:
        while not self._over.wait(BACK_SECONDS):
            with suppress(socketio.exceptions.ConnectionError):
                self._join()
                return

    def _follow(self) -> None:
        while event := self._events.get():
            self.heard.append(event[0])
            try:
                self._take(*event)
            except UNREAD:  # it will be tried again until it can be had
                self._events.put(("refetch", {}))

    def _take(self, name: str, payload: Any) -> None:
        if name == "gone":
            self._come_back()
        elif name == "tally":
            self._count(payload["votes"], payload["revision"])
        elif name == "fragments" and self._follows(payload["html"]):
            self._public = payload["revision"]
            for number in re.findall(CARD, payload["html"]):
                self.board.setdefault(number[0], int(number[1]))
        elif name in ("fragments", "refetch"):
            self._refetch()

    def _follows(self, html: str) -> bool:
        return all(int(after) == self._public for after in AFTER.findall(html))

    def _count(self, votes: Votes, revision: int) -> None:
        for number, figure in votes.items():
            if revision >= max(self._fetched, self._tallied.get(number, 0)):
                self._tallied[number] = revision
                self._show(number, figure)

    def _refetch(self) -> None:
        revision, public, votes = self._fetch()
        if public < self._public or revision < self._fetched:
            return
        self._fetched, self._public = revision, public
        for number, figure in votes.items():
            if self._tallied.get(number, 0) <= revision:
                self._show(number, figure)
        self.board = {number: self.board[number] for number in votes}

    def _show(self, number: str, figure: int) -> None:
        """Show a count; nobody takes a vote back here, so none may become less."""
        if figure < self.board.get(number, 0):
            self.went_back.append((number, self.board[number], figure))
        self.board[number] = figure

    def _fetch(self) -> tuple[int, int, Votes]:
        address = f"{self.server.url}/talks/{self.talk}/board?shown=1000"
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            html = answer.read().decode()
        revision, public = map(int, BOARD.search(html).groups())  # type: ignore[union-attr]  # each board says so
        return revision, public, {number: int(votes) for number, votes in CARD.findall(html)}


def at_each_worker(cluster: Cluster, talk: str) -> list[Reader]:
    """Return somebody who reads along at each worker."""
    readers = []
    for worker in cluster.workers():
        with cluster.only(worker):
            readers.append(Reader(cluster, talk))
    return readers


def see_all_right(readers: list[Reader], seconds: float) -> None:
    """Wait until everybody sees what a fresh page shows, without having seen less; they leave."""
    for reader in readers:
        assert eventually(reader.is_right, seconds), reader.heard
        assert reader.went_back == [], reader.heard
        reader.leave()

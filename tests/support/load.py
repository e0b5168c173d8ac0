"""People who ask, vote and run a desk at a server that fails, and what became of it."""

import http.client
import itertools
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import websocket

from companion.store.models import Role
from tests.support.live import PATIENCE, LiveServer, eventually
from tests.support.watcher import enter, token

PEOPLE = 4
PAUSE = 0.01  # between two things that one person does
FAILED_PAUSE = 0.1
TIMEOUT = 6.0  # as long as a browser waits
ASKED = "SELECT key, count(*) FROM question GROUP BY key"
VOTED = """
SELECT question.key, question.votes, count(vote.voter) FROM question
LEFT JOIN vote ON vote.question_id = question.id GROUP BY question.id, question.key, question.votes
"""
FAILURES = (OSError, http.client.HTTPException, websocket.WebSocketException)


class NotSavedError(Exception):
    """There was no acknowledgement."""


@dataclass
class Wish:
    """What somebody wants done: a question on the board, or with ``vote`` a vote for it."""

    person: "Person"
    key: str
    vote: bool = False
    acknowledged_at: float = 0.0
    took: float = 0.0


@dataclass
class Count:
    """What was counted when all was over."""

    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Add up what was counted in two rounds."""
        return Count(
            self.acknowledged + other.acknowledged,
            self.lost + other.lost,
            self.duplicated + other.duplicated,
        )


class Person:
    """Somebody at a talk: over a socket, or with a role at the desk."""

    def __init__(self, load: "Load", role_cookie: str = "") -> None:
        """Open the page; with a moderator's cookie, the desk."""
        self.load, self.is_moderator = load, bool(role_cookie)
        self._socket: websocket.WebSocket | None = None
        self._numbers = itertools.count(1)
        self.cookie = role_cookie or self._open_page()

    def put(self, wish: Wish) -> None:
        """Do it; raises NotSavedError when it is not acknowledged."""
        began = time.monotonic()
        try:
            if wish.vote:
                self._call("vote", {"question": self.load.ids[wish.key], "wanted": True})
            elif self.is_moderator:
                self._ask_aloud(wish)
            else:
                asked = self._call("ask", {"key": wish.key, "text": text_of(wish.key)})
                self.load.ids[wish.key] = asked["id"]
        except FAILURES as error:
            self.leave()
            raise NotSavedError(str(error)) from error
        wish.acknowledged_at = time.monotonic()
        wish.took = wish.acknowledged_at - began

    def leave(self) -> None:
        """Close the socket."""
        if self._socket:
            with suppress(*FAILURES):
                self._socket.shutdown()
        self._socket = None

    def get(self, path: str) -> str:
        """Return what stands at an address of the talk."""
        return self._request("GET", path)[2]

    def _open_page(self) -> str:
        return self._request("GET", "")[1]["Set-Cookie"].partition(";")[0]

    def _ask_aloud(self, wish: Wish) -> None:
        form = urlencode({"key": wish.key, "text": text_of(wish.key)})
        status, headers, _ = self._request("POST", "/desk/room", form)
        if status == 503:
            self.load.refusals.append(headers.get("Retry-After", ""))
        if status != 303:
            raise NotSavedError(f"answered {status}")

    def _request(self, verb: str, path: str, body: str = "") -> tuple[int, Any, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.load.port, timeout=self.load.timeout)
        headers = {
            "Host": self.load.server.origin.partition("//")[2],
            "Origin": self.load.server.origin,
            "Cookie": getattr(self, "cookie", ""),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            line.request(verb, f"{self.load.page}{path}", body, headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            line.close()

    def _call(self, name: str, payload: object) -> dict[str, Any]:
        """Send an event and return its acknowledgement."""
        line = self._socket = self._socket or self._join()
        number = next(self._numbers)
        line.send(f"42{number}{json.dumps([name, payload])}")
        answer = json.loads(_await(line, f"43{number}", self.load.timeout))[0]
        if not answer["ok"]:
            self.load.refusals.append(str(answer.get("retry_after", "")))
            if not answer.get("again"):
                self.load.wrong.append(answer["error"])
            raise NotSavedError(answer["error"])
        return dict(answer)

    def _join(self) -> websocket.WebSocket:
        server = self.load.server
        line = websocket.create_connection(
            f"ws://127.0.0.1:{self.load.port}{server.socket_path}/?EIO=4&transport=websocket",
            timeout=self.load.timeout,
            host=server.origin.partition("//")[2],
            origin=server.origin,
            cookie=self.cookie,
        )
        line.send("40" + json.dumps({"talk": self.load.talk, "view": "board"}))
        _await(line, "40", self.load.timeout)
        return line


class Load:
    """A crowd that goes on asking and voting until it is stopped, and remembers every answer."""

    def __init__(
        self,
        server: LiveServer,
        talk: str,
        *,
        people: int = 4,
        timeout: float = TIMEOUT,
        seed: int = 0,
    ) -> None:
        """Have people and a moderator come in."""
        self.server, self.talk, self.port = server, talk, server.port
        self.page, self.timeout = f"{server.path}/talks/{talk}", timeout
        self.ids: dict[str, int] = {}
        self.wishes: list[Wish] = []
        self.refusals: list[str] = []
        self.wrong: list[str] = []
        self._chance = random.Random(seed)  # noqa: S311 (not for secrets)
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        moderator = enter(server, token(server, talk, Role.MODERATOR))
        self.people = [*(Person(self) for _ in range(PEOPLE)), Person(self, moderator)]

    @property
    def acknowledged(self) -> list[Wish]:
        """Return what has been acknowledged so far."""
        return [wish for wish in self.wishes if wish.acknowledged_at]

    def start(self) -> None:
        """Begin."""
        self._over.clear()
        self._threads = [threading.Thread(target=self._go_on, args=(p,)) for p in self.people]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Have everybody finish what they are at."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def run(self, seconds: float, fault: Callable[[], object] = bool) -> None:
        """Ask and vote for so long, with something happening in the end."""
        self.start()
        self._over.wait(seconds)
        try:
            fault()
        finally:
            self.stop()

    def under(self, fault: Callable[[], object]) -> float:
        """Have something happen meanwhile; return how long after its end somebody was served."""
        self.start()
        try:
            assert eventually(lambda: self.acknowledged)
            fault()
            ended = time.monotonic()
            after = eventually(lambda: self._first_after(ended), 4 * PATIENCE)
        finally:
            self.stop()
        assert after, "nobody was served again"
        return float(after - ended)

    def _first_after(self, at: float) -> float:
        later = [w.acknowledged_at for w in self.acknowledged if w.acknowledged_at > at]
        return min(later, default=0.0)

    def forget_after(self, at: float) -> None:
        """Take what was acknowledged after a moment for not acknowledged."""
        for wish in self.wishes:
            if wish.acknowledged_at > at:
                wish.acknowledged_at = 0.0

    def settle(self) -> None:
        """Do all that was not acknowledged again, with the same keys, until it is."""
        for wish in sorted(self.wishes, key=lambda wish: wish.vote):
            if not wish.acknowledged_at:
                assert eventually(lambda wish=wish: self._try(wish), 2 * PATIENCE), wish.key

    def count(self) -> Count:
        """Compare what was acknowledged with what the database holds."""
        asked = {wish.key for wish in self.acknowledged if not wish.vote}
        voted = [wish.key for wish in self.acknowledged if wish.vote]
        rows = dict(self.server.query(ASKED))
        votes = {key: pair for key, *pair in self.server.query(VOTED)}
        counted = Count(len(self.acknowledged), sum(key not in rows for key in asked))
        for key in asked & rows.keys():
            tally, there = votes[key]
            counted.duplicated += rows[key] - 1 + max(0, there - voted.count(key))
            counted.lost += max(0, voted.count(key) - there)
            assert tally == there, f"{tally} votes are shown, {there} are there"
        return counted

    def compare(self) -> Count:
        """Return what was counted; all that was acknowledged stands on a fresh page, once."""
        counted, reader = self.count(), Person(self)
        first = reader.get("/board?shown=1000")
        asked = [wish.key for wish in self.acknowledged if not wish.vote]
        missed = [key for key in asked if text_of(key) not in first]
        # A page shows no more than a thousand: the others have to be found.
        lost = [key for key in missed if text_of(key) not in reader.get(f"/board?find={key}")]
        counted.lost = max(counted.lost, len(lost))
        assert self.wrong == []
        return counted

    def leave(self) -> None:
        """Close every socket."""
        for person in self.people:
            person.leave()

    def _try(self, wish: Wish) -> bool:
        with suppress(NotSavedError):
            wish.person.put(wish)
        return bool(wish.acknowledged_at)

    def _go_on(self, person: Person) -> None:
        while not self._over.is_set():
            wish = self._wish(person)
            self.wishes.append(wish)
            done = self._try(wish)
            self._over.wait(PAUSE if done else FAILED_PAUSE)

    def _wish(self, person: Person) -> Wish:
        """Vote for something that one has not voted for; ask otherwise, and now and then."""
        mine = {wish.key for wish in self.wishes if wish.person is person}
        others = [key for key in list(self.ids) if key not in mine]
        if others and not person.is_moderator and self._chance.random() < 0.7:
            return Wish(person, self._chance.choice(others), vote=True)
        return Wish(person, str(uuid.uuid4()))


def text_of(key: str) -> str:
    """Return what is asked under a key."""
    return f"What is the number {key} for?"


def _await(line: websocket.WebSocket, begin: str, seconds: float) -> str:
    """Return what follows on a packet's beginning; answer pings meanwhile."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        said = line.recv()
        if not said:
            break
        if said == "2":
            line.send("3")
        elif said.startswith("44"):
            raise OSError(said)
        elif said.startswith(begin) and not said[len(begin)].isdigit():
            return str(said[len(begin) :])
    raise OSError("no answer came")

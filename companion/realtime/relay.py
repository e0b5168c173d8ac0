"""What workers tell each other through Redis: kept in order, never waited for, and bounded."""

from __future__ import annotations

import hmac
import json
import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from companion.board.others import untraceable
from companion.messages import gettext
from companion.realtime.redis import channel_of, connect

BEAT_SECONDS = 1.0  # a worker that has nothing to say says so (`another_server` counts on it)
SILENT_SECONDS = 5.0  # after which a worker, or Redis itself, is taken for gone
WAIT_SECONDS = 0.1
RETRY_SECONDS, LONGEST_RETRY_SECONDS = 0.1, 2.0
MOST_LINES, MOST_BYTES = 10_000, 8 * 2**20
BATCH_LINES, BATCH_BYTES = 500, 256 * 1024
# What nobody tells, but this worker notices.
GAP, LOST, MISSED, TROUBLE = "gap", "lost", "missed", "trouble"
HELLO, BYE = "hello", "bye"
WORDS = gettext(
    "Redis does not answer, so people at other workers hear of things later, and each worker "
    "counts for itself what people may do"
)
Hear = Callable[..., None]
_log = logging.getLogger(__name__)


@dataclass
class _Peer:
    """Another worker: how many batches it has sent, and when it was heard last."""

    batches: int
    heard_at: float


class Relay:
    """Brings what one worker tells to all others, each line once and in its order.

    Nobody who tells something waits for Redis: one thread publishes what has come together. What
    there is no room for while Redis is away is dropped, and what it was about is remembered, so
    that those concerned can be told to fetch again.

    Those who listen are called with the other worker's name first. ``GAP`` says that something
    may not have been heard, ``LOST`` that a worker has gone without a word, ``MISSED`` what others
    have not been told about, ``TROUBLE`` that Redis began or ceased to answer.
    """

    exist = True

    def __init__(self, url: str, secret: str) -> None:
        """Be one of those who share a Redis and a secret; nothing is connected yet."""
        self.name = token_hex(8)
        self._key = hmac.digest(secret.encode(), b"between workers", "sha256")
        self._url, self._channel = url, channel_of(secret)
        self._own = f'["{self.name}"'.encode()
        self._hearing: defaultdict[str, list[Hear]] = defaultdict(list)
        self._waiting: deque[tuple[str, str]] = deque()
        self._lock = threading.Lock()  # for what waits, and its size
        self._size, self._batches = 0, 0
        self._about: set[str] = set()
        self._wake, self._empty = threading.Event(), threading.Event()
        self._peers: dict[str, _Peer] = {}
        self._failing: set[str] = set()
        self._is_running, self._began = False, 0

    def on(self, kind: str, hear: Hear) -> None:
        """Call ``hear`` with what other workers tell of a kind."""
        self._hearing[kind].append(hear)

    def known_as(self, name: str) -> str:
        """Return what a person or an address is called among workers, which leads back to none."""
        return untraceable(self._key, name)

    @property
    def trouble(self) -> str:
        """Return what is wrong because Redis does not answer, or ""."""
        return WORDS if self._failing else ""

    def hears(self, worker: str) -> bool:
        """Whether a worker is heard; while Redis does not answer, nobody can know."""
        return bool(self._failing) or worker in self._peers

    def start(self) -> None:
        """Begin to tell, and to listen."""
        self._redis = connect(self._url)
        self._is_running = True
        for work in (self._keep_listening, self._keep_publishing):
            threading.Thread(target=work, daemon=True).start()

    def stop(self, seconds: float) -> None:
        """Say goodbye once all else has been said, or so many seconds have passed."""
        if self._is_running:
            self.tell(BYE)
            self._empty.wait(seconds)
            self._is_running = False

    def wait(self) -> None:
        """Wait until what was told is on its way, but no longer than anybody would notice."""
        if self._is_running and not self._failing:
            self._empty.wait(WAIT_SECONDS)

    def tell(self, kind: str, *what: object, about: str = "") -> None:
        """Have all other workers hear something; ``about`` is whom it concerns."""
        if not self._is_running:
            return
        line = json.dumps([kind, *what])
        with self._lock:
            if len(self._waiting) >= MOST_LINES or self._size + len(line) > MOST_BYTES:
                self._drop()
            self._waiting.append((about, line))
            self._size += len(line)
        self._empty.clear()
        self._wake.set()

    def _drop(self) -> None:
        """Let all go that waits: whoever fetches again needs none of it."""
        self._about.update(about for about, _ in self._waiting)
        self._waiting.clear()
        self._size = 0

    def _keep_publishing(self) -> None:
        while self._is_running:
            self._wake.wait(BEAT_SECONDS)
            self._wake.clear()
            self._publish(self._batch())  # if only to say that this worker is alive
            while self._waiting:
                self._publish(self._batch())
            self._empty.set()

    def _batch(self) -> str:
        lines: list[str] = []
        size = 0
        with self._lock:
            while self._waiting and len(lines) < BATCH_LINES and size < BATCH_BYTES:
                _, line = self._waiting.popleft()
                lines.append(line)
                size += len(line)
            self._size -= size
        self._batches += 1
        return f'["{self.name}", {self._batches}, [{",".join(lines)}]]'

    def _publish(self, batch: str) -> None:
        """Publish, again and again until it is done."""
        pauses = _pauses()
        while self._is_running and not self._is_published(batch):
            time.sleep(next(pauses))
        if self._about:
            about, self._about = self._about, set()
            self.tell(HELLO)
            self._call(HELLO, self.name)  # what was dropped was this worker's, too
            for each in about - {""}:
                self._call(MISSED, each)

    def _is_published(self, batch: str) -> bool:
        try:
            self._redis.publish(self._channel, batch)
        except Exception as error:  # whatever it is, the next attempt may do
            self._fails("telling", error)
            return False
        self._works("telling")
        return True

    def _keep_listening(self) -> None:
        pauses = _pauses()
        while self._is_running:
            began = self._began
            try:
                self._listen()
                if self._is_running:
                    self._fails("listening", TimeoutError("nothing was heard"))
            except Exception as error:  # whatever it is, the next attempt may do
                self._fails("listening", error)
            if self._began != began:
                pauses = _pauses()
            time.sleep(next(pauses))

    def _listen(self) -> None:
        """Hear what there is, until Redis has been silent for too long: it repeats our beat too."""
        with self._redis.pubsub() as subscription:
            subscription.subscribe(self._channel)
            heard = time.monotonic()
            while self._is_running and time.monotonic() - heard < SILENT_SECONDS:
                said = subscription.get_message(timeout=BEAT_SECONDS)
                if said:
                    heard = time.monotonic()
                    self._take(said)
                self._miss_peers()

    def _take(self, said: dict[str, Any]) -> None:
        if said["type"] == "subscribe":
            self._begin()
        elif said["type"] == "message":
            self._hear(said["data"])

    def _hear(self, batch: bytes) -> None:
        if batch.startswith(self._own):
            return
        try:
            worker, number, lines = json.loads(batch)
        except (ValueError, TypeError):  # no worker's: somebody has looked whether any is there
            return
        if self._is_next(worker, number):
            for kind, *what in lines:
                self._call(kind, worker, *what)

    def _begin(self) -> None:
        """Ask the others who is there; what they have said until now was not heard.

        People may be here already, also the first time.
        """
        now = time.monotonic()
        for peer in self._peers.values():
            peer.heard_at = now
        self._works("listening")
        self._began += 1
        self._call(GAP)
        self.tell(HELLO)
        self._call(HELLO, self.name)

    def _is_next(self, worker: str, number: int) -> bool:
        """Whether a batch is new; whatever is missing before it leads to a ``GAP``."""
        peer, now = self._peers.get(worker), time.monotonic()
        if peer and number <= peer.batches:  # its worker was not told that it had arrived
            return False
        self._peers[worker] = _Peer(number, now)
        if peer and number > peer.batches + 1:
            self._call(GAP)
        if number > (peer.batches + 1 if peer else 1):
            self.tell(HELLO)
        return True

    def _miss_peers(self) -> None:
        """Notice who says nothing any more."""
        since = time.monotonic() - SILENT_SECONDS
        for worker in [name for name, peer in self._peers.items() if peer.heard_at < since]:
            del self._peers[worker]
            self._call(LOST, worker)

    def _call(self, kind: str, *what: object) -> None:
        if kind == BYE:
            self._peers.pop(str(what[0]), None)
        for hear in self._hearing.get(kind, ()):
            try:
                hear(*what)
            except Exception:  # the others' news must go on
                _log.exception("what another worker told could not be heard: %s", kind)

    def _fails(self, what: str, error: Exception) -> None:
        if what not in self._failing:
            _log.warning("%s through Redis fails, is tried again: %s", what, error)
        self._change(self._failing | {what})

    def _works(self, what: str) -> None:
        if what in self._failing:
            _log.warning("%s through Redis works again", what)
        self._change(self._failing - {what})

    def _change(self, failing: set[str]) -> None:
        had, self._failing = bool(self._failing), failing
        if had != bool(failing):
            self._call(TROUBLE)


def _pauses() -> Iterator[float]:
    """Yield how long to wait before the next attempt, longer each time up to a limit."""
    pause = RETRY_SECONDS
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_RETRY_SECONDS)

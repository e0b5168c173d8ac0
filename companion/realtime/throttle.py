"""Something to be told often, told at most once in a while, and always once more at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

RETRY_SECONDS = 1.0
_log = logging.getLogger(__name__)
K = TypeVar("K", bound=Hashable)


class Throttle(Generic[K]):
    """Calls ``send`` at once when a key has been quiet, else at the end of its interval.

    What could not be sent is tried again until it can be, as long as there is an interval.
    """

    def __init__(
        self,
        interval: float | Callable[[K], float],
        send: Callable[[K], None],
        sleep: Callable[[float], object],
        spawn: Callable[..., object],
    ) -> None:
        """Wait ``interval`` seconds with ``sleep``, in what ``spawn`` starts; 0 never waits."""
        self._interval = interval if callable(interval) else lambda _key: interval
        self._send, self._sleep, self._spawn = send, sleep, spawn
        self._waiting: dict[K, bool] = {}
        self._failing: set[K] = set()

    def touch(self, key: K) -> None:
        """Have ``key`` sent, now or soon."""
        if key in self._waiting:
            self._waiting[key] = True
            return
        if not self._interval(key):
            self._send(key)
            return
        self._waiting[key] = False
        self._spawn(self._rest, key)
        self._try(key)

    def send_waiting(self) -> None:
        """Send now what waits for the end of its interval: there may be no other time."""
        for key in [key for key, is_waiting in self._waiting.items() if is_waiting]:
            self._waiting[key] = False
            self._try(key)

    def _try(self, key: K) -> None:
        """Send, or remember that it is still to be sent."""
        try:
            self._send(key)
        except Exception as error:  # the database, most likely: it may be back soon
            _log.warning("could not be told, will be tried again: %s", type(error).__name__)
            self._waiting[key] = True
            self._failing.add(key)

    def _rest(self, key: K) -> None:
        """Send what came in the meantime, and what failed."""
        try:
            self._pause(key)
            while self._waiting[key]:
                self._waiting[key] = False
                self._try(key)
                self._pause(key)
        finally:
            del self._waiting[key]

    def _pause(self, key: K) -> None:
        """Wait, longer after a failure."""
        failed, interval = key in self._failing, self._interval(key)
        self._failing.discard(key)
        self._sleep(max(interval, RETRY_SECONDS) if failed else interval)

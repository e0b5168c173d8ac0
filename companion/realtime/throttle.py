"""Something to be told often, told at most once in a while, and always once more at the end."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Throttle(Generic[K]):
    """Calls ``send`` at once when a key has been quiet, else at the end of its interval."""

    def __init__(
        self,
        interval: float,
        send: Callable[[K], None],
        sleep: Callable[[float], object],
        spawn: Callable[..., object],
    ) -> None:
        """Wait ``interval`` seconds with ``sleep``, in what ``spawn`` starts; 0 never waits."""
        self._interval, self._send, self._sleep, self._spawn = interval, send, sleep, spawn
        self._waiting: dict[K, bool] = {}

    def touch(self, key: K) -> None:
        """Have ``key`` sent, now or soon."""
        if key in self._waiting:
            self._waiting[key] = True
            return
        if self._interval:
            self._waiting[key] = False
            self._spawn(self._rest, key)
        self._send(key)

    def _rest(self, key: K) -> None:
        """Send what came in the meantime; after a failure the key is as if it had been quiet."""
        try:
            self._sleep(self._interval)
            while self._waiting[key]:
                self._waiting[key] = False
                self._send(key)
                self._sleep(self._interval)
        finally:
            del self._waiting[key]

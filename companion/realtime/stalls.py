"""How late this process is: a stall of its event loop is felt by everybody at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import gevent

from companion.realtime.metrics import STALLS

PAUSE = 0.5
LATE = 0.25
QUIET_SECONDS = 10.0
_log = logging.getLogger(__name__)


class Stalls:
    """Counts stalls, and tells of them now and then."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Go by a clock that never goes back."""
        self._clock = clock
        self._told_at = float("-inf")

    def note(self, late: float) -> None:
        """Take in how many seconds too late one was woken."""
        if late <= LATE:
            return
        STALLS.inc()
        if self._clock() - self._told_at >= QUIET_SECONDS:
            self._told_at = self._clock()
            _log.warning("everybody waited: the event loop was %d ms late", late * 1000)

    def watch(self) -> None:
        """Sleep, and see whether one is woken in time; never returns."""
        while True:
            due = self._clock() + PAUSE
            gevent.sleep(PAUSE)
            self.note(self._clock() - due)

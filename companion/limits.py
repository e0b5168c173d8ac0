"""How often one visitor may ask and vote; kept in memory, forgotten at a restart."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from companion.questions import Refused

# From the limits that comparable tools publish: generous for people, tight for scripts.
LIMITS: dict[str, tuple[RateLimitItem, ...]] = {
    "ask": (RateLimitItemPerMinute(3), RateLimitItemPerHour(20)),
    "edit": (RateLimitItemPerMinute(10),),
    "vote": (RateLimitItemPerMinute(60),),
}
PLURALS = {"ask": "questions", "edit": "changes", "vote": "votes"}


class RateLimits:
    """Counts what each visitor does on each talk; one process counts for itself."""

    def __init__(self, *, on: bool) -> None:
        """Start with nothing counted; when not ``on``, nothing ever is."""
        self._on = on
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def spend(self, action: str, talk: str, visitor: str) -> None:
        """Count one action; raises Refused, saying when to try again, past the limit."""
        if not self._on:
            return
        for limit in LIMITS[action]:
            if not self._windows.hit(limit, action, talk, visitor):
                reset = self._windows.get_window_stats(limit, action, talk, visitor).reset_time
                seconds = max(1, math.ceil(reset - time.time()))
                raise Refused(
                    f"That was {limit.amount} {PLURALS[action]} in a short time. "
                    f"Try again {_in_words(seconds)}; nothing you typed is lost.",
                    retry_after=seconds,
                )


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return f"in {seconds} second{'' if seconds == 1 else 's'}"
    return f"in {math.ceil(seconds / 60)} minutes"

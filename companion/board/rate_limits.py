"""How often one visitor may ask and vote; kept in memory, forgotten at a restart.

Each worker counts, and hears what the others have counted. Nobody waits for that: whoever asks at
two workers at the same moment may get through once more.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from companion.board.others import Others
from companion.board.too_often import too_often

TEN_SECONDS, MINUTE, TEN_MINUTES, HOUR = 10.0, 60.0, 600.0, 3600.0
# How many in how many seconds: from the limits that comparable tools publish, generous for
# people, tight for scripts.
LIMITS = {
    "ask": ((3, MINUTE), (20, HOUR)),
    "edit": ((10, MINUTE),),
    "vote": ((60, MINUTE),),
    "arrange": ((30, TEN_SECONDS), (600, HOUR)),
    "draw": ((5, TEN_SECONDS), (300, HOUR)),
    # Of each kind apart: what somebody presses counts for a minute.
    "pulse": ((1, TEN_SECONDS),),
    "enter": ((30, MINUTE),),
    "report": ((20, MINUTE),),
    # Each looks through all that was asked in a series; a hall may share an address.
    "find": ((60, MINUTE),),
    "repeat": ((30, MINUTE),),
    # Wrong room codes: by one visitor, and from one network, where a whole hall may mistype.
    "code": ((10, TEN_MINUTES),),
    "codes": ((1_000, TEN_MINUTES),),
    # Sign-ins that failed, from one network.
    "sign_in": ((100, TEN_MINUTES),),
    # Organisers' passwords that were wrong: for one name, and from one network; and passkeys.
    "password": ((10, TEN_MINUTES),),
    "passwords": ((50, TEN_MINUTES),),
    "passkey": ((100, TEN_MINUTES),),
    # Wrong tokens of the API, from one network.
    "token": ((30, MINUTE),),
}
GUESSES = frozenset(
    {"enter", "code", "codes", "sign_in", "password", "passwords", "passkey", "token"}
)
Who = tuple[str, str]


class RateLimits:
    """Moving windows of what each visitor does on each talk, at whichever worker.

    A library was tried here: its memory of everybody who ever came was never given back, and
    looking through it held up the event loop.
    """

    def __init__(self, *, on: bool, others: Others, kind: str = "spent") -> None:
        """Start with nothing counted; when not ``on``, nothing ever is.

        The ``others`` are told of all that counts, as of this ``kind``, and tell it.
        """
        self.on = on
        self.others, self._kind = others, kind
        self.others.on(kind, self._hear)
        self._spent: dict[Who, deque[tuple[float, str]]] = {}
        self._swept_at = time.monotonic()

    def spend(self, action: str, talk: str, visitor: str, once: str = "") -> None:
        """Count one action; raises Refused, saying when to try again, past the limit.

        What has the same ``once`` as something counted lately is a repeat, and counts apart.
        """
        if not self.on:
            return
        now = time.monotonic()  # somebody may set the clock
        who = self.others.known_as(f"{talk} {visitor}")
        spent = self._lately(action, who, now)
        if once and any(once == before for _, before in spent):
            self.spend("repeat", talk, visitor)
            return
        _refuse_past(action, spent, now)
        spent.append((now, once))
        self.others.tell(self._kind, action, who, once)
        if action in GUESSES:  # else the next one is made elsewhere before this one is known there
            self.others.wait()

    def _hear(self, _worker: str, action: str, who: str, once: str) -> None:
        now = time.monotonic()
        self._lately(action, who, now).append((now, once))

    def _lately(self, action: str, who: str, now: float) -> deque[tuple[float, str]]:
        """Return what somebody has done of late, the earliest first."""
        self._sweep(now)
        spent = self._spent.setdefault((action, who), deque())
        _forget(spent, now - LIMITS[action][-1][1])
        return spent

    def refuse_past(self, action: str, talk: str, visitor: str) -> None:
        """Raise Refused, saying when to try again, where a limit is reached; count nothing."""
        if self.on:
            who = self.others.known_as(f"{talk} {visitor}")
            _refuse_past(action, self._spent.get((action, who), ()), time.monotonic())

    def _sweep(self, now: float) -> None:
        """Forget, once a minute, those of whom nothing counts any more."""
        if now - self._swept_at < MINUTE:
            return
        self._swept_at = now
        for who in [who for who, spent in self._spent.items() if _is_past(who[0], spent, now)]:
            del self._spent[who]


def _refuse_past(action: str, spent: Sequence[tuple[float, str]], now: float) -> None:
    for most, seconds in LIMITS[action]:
        if len(spent) >= most and spent[-most][0] > now - seconds:
            raise too_often(action, most, spent[-most][0] + seconds - now)


def _forget(spent: deque[tuple[float, str]], before: float) -> None:
    while spent and spent[0][0] <= before:
        spent.popleft()


def _is_past(action: str, spent: deque[tuple[float, str]], now: float) -> bool:
    return not spent or spent[-1][0] <= now - LIMITS[action][-1][1]

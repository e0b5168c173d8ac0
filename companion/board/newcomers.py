"""How many new people may come to a talk at once; kept in memory, forgotten at a restart.

A cookie thrown away makes a new person, so new people are what has to be bounded. Past a budget
nobody is refused: what they do is held until the desk has looked.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import deque
from typing import NamedTuple

from companion.network.capacity import network_of

SPAN, KNOWN = 600.0, 3600.0
# New people in ten minutes: behind one address, for a whole hall may share it; and on one talk.
PER_ADDRESS, PER_TALK = 600, 2_000
# In slow mode: questions a minute by people who have come within the last minute.
CROWD, MINUTE = 30, 60.0


class Standing(NamedTuple):
    """Whether somebody came past the budget, and asks in a crowd of people who came just now."""

    over_budget: bool = False
    in_crowd: bool = False


class Newcomers:
    """Who has come to each talk lately; one process counts for itself, and keeps no address."""

    def __init__(self, *, on: bool) -> None:
        """Start with nobody known; when not ``on``, nobody is ever held."""
        self._on, self._key = on, secrets.token_bytes(32)
        self._known: dict[tuple[str, str], tuple[float, bool]] = {}
        self._came: dict[bytes, deque[float]] = {}
        self._crowds: dict[str, deque[tuple[float, str]]] = {}
        self._swept_at = time.monotonic()

    def standing(self, talk: str, visitor: str, address: str, question: str = "") -> Standing:
        """Return how somebody stands who votes, or asks the ``question`` with this key."""
        if not self._on:
            return Standing()
        now = time.monotonic()
        self._sweep(now)
        who = (talk, visitor)
        if who not in self._known:
            self._known[who] = (now, not self._admit(talk, address, now))
        came, over_budget = self._known[who]
        is_fresh = bool(question) and now - came < MINUTE
        return Standing(over_budget, is_fresh and self._is_crowd(talk, question, now))

    def _admit(self, talk: str, address: str, now: float) -> bool:
        """Spend the budgets of an address and of a talk, both or neither."""
        windows = [
            (self._came.setdefault(self._hashed(talk, network_of(address)), deque()), PER_ADDRESS),
            (self._came.setdefault(self._hashed(talk, "all"), deque()), PER_TALK),
        ]
        for came, _ in windows:
            while came and came[0] <= now - SPAN:
                came.popleft()
        if any(len(came) >= most for came, most in windows):
            return False
        for came, _ in windows:
            came.append(now)
        return True

    def forget(self, talk: str, visitor: str, address: str, question: str = "") -> None:
        """Have somebody not have come: they were refused, and are to take nobody's place."""
        came, over_budget = self._known.pop((talk, visitor), (0.0, True))
        keys = () if over_budget else (network_of(address), "all")
        for window in filter(None, (self._came.get(self._hashed(talk, key)) for key in keys)):
            if came in window:
                window.remove(came)
        crowd = self._crowds.get(talk, ())
        if crowd:
            self._crowds[talk] = deque(asked for asked in crowd if asked[1] != question)

    def _is_crowd(self, talk: str, question: str, now: float) -> bool:
        asked = self._crowds.setdefault(talk, deque())
        while asked and asked[0][0] <= now - MINUTE:
            asked.popleft()
        if any(question == before for _, before in asked):
            return False
        if len(asked) >= CROWD:
            return True
        asked.append((now, question))
        return False

    def _hashed(self, talk: str, network: str) -> bytes:
        return hmac.digest(self._key, f"{talk} {network}".encode(), "sha256")

    def _sweep(self, now: float) -> None:
        """Forget, once a minute, whom and what nothing depends on any more."""
        if now - self._swept_at < MINUTE:
            return
        self._swept_at = now
        self._known = {who: found for who, found in self._known.items() if found[0] > now - KNOWN}
        self._came = {
            key: came for key, came in self._came.items() if came and came[-1] > now - SPAN
        }

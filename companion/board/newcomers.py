"""How many new people may come to a talk at once; kept in memory, forgotten at a restart.

A cookie thrown away makes a new person, so new people are what has to be bounded. Past a budget
nobody is refused: what they do is held until the desk has looked.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from companion.board.others import Others
from companion.network.capacity import network_of

SPAN, KNOWN = 600.0, 3600.0
# New people in ten minutes: behind one address, for a whole hall may share it; and on one talk.
PER_ADDRESS, PER_TALK = 600, 2_000
MOST = (PER_ADDRESS, PER_TALK)
# In slow mode: questions a minute by people who have come within the last minute.
CROWD, MINUTE = 30, 60.0
# What workers tell each other.
CAME, CROWDED, REFUSED = "came", "asked in a crowd", "was refused"


class Standing(NamedTuple):
    """How somebody has come: past the budget, in a crowd of people who came just now, just now."""

    over_budget: bool = False
    in_crowd: bool = False
    is_new: bool = False


class Newcomers:
    """Who has come to each talk lately, at whichever worker; no address is kept."""

    def __init__(self, *, on: bool, others: Others) -> None:
        """Start with nobody known; when not ``on``, nobody is ever held.

        The ``others`` are told who has come, and tell it.
        """
        self._on, self._others = on, others
        self._others.on(CAME, self._hear_of)
        self._others.on(CROWDED, self._hear_question)
        self._others.on(REFUSED, self._forget)
        self._known: dict[str, tuple[float, bool]] = {}
        self._came: dict[str, deque[float]] = {}
        self._crowds: dict[str, deque[tuple[float, str]]] = {}
        self._swept_at = time.monotonic()

    def standing(self, talk: str, visitor: str, address: str, question: str = "") -> Standing:
        """Return how somebody stands who votes, or asks the ``question`` with this key."""
        if not self._on:
            return Standing()
        now = time.monotonic()
        self._sweep(now)
        who = self._others.known_as(f"{talk} {visitor}")
        is_new = who not in self._known
        if is_new:
            self._admit(who, self._budgets(talk, address), now)
        came, over_budget = self._known[who]
        is_fresh = bool(question) and now - came < MINUTE
        return Standing(over_budget, is_fresh and self._is_crowd(talk, question, now), is_new)

    def is_past(self, talk: str, visitor: str, address: str) -> bool:
        """Whether somebody came past the budget, or would if they came now; that spends nothing."""
        known = self._known.get(self._others.known_as(f"{talk} {visitor}"))
        if known or not self._on:
            return bool(known and known[1])
        now = time.monotonic()
        return _is_spent([self._within(budget, now) for budget in self._budgets(talk, address)])

    def _budgets(self, talk: str, address: str) -> list[str]:
        return [self._others.known_as(f"{talk} {name}") for name in (network_of(address), "all")]

    def forget(self, talk: str, visitor: str, address: str, question: str = "") -> None:
        """Have somebody not have come: they were refused, and are to take nobody's place."""
        who, budgets = self._others.known_as(f"{talk} {visitor}"), self._budgets(talk, address)
        self._forget("", talk, who, budgets, question)
        self._others.tell(REFUSED, talk, who, budgets, question)

    def _forget(self, _worker: str, talk: str, who: str, budgets: list[str], question: str) -> None:
        came, over_budget = self._known.pop(who, (0.0, True))
        kept = [] if over_budget else [self._came.get(budget, deque()) for budget in budgets]
        for window in kept:
            if came in window:
                window.remove(came)
        crowd = self._crowds.get(talk, ())
        if crowd:
            self._crowds[talk] = deque(asked for asked in crowd if asked[1] != question)

    def _admit(self, who: str, budgets: list[str], now: float) -> None:
        """Spend the budgets of an address and of a talk, both or neither."""
        windows = [self._within(budget, now) for budget in budgets]
        over_budget = _is_spent(windows)
        self._known[who] = (now, over_budget)
        if not over_budget:
            for came in windows:
                came.append(now)
        self._others.tell(CAME, who, budgets, over_budget)

    def _hear_of(self, _worker: str, who: str, budgets: list[str], over_budget: bool) -> None:
        now = time.monotonic()
        self._sweep(now)
        if who in self._known:
            return
        self._known[who] = (now, over_budget)
        if not over_budget:
            for budget in budgets:
                self._within(budget, now).append(now)

    def _within(self, budget: str, now: float) -> deque[float]:
        """Return when those came whom a budget has lately been spent on."""
        came = self._came.setdefault(budget, deque())
        while came and came[0] <= now - SPAN:
            came.popleft()
        return came

    def _hear_question(self, _worker: str, talk: str, question: str) -> None:
        self._asked(talk, now := time.monotonic()).append((now, question))

    def _asked(self, talk: str, now: float) -> deque[tuple[float, str]]:
        """Return what people who had just come have lately asked."""
        asked = self._crowds.setdefault(talk, deque())
        while asked and asked[0][0] <= now - MINUTE:
            asked.popleft()
        return asked

    def _is_crowd(self, talk: str, question: str, now: float) -> bool:
        asked = self._asked(talk, now)
        if any(question == before for _, before in asked):
            return False
        if len(asked) >= CROWD:
            return True
        asked.append((now, question))
        self._others.tell(CROWDED, talk, question)
        return False

    def _sweep(self, now: float) -> None:
        """Forget, once a minute, whom and what nothing depends on any more."""
        if now - self._swept_at < MINUTE:
            return
        self._swept_at = now
        self._known = {who: found for who, found in self._known.items() if found[0] > now - KNOWN}
        self._came = {
            key: came for key, came in self._came.items() if came and came[-1] > now - SPAN
        }


def _is_spent(windows: Iterable[deque[float]]) -> bool:
    """Whether as many have come as may, behind one address or on one talk."""
    return any(len(came) >= most for came, most in zip(windows, MOST, strict=True))

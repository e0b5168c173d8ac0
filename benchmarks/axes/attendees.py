"""Attendees at one talk: what reaches the last of them when, and what each of them costs."""

from __future__ import annotations

import argparse

from benchmarks import stage
from benchmarks.figures import Run
from benchmarks.options import place_of

SIZES = (100, 1_000, 5_000)
ASKS = 60


def measure(count: int, wanted: argparse.Namespace) -> dict[str, float]:
    """Have so many connect, hear broadcasts, sixty of them ask, and all of them vote."""
    place = place_of(wanted)
    with stage.companion(place) as running:
        return figures(stage.attend(place, running, count, *acts(min(ASKS, count))))


def acts(asks: int) -> tuple[str, ...]:
    """Return the audience's options for all that it does here."""
    return ("--in-flight", "1", "--asks", str(asks), "--vote", "1", "--seconds", "10")


def figures(run: Run) -> dict[str, float]:
    """Return what an audience has measured that did all this."""
    [fanout], memory, clients = run["fanout"], run["memory"], run["clients"]
    return {
        "a page: CPU ms": run["pages"]["cpu"] * 1000 / clients,
        "a page: KB on the wire": run["pages"]["bytes"] / 1000,
        "memory of a connection: KB": (memory["after_kb"] - memory["before_kb"]) / clients,
        "100 bytes to all: CPU µs per delivery": fanout["us"],
        "100 bytes to all: last client, p50 ms": fanout["last_ms"]["p50"],
        "question to last client, p50 ms": run["asks"]["last_ms"]["p50"],
        "vote to last client, p50 ms": run["votes"]["last_ms"]["p50"],
        "vote: bytes per attendee": run["votes"]["bytes"] / clients**2,
        "votes of all: CPU ms each": run["votes"]["cpu"] * 1000 / clients,
    }

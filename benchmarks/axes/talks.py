"""Talks that are live at once, with a thousand attendees in all of them together."""

from __future__ import annotations

import argparse
import time

from benchmarks import stage
from benchmarks.options import place_of

SIZES = (1, 10, 50, 200)
ATTENDEES, IDLE_SECONDS, TIMES = 1_000, 5, 20


def measure(count: int, wanted: argparse.Namespace) -> dict[str, float]:
    """Have all vote once within ten seconds, each at one of the talks."""
    place = place_of(wanted)
    with stage.companion(place, count) as running:
        programme, idle = _programme(place, running), _idle(running)
        vote = ("--vote", "1", "--seconds", "10")
        run = stage.attend(place, running, ATTENDEES, *vote)
    votes = run["votes"]
    return {
        "memory with all connected: MB": run["memory"]["after_kb"] / 1000,
        "CPU with nobody there: %": idle,
        "the programme: CPU ms": programme,
        "votes of all: CPU ms each": votes["cpu"] * 1000 / ATTENDEES,
        "vote acknowledged, p50 ms": votes["answer_ms"]["p50"],
        "messages to an attendee": votes["frames"] / ATTENDEES,
    }


def _programme(place: stage.Place, running: stage.Running) -> float:
    stage.fetch(place, "/")
    before = stage.processor_time(running)
    for _ in range(TIMES):
        stage.fetch(place, "/")
    return (stage.processor_time(running) - before) * 1000 / TIMES


def _idle(running: stage.Running) -> float:
    before = stage.processor_time(running)
    time.sleep(IDLE_SECONDS)
    return (stage.processor_time(running) - before) * 100 / IDLE_SECONDS

"""Workers with Valkey between them, on one core together: what sharing the work costs."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from benchmarks import stage
from benchmarks.axes.attendees import ASKS, acts, figures
from benchmarks.options import place_of
from tests.support.valkey import Valkey

SIZES = (1, 2)
ATTENDEES = 1_000


def measure(count: int, wanted: argparse.Namespace) -> dict[str, float]:
    """Have a thousand attend at so many workers."""
    place = place_of(wanted)
    with _valkey() as url, _served(place, count, url) as running:
        return figures(stage.attend(place, running, ATTENDEES, *acts(ASKS)))


def _served(place: stage.Place, count: int, url: str) -> AbstractContextManager[stage.Running]:
    shared = {"COMPANION_WORKERS": str(count), "COMPANION_REDIS_URL": url} if count > 1 else {}
    return stage.companion(place, **shared)


@contextmanager
def _valkey() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        valkey = Valkey(Path(folder))
        try:
            yield valkey.url
        finally:
            valkey.stop()

"""The application as `companion serve` serves it, with its greenlets among what /metrics tells."""
# ruff: noqa: I001 (companion.server patches the standard library, so it comes first)

from __future__ import annotations

from companion import server

import gc
import os
from collections.abc import Iterator

from greenlet import greenlet
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily

from companion.cli.serve import prepare
from companion.settings import read_settings

NAME = "benchmark_greenlets"


class Greenlets:
    """Counts those that have begun and not ended, whenever somebody asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how many there are."""
        running = sum(isinstance(one, greenlet) and bool(one) for one in gc.get_objects())
        yield GaugeMetricFamily(NAME, "Greenlets that run or wait.", value=running)


if __name__ == "__main__":
    REGISTRY.register(Greenlets())  # type: ignore[arg-type]  # all that it needs is `collect`
    settings = read_settings(os.environ)
    server.run(settings, prepare(settings))

"""`companion serve` for a wall that holds more notes than walls do; nobody else starts this."""
# ruff: noqa: I001 (companion.server patches the standard library, so it comes first)

from __future__ import annotations

from companion import server

import os

from companion.board import wall
from companion.cli.serve import prepare
from companion.settings import read_settings

if __name__ == "__main__":
    wall.MOST_PLACED = int(os.environ["BENCHMARK_NOTES"])
    settings = read_settings(os.environ)
    server.run(settings, prepare(settings))

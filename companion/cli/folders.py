"""Folders that are there as long as a command runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def thrown_away(folder: Path) -> Iterator[Path]:
    """Delete a folder at the end, of this process and not of those that it forks."""
    owner = os.getpid()
    try:
        yield folder
    finally:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

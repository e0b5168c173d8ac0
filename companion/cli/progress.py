"""How far long work is, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import click

Advance = Callable[[int], None]


@contextmanager
def progress(label: str, length: int) -> Iterator[Advance]:
    """Show a bar of so many steps; what is given advances it."""
    if not sys.stderr.isatty():
        yield lambda steps: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


@contextmanager
def pages_of(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar for work that says at each step how much there is, and how much is left."""
    if not sys.stderr.isatty():
        yield lambda left, total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:
        yield partial(_move_to, bar)


def _move_to(bar: click._termui_impl.ProgressBar[int], left: int, total: int) -> None:
    bar.length = total
    bar.update(total - left - bar.pos)

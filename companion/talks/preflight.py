"""The report on a folder of talks before they are shown."""

from __future__ import annotations

from pathlib import Path

from companion.talks.page import PageOptions
from companion.talks.problem import Problem
from companion.talks.programme import Programme


def check(folder: Path, options: PageOptions) -> list[Problem]:
    """Return everything wrong or doubtful in a folder of talks, by file and line."""
    programme = Programme(folder, options)
    programme.refresh()
    return programme.problems()

"""Databases that fail as real ones do."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.fault_proxy import FaultProxy, in_front_of
from tests.support.fault_table import PAPER, Row, rewrite, table


@pytest.fixture
def through(postgres_url: str) -> Iterator[tuple[FaultProxy, str]]:
    """Return a proxy in front of PostgreSQL, and the database's address through it."""
    with in_front_of(postgres_url) as pair:
        yield pair


@pytest.fixture
def proxy(through: tuple[FaultProxy, str]) -> FaultProxy:
    return through[0]


@pytest.fixture(scope="session")
def fault_rows() -> Iterator[list[Row]]:
    """Collect what was counted; in the full run it becomes the table in the document."""
    rows: list[Row] = []
    yield rows
    if rows and PAPER:
        sys.stdout.write(f"\n{table(rows)}\n")
        rewrite(Path(PAPER), rows)


@pytest.fixture
def fault_row(fault_rows: list[Row]) -> Callable[..., None]:
    """Add a line to the table."""
    return lambda *values: fault_rows.append(Row(*values))

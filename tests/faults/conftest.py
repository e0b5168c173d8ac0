"""Databases that fail as real ones do."""

from collections.abc import Iterator

import pytest

from tests.support.fault_proxy import FaultProxy, in_front_of


@pytest.fixture
def through(postgres_url: str) -> Iterator[tuple[FaultProxy, str]]:
    """Return a proxy in front of PostgreSQL, and the database's address through it."""
    with in_front_of(postgres_url) as pair:
        yield pair


@pytest.fixture
def proxy(through: tuple[FaultProxy, str]) -> FaultProxy:
    return through[0]

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from companion.db import prepare
from companion.events import Bus
from companion.writer import Writer
from tests.support.moderation import Moderation
from tests.support.room import Room


@pytest.fixture
def writing_engine(database_url: str) -> Iterator[sa.Engine]:
    """Return an engine of one connection, as the application's writer has it."""
    engine = sa.create_engine(database_url, pool_size=1, max_overflow=0)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def writer(writing_engine: sa.Engine, bus: Bus) -> Writer:
    return Writer(writing_engine, bus.publish, lambda commit: commit())


@pytest.fixture
def room(engine: sa.Engine, writer: Writer) -> Room:
    """Return the usual talk's board, open and not moderated."""
    return Room(engine, writer)


@pytest.fixture
def other_room(engine: sa.Engine, writer: Writer) -> Room:
    return Room(engine, writer, "other-talk")


@pytest.fixture
def grace(room: Room) -> Moderation:
    """Return the usual talk's desk; Grace moderates."""
    return Moderation(room)

"""What is true of every connection."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from companion.store.engine import (
    CONNECTIONS,
    EXPORTERS,
    NO_CONNECTION_SECONDS,
    OBSERVERS,
    READERS,
    db,
)
from tests.support.databases import on_both_databases

# Of the connections that read and of the one that writes, in milliseconds where PostgreSQL says so.
PATIENCE = {
    "statement_timeout": ("4500ms", "4500ms"),
    "lock_timeout": ("4s", "4s"),
    "idle_in_transaction_session_timeout": ("1min", "5s"),
}


@pytest.fixture
def engines(make_app, postgres_url) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Return what an application on PostgreSQL reads with, and what it writes with."""
    app = make_app(database_url=postgres_url)
    with app.app_context():
        yield db.engine, app.extensions["writer"]._engine


@pytest.mark.slow
def test_no_connection_of_the_application_to_postgresql_waits_for_ever(engines):
    with engines[0].connect() as reading, engines[1].connect() as writing:
        both = (reading, writing)
        for name, wanted in PATIENCE.items():
            shown = [one.exec_driver_sql(f"SHOW {name}").scalar_one() for one in both]
            assert (name, *shown) == (name, *wanted)
        for one in both:
            given = one.connection.dbapi_connection.info.get_parameters()
            assert given["connect_timeout"] == "3"
            assert given["tcp_user_timeout"] == "5000"


@pytest.mark.slow
def test_a_worker_takes_no_more_connections_than_doctor_counts(engines):
    (reading, writing), most = engines, READERS

    assert (reading.pool.size(), reading.pool.timeout()) == (most, NO_CONNECTION_SECONDS)
    assert most + writing.pool.size() + EXPORTERS + OBSERVERS == CONNECTIONS
    for engine, count in ((reading, most), (writing, 1)):
        engine.pool._timeout = 0
        with ExitStack() as all_taken:
            for _ in range(count):
                all_taken.enter_context(engine.connect())
            with pytest.raises(sa.exc.TimeoutError):
                engine.connect()


@pytest.mark.slow
def test_a_connection_that_was_ended_is_replaced_before_anybody_notices(engines, postgres):
    for engine in engines:
        with engine.connect() as connection:
            ended = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        postgres.run(f"SELECT pg_terminate_backend({ended}, 5000)")

        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != ended


@on_both_databases
def test_no_error_repeats_what_people_wrote(engine):
    words = "How do bees find home without being seen?"

    with pytest.raises(sa.exc.DBAPIError) as failed, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nothing VALUES (:words)"), {"words": words})

    assert "nothing" in str(failed.value)
    assert words not in str(failed.value)

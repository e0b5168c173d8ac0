"""How Alembic reaches the database: through the application that Flask-Migrate gives it."""

from alembic import context
from flask import current_app

from companion.store.postgres import wait_for_ever

_migrate = current_app.extensions["migrate"]
_database = _migrate.db


def _run() -> None:
    with _database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            wait_for_ever(connection)
            connection.commit()
            # A table may be written to by others until it is locked.
            connection.execution_options(isolation_level="READ COMMITTED")
        context.configure(
            connection=connection,
            target_metadata=_database.metadata,
            **_migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


_run()

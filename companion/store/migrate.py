"""The database brought up to date: by itself for SQLite, by the one who runs it for PostgreSQL.

Alembic is large, and most starts find nothing to do: it is imported once there is.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from companion.paths import resource_dir
from companion.settings import ConfigError
from companion.store.engine import db

VERSION: sa.Select[tuple[str]] = sa.select(sa.column("version_num")).select_from(
    sa.table("alembic_version")
)


def prepare_migrations(app: Flask) -> Flask:
    """Return the application, told where its migrations are."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(resource_dir("migrations")), render_as_batch=True)
    return app


def bring_up_to_date(app: Flask) -> str:
    """Migrate an SQLite file, after a backup; return the backup's name or "".

    Raises ConfigError, saying what to do, for a PostgreSQL database that is behind, for one that a
    newer version has made, and for any that does not answer.
    """
    with app.app_context():
        try:
            return _bring_up_to_date(app)
        finally:
            db.engine.dispose()


def _bring_up_to_date(app: Flask) -> str:
    known, current = revisions(), _current_revision()
    if current == known[-1]:
        return ""
    if current and current not in known:
        raise ConfigError(
            f"COMPANION_DATABASE_URL: a newer version has made this database (revision {current}); "
            "install that one, or use another database"
        )
    if db.engine.dialect.name != "sqlite":
        raise ConfigError(
            "COMPANION_DATABASE_URL: the database is not up to date; run: companion db upgrade"
        )
    backup = _back_up(Path(db.engine.url.database or ""), current) if current else ""
    from flask_migrate import upgrade

    prepare_migrations(app)
    upgrade()
    return backup


def revisions() -> list[str]:
    """Return the revisions that there are, by the names of their files, the newest last."""
    files = (resource_dir("migrations") / "versions").glob("[0-9]*.py")
    return sorted(path.name.partition("_")[0] for path in files)


def _current_revision() -> str | None:
    """Return the database's revision, None for one that is new; raises ConfigError."""
    try:
        with db.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return str(connection.scalar(VERSION))
    except (DBAPIError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise ConfigError(
            f"COMPANION_DATABASE_URL: the database does not answer: {reason}"
        ) from None


def _back_up(path: Path, current: str) -> str:
    copy = path.with_name(f"{path.name}.before-{current}")
    copy.unlink(missing_ok=True)
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    return copy.name

"""The database brought up to date: by itself for SQLite, by the one who runs it for PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.exc import DBAPIError

from companion.paths import resource_dir
from companion.settings import ConfigError
from companion.store.engine import db


def bring_up_to_date(app: Flask) -> str:
    """Migrate an SQLite file, after a backup; return the backup's name or "".

    Raises ConfigError, saying what to do, for a PostgreSQL database that is behind, for one that a
    newer version has made, and for any that does not answer.
    """
    with app.app_context():
        try:
            return _bring_up_to_date()
        finally:
            db.engine.dispose()


def _bring_up_to_date() -> str:
    current, newest = _revisions()
    if current == newest:
        return ""
    if db.engine.dialect.name != "sqlite":
        raise ConfigError(
            "COMPANION_DATABASE_URL: the database is not up to date; run: companion db upgrade"
        )
    path = Path(db.engine.url.database or "")
    backup = _back_up(path, current) if current else ""
    flask_migrate.upgrade()
    return backup


def _revisions() -> tuple[str | None, str | None]:
    script = ScriptDirectory(str(resource_dir("migrations")))
    try:
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except (DBAPIError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise ConfigError(
            f"COMPANION_DATABASE_URL: the database does not answer: {reason}"
        ) from None
    if current and current not in {known.revision for known in script.walk_revisions()}:
        raise ConfigError(
            f"COMPANION_DATABASE_URL: a newer version has made this database (revision {current}); "
            "install that one, or use another database"
        )
    return current, script.get_current_head()


def _back_up(path: Path, current: str) -> str:
    copy = path.with_name(f"{path.name}.before-{current}")
    copy.unlink(missing_ok=True)
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    return copy.name

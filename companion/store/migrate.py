"""The database brought up to date: by itself for SQLite, by the one who runs it for PostgreSQL.

Alembic is large, and most starts find nothing to do: it is imported once there is.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from companion.errors import Refused
from companion.paths import resource_dir
from companion.settings import ConfigError
from companion.store.engine import db, prepare

VERSION: sa.Select[tuple[str]] = sa.select(sa.column("version_num")).select_from(
    sa.table("alembic_version")
)

BEHIND = "COMPANION_DATABASE_URL: the database is not up to date; run: companion db upgrade"
RESTORE = "name another one, or put a backup back with: companion restore FILE"
START = "start it, or correct the address"
AHEAD = (
    "COMPANION_DATABASE_URL: a newer version has made this database (revision {}); "
    "install that one, or use another database"
)


def prepare_migrations(app: Flask) -> Flask:
    """Return the application, told where its migrations are."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(resource_dir("migrations")), render_as_batch=True)
    return app


def make_tables(url: str) -> None:
    """Make all tables in a database that has none, without the rest of an application."""
    from flask_migrate import upgrade

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    with prepare_migrations(app).app_context():
        prepare(db.engine)
        try:
            upgrade()
        finally:
            db.engine.dispose()


def bring_up_to_date(app: Flask) -> str:
    """Migrate an SQLite file, after a backup; return the backup's path or "".

    Raises ConfigError, saying what to do, for a PostgreSQL database that is behind, for one that a
    newer version has made, and for any that does not answer.
    """
    with app.app_context():
        try:
            return _bring_up_to_date(app)
        finally:
            db.engine.dispose()


def _bring_up_to_date(app: Flask) -> str:
    current = current_revision()
    trouble = revision_trouble(current)
    if not trouble:
        return ""
    if db.engine.dialect.name != "sqlite" or trouble != BEHIND:
        raise ConfigError(trouble)
    backup = back_up_before(current) if current else ""
    from flask_migrate import upgrade

    prepare_migrations(app)
    try:
        upgrade()
    except DBAPIError as error:
        kept = f"; put it back as it was with: companion restore {backup}" if backup else ""
        raise ConfigError(
            f"COMPANION_DATABASE_URL: the database cannot be brought up to date: "
            f"{_reason(error)}{kept}"
        ) from None
    return backup


def revision_trouble(current: str | None) -> str:
    """Return why a database at this revision cannot be served as it is, "" where it can."""
    known = revisions()
    if current == known[-1]:
        return ""
    return BEHIND if current is None or current in known else AHEAD.format(current)


def back_up_before(current: str) -> str:
    """Copy an SQLite file at revision ``current`` beside itself; return the copy, with its path.

    Raises ConfigError.
    """
    from companion.store.backup import back_up

    url = db.engine.url
    copy = Path(f"{url.database}.before-{current}")
    try:
        back_up(url.render_as_string(hide_password=False), copy)
    except Refused as refusal:
        raise ConfigError(f"COMPANION_DATABASE_URL: nothing was changed. {refusal}") from None
    return str(copy)


def revisions() -> list[str]:
    """Return the revisions that there are, by the names of their files, the newest last."""
    files = (resource_dir("migrations") / "versions").glob("[0-9]*.py")
    return sorted(path.name.partition("_")[0] for path in files)


def current_revision(engine: sa.Engine | None = None) -> str | None:
    """Return a database's revision, None for one that is new; raises ConfigError.

    It is the application's, unless another is given.
    """
    try:
        with (engine or db.engine).connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return str(connection.scalar(VERSION))
    except (DBAPIError, sqlite3.Error) as error:
        is_file = (engine or db.engine).dialect.name == "sqlite"
        advice = RESTORE if is_file else START
        raise ConfigError(
            f"COMPANION_DATABASE_URL: the database does not answer: {_reason(error)}; {advice}"
        ) from None


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", error)).strip().splitlines()[0]

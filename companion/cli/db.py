"""`companion db`: Flask-Migrate's commands, given our application."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import ScriptInfo
from flask_migrate.cli import db as migrations

from companion.app import build
from companion.cli.options import settings_from
from companion.store.migrate import prepare_migrations


class Migrations(click.Group):
    """Flask-Migrate's group, which makes the application when a command is really run."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command on our database."""
        settings = settings_from({})
        ctx.obj = ScriptInfo(create_app=lambda: prepare_migrations(build(settings)))
        return super().invoke(ctx)


db = Migrations(
    "db",
    commands=migrations.commands,
    params=migrations.params,
    callback=migrations.callback,
    help="Migrate the database (Flask-Migrate).",
)

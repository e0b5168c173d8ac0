"""`companion db`: Flask-Migrate's commands, given our application, and `copy`."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate.cli import db as migrations
from sqlalchemy.exc import DBAPIError

from companion.app import build
from companion.cli.copy import copy as copy_command
from companion.cli.options import prepare_environment, refuse, settings_from
from companion.settings import ConfigError
from companion.store.engine import db as database
from companion.store.migrate import (
    back_up_before,
    current_revision,
    prepare_migrations,
    revision_trouble,
    revisions,
)
from companion.store.sqlite import file_of, server_of

CHANGING, LOOKING = ("upgrade", "downgrade"), ("current", "check")


def _use_folder(_ctx: click.Context, _param: click.Parameter, folder: str | None) -> None:
    """Have the data folder count in all that is done from here on."""
    if folder is not None:
        prepare_environment({"data_folder": folder})


# For the group: it makes the application before a command's own options are read.
DATA_FOLDER = click.Option(
    ["--data-folder"],
    metavar="VALUE",
    expose_value=False,
    callback=_use_folder,
    help="The folder of all that has to be kept.  [COMPANION_DATA_FOLDER; .]",
)


class Migrations(click.Group):
    """Flask-Migrate's group, which makes the application when a command is really run."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command on our database."""
        ctx.obj = ScriptInfo(create_app=_new_app)
        return super().invoke(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; what changes the database makes the backup that `serve` makes."""
        command = super().get_command(ctx, cmd_name)
        if command is None or command.callback is None or cmd_name not in CHANGING + LOOKING:
            return command
        safe = copy(command)
        safe.callback = partial(_change if cmd_name in CHANGING else _look, command.callback)
        return safe


def _new_app() -> Flask:
    try:
        return prepare_migrations(build(settings_from({})))
    except ConfigError as error:
        refuse(str(error))


def _look(command: Callable[..., Any], **given: Any) -> Any:
    """Look at a database that this version knows."""
    try:
        with _new_app().app_context():
            _known_revision()
            database.engine.dispose()
    except ConfigError as error:
        refuse(str(error))
    return command(**given)


def _known_revision() -> str | None:
    """Return the database's revision; raises ConfigError where a newer version has made it."""
    current = current_revision()
    if current is not None and current not in revisions():
        raise ConfigError(revision_trouble(current))
    return current


def _refuse_served() -> None:
    path = file_of(str(database.engine.url))
    number = server_of(path) if path else ""
    if number:
        raise ConfigError(f"process {number} serves {path}; stop it first")


def _change(command: Callable[..., Any], **given: Any) -> Any:
    """Change the database after a backup, of SQLite's; say in one line why it cannot be."""
    backup = ""
    try:
        with _new_app().app_context():
            current = _known_revision()
            _refuse_served()
            if current and database.engine.dialect.name == "sqlite":
                backup = back_up_before(current)
                click.echo(f"As it was before: {backup}")
            database.engine.dispose()
        return command(**given)
    except ConfigError as error:
        refuse(str(error))
    except DBAPIError as error:
        kept = f"; put it back with: companion restore {backup}" if backup else ""
        refuse(f"the database could not be changed: {str(error.orig).splitlines()[0]}{kept}")


db = Migrations(
    "db",
    commands=migrations.commands | {"copy": copy_command},
    params=[*migrations.params, DATA_FOLDER],
    callback=migrations.callback,
    help="Migrate the database (Flask-Migrate), or copy it into another.",
)

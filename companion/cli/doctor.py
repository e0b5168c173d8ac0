"""`companion doctor`: what is wrong with a set-up, and what to do about it."""

from __future__ import annotations

import os
import sys

import click

from companion.cli.options import put_into_environment, with_settings
from companion.settings import ConfigError, read_settings


@click.command()
@with_settings
def doctor(**given: str | None) -> None:
    """Say whether it is served, how old the last backup is, and all that is wrong.

    Exits with 1 when something is wrong. Nothing is changed, and the server may be running.
    """
    from companion.cli.checks import about_backups, about_server, troubles

    try:
        put_into_environment(given)
        settings = read_settings(os.environ)
    except ConfigError as error:
        found = [str(error)]
    else:
        click.echo(about_server(settings))
        click.echo(about_backups(settings))
        found = troubles(settings)
    for number, trouble in enumerate(found, 1):
        click.echo(f"{number}. {trouble}")
    if found:
        sys.exit(1)
    click.echo("Nothing is wrong, as far as can be seen from here.")

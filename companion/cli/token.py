"""`companion token`: what lets a program read the API as organisers do."""

from __future__ import annotations

from datetime import datetime

import click

from companion.cli.options import open_app, refuse, settings_from, with_settings
from companion.errors import Refused
from companion.moderation import tokens
from companion.store.engine import db

NEVER = "never"
KEEP = "Keep it now: nobody can show it again. Send it as Authorization: Bearer …"


@click.group()
def token() -> None:
    """Make, list and revoke tokens with which programs read what organisers' exports have."""


@token.command()
@click.argument("name")
@click.option(
    "--expires", type=click.IntRange(1, 3_650), metavar="DAYS", help="So many days from now."
)
@with_settings
def create(name: str, expires: int | None, **given: str | None) -> None:
    """Make a token and print it, once: only its hash is kept."""
    app, _ = open_app(settings_from(given))
    now = app.extensions["boards"].clock()
    try:
        made = app.extensions["writer"](lambda change: tokens.create(change, name, expires, now))
    except Refused as refusal:
        refuse(str(refusal))
    click.echo(made)
    click.echo(KEEP, err=True)


@token.command("list")
@with_settings
def list_tokens(**given: str | None) -> None:
    """List the tokens: when each was made, the day of its last use, and when it expires."""
    app, _ = open_app(settings_from(given))
    with app.app_context():
        found = tokens.listed(db.session())
    for row in found:
        dates = (_day(row.made_at), _day(row.used_at), _day(row.expires_at))
        click.echo("{}  made {}  used {}  expires {}".format(row.name, *dates))
    if not found:
        click.echo("There are no tokens.")


@token.command()
@click.argument("name")
@with_settings
def revoke(name: str, **given: str | None) -> None:
    """Have a token open nothing any more, from now on."""
    app, _ = open_app(settings_from(given))
    try:
        app.extensions["writer"](lambda change: tokens.revoke(change, name))
    except Refused as refusal:
        refuse(str(refusal))
    click.echo(f"Revoked {name}.")


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else NEVER

"""`companion webhook`: which addresses are told what happens, and whether they heard it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from companion.cli.options import open_app, refuse, settings_from, with_settings
from companion.errors import Refused
from companion.store.deliveries import EVENTS
from companion.store.engine import db
from companion.webhooks import registry

if TYPE_CHECKING:
    from flask import Flask

    from companion.store.models import Delivery
    from companion.store.writer import Change
    from companion.webhooks.sending import Sender

T = TypeVar("T")
LINES = 50


@click.group()
def webhook() -> None:
    """Have an address be told what happens: add, list, remove, rotate, test, log."""


@webhook.command()
@click.argument("url")
@click.option(
    "--events",
    default=",".join(EVENTS),
    show_default=True,
    metavar="LIST",
    help="Of what it is told, with commas between.",
)
@with_settings
def add(url: str, events: str, **given: str | None) -> None:
    """Tell URL what happens from now on, and print the secret that messages are signed with."""
    app, _ = open_app(settings_from(given))
    names = [name.strip() for name in events.split(",") if name.strip()]
    if not names:
        refuse(f"--events: name some of {', '.join(EVENTS)}")
    now = app.extensions["boards"].clock()
    added = _written(app, lambda change: registry.add(change, url, names, now))
    click.echo(f"Webhook {added.id} is told of: {', '.join(added.events.split())}", err=True)
    click.echo(_sender(app).signer.secret(added))


@webhook.command("list")
@with_settings
def list_webhooks(**given: str | None) -> None:
    """List the webhooks by their numbers."""
    app, _ = open_app(settings_from(given))
    with app.app_context():
        found = registry.listed(db.session())
    for row in found:
        click.echo(f"{row.id}  {row.url}  {','.join(row.events.split())}")
    if not found:
        click.echo("There are no webhooks: nobody is told anything.")


@webhook.command()
@click.argument("number", type=int)
@with_settings
def remove(number: int, **given: str | None) -> None:
    """Tell a webhook nothing more, not even what waits, and forget its log."""
    app, _ = open_app(settings_from(given))
    _written(app, lambda change: registry.remove(change, number))
    click.echo(f"Removed {number}.")


@webhook.command()
@click.argument("number", type=int)
@with_settings
def rotate(number: int, **given: str | None) -> None:
    """Print a new secret; for a day messages are signed with the one before as well."""
    app, _ = open_app(settings_from(given))
    now = app.extensions["boards"].clock()
    changed = _written(app, lambda change: registry.rotate(change, number, now))
    click.echo(_sender(app).signer.secret(changed))


@webhook.command()
@click.argument("number", type=int)
@with_settings
def test(number: int, **given: str | None) -> None:
    """Send a signed message of the type `test` now; exit 1 when it is not taken."""
    from companion.webhooks.sending import is_heard

    app, _ = open_app(settings_from(given))
    with app.app_context():
        _found(app, number)
        result = _sender(app).test(db.session(), number)
    click.echo(f"Webhook {number} answered: {result}")
    if not is_heard(result):
        sys.exit(1)


@webhook.command()
@click.argument("number", type=int)
@with_settings
def log(number: int, **given: str | None) -> None:
    """Print the last of what a webhook was told, or still waits for."""
    app, _ = open_app(settings_from(given))
    with app.app_context():
        _found(app, number)
        found = registry.log(db.session(), number, LINES)
    for row in found:
        click.echo(_line(row))
    if not found:
        click.echo("Nothing has happened that it is told of.")


def _line(row: Delivery) -> str:
    about = f"{row.talk} {row.question_id or ''}".strip()
    what = f"{row.at:%Y-%m-%d %H:%M:%S}  {row.event}  {about}  {row.message_id}"
    came_to = f"attempts {row.attempts}, last {row.result}" if row.attempts else "not tried yet"
    if row.done_at is None:
        return f"{what}  waits until {row.due_at:%H:%M:%S} ({came_to})"
    return f"{what}  {'delivered' if row.delivered else 'given up'} ({came_to})"


def _found(app: Flask, number: int) -> None:
    try:
        registry.find(db.session(), number)
    except Refused as refusal:
        refuse(str(refusal))


def _written(app: Flask, work: Callable[[Change], T]) -> T:
    try:
        done: T = app.extensions["writer"](work)
    except Refused as refusal:
        refuse(str(refusal))
    return done


def _sender(app: Flask) -> Sender:
    sender: Sender = app.extensions["webhooks"]
    return sender

"""`companion links`: the addresses of a talk's views, each role's with its secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from companion.cli.options import (
    moderation_of,
    settings_from,
    talk_with_board,
    up_to_date_app,
    with_settings,
)
from companion.settings import Settings
from companion.store.engine import db
from companion.store.models import Role

if TYPE_CHECKING:
    from flask import Flask

NAMES = {
    "attendee": "Attendees:",
    "speaker": "Speaker:",
    "moderator": "Moderators:",
    "present": "Big screen:",
}


@click.command()
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.option(
    "--rotate",
    type=click.Choice([role.value for role in Role]),
    help="Make a new link for a role; whoever came by the old one is out.",
)
@with_settings
def links(slug: str, *, as_json: bool, rotate: str | None, **given: str | None) -> None:
    """Print a talk's links: for attendees, speaker, moderators and the big screen."""
    settings = settings_from(given)
    app = up_to_date_app(settings)
    talk_with_board(app, slug)
    if rotate:
        role = Role(rotate)
        moderation_of(app).rotate("" if role is Role.ORGANISER else slug, role)
    found = links_of(app, slug)
    if as_json:
        here = settings.origins[0]
        click.echo(json.dumps({view: f"{here}{path}" for view, path in found.items()}, indent=2))
    else:
        tell_links(settings, found)
        click.echo(f"  Over video: {settings.origins[0]}{found['present']}?overlay=1")


def links_of(app: Flask, slug: str) -> dict[str, str]:
    """Return the addresses of a talk's views on this server."""
    with app.app_context():
        return moderation_of(app).links(db.session(), slug)


def tell_links(settings: Settings, found: dict[str, str], but: str = "") -> None:
    """Say where each of a talk's views is."""
    for view, path in found.items():
        if view != but:
            click.echo(f"  {NAMES[view]:<11} {settings.origins[0]}{path}")

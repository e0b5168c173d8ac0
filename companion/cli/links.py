"""`companion links`: the addresses of a talk's views, and what shows its board elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from companion.cli.completion import talks_names
from companion.cli.options import (
    moderation_of,
    settings_from,
    talk_with_board,
    up_to_date_app,
    with_settings,
)
from companion.moderation import role_links
from companion.settings import Settings
from companion.store.engine import db
from companion.store.models import Role

if TYPE_CHECKING:
    from flask import Flask

    from companion.talks import TalkPage

NO_PARENTS = (
    "Nobody may show it yet: set COMPANION_EMBED_PARENTS to the address of your site, "
    "as in COMPANION_EMBED_PARENTS=https://talks.example.org"
)
WHOSE = {Role.SPEAKER: "speaker’s", Role.MODERATOR: "moderators’"}
NAMES = {
    "attendee": "Attendees:",
    "speaker": "Speaker:",
    "moderator": "Moderators:",
    "present": "Big screen:",
}


@click.command()
@click.argument("slug", required=False, default="", shell_complete=talks_names)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.option(
    "--rotate",
    type=click.Choice([role.value for role in WHOSE]),
    help="Make a new link for a role; whoever came by the old one is out.",
)
@click.option("--embed", is_flag=True, help="Print what shows the talk's board on your own site.")
@click.option("--liquid", is_flag=True, help="Print an include for all talks of a Jekyll site.")
@with_settings
def links(
    slug: str,
    *,
    as_json: bool,
    rotate: str | None,
    embed: bool,
    liquid: bool,
    **given: str | None,
) -> None:
    """Print a talk's links: for attendees, speaker, moderators and the big screen."""
    if not slug and not liquid:
        raise click.UsageError("Missing argument 'SLUG'.")
    if (embed or liquid) and (rotate or as_json or (embed and liquid)):
        raise click.UsageError("--embed and --liquid print one thing each, and nothing beside it.")
    settings = settings_from(given)
    app = up_to_date_app(settings)
    page = talk_with_board(app, slug) if slug else None
    if embed or liquid:
        _tell_embed(app, settings, page if embed else None)
        return
    if rotate:
        moderation_of(app).rotate(slug, Role(rotate))
    found = links_of(app, slug)
    if as_json:
        whole = {view: f"{settings.site}{path}" for view, path in found.items()}
        click.echo(json.dumps(whole, indent=2))
        return
    tell_links(settings, found)
    click.echo(f"  Over video: {settings.site}{found['present']}?overlay=1")
    _tell_opened(app, settings, slug)


def _tell_opened(app: Flask, settings: Settings, slug: str) -> None:
    """Say which of the secret links somebody has opened."""
    zone = ZoneInfo(settings.timezone)
    with app.app_context():
        opened = role_links.opened(db.session(), slug)[slug]
    for role, whose in WHOSE.items():
        at = opened.get(role)
        since = (
            f"first opened on {at.astimezone(zone):%Y-%m-%d at %H:%M}" if at else "not opened yet"
        )
        click.echo(f"The {whose} link: {since}")


def _tell_embed(app: Flask, settings: Settings, page: TalkPage | None) -> None:
    """Print what shows one talk's board on another site, or each talk's on its page."""
    from companion.web.embed import liquid, snippet

    with app.app_context():
        text = snippet(settings.site, page.slug, page.title) if page else liquid(settings.site)
    click.echo(text.rstrip())
    if not settings.embed_parents:
        click.echo(NO_PARENTS, err=True)


def links_of(app: Flask, slug: str) -> dict[str, str]:
    """Return the addresses of a talk's views on this server."""
    with app.app_context():
        return moderation_of(app).links(db.session(), slug)


def tell_links(settings: Settings, found: dict[str, str], but: str = "") -> None:
    """Say where each of a talk's views is."""
    for view, path in found.items():
        if view != but:
            click.echo(f"  {NAMES[view]:<11} {settings.site}{path}")

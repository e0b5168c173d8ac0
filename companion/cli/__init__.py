"""The `companion` command."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate.cli import db as migrations

from companion import create_app
from companion.board.plural import plural
from companion.cli import audience as stage
from companion.cli.export import export
from companion.cli.options import (
    moderation_of,
    refuse,
    settings_from,
    talk_with_board,
    up_to_date_app,
    with_settings,
)
from companion.cli.publish import publish
from companion.settings import ConfigError, Settings
from companion.store.engine import db
from companion.store.migrate import bring_up_to_date
from companion.store.models import Role
from companion.talks import PageOptions, Phase, Programme, TalkPage, check

NAMES = {
    "attendee": "Attendees:",
    "speaker": "Speaker:",
    "moderator": "Moderators:",
    "present": "Big screen:",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="companion-qa", prog_name="companion")
def main() -> None:
    """Turn a talk's Markdown page into a live page where people ask and vote.

    Every option of `serve` is also an environment variable; the README lists them all.
    """


@main.command()
@with_settings
def serve(**given: str | None) -> None:
    """Serve the talks of a folder."""
    settings = settings_from(given)
    app = prepare(settings)
    greet(settings)
    invite(settings, app)
    become_server()


def prepare(settings: Settings) -> Flask:
    """Bring the database up to date and see that the port is free; exits when they are not."""
    try:
        app = create_app(settings)
        backup = bring_up_to_date(app)
    except ConfigError as error:
        refuse(str(error))
    if backup:
        click.echo(f"The database has been brought up to date; as it was before: {backup}")
    refuse_taken_port(settings)
    return app


def refuse_taken_port(settings: Settings) -> None:
    """Exit, saying what to do, when something listens on the port already."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            refuse(
                f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
                "choose another with --port or --host"
            )


def greet(settings: Settings) -> None:
    """Say where to go."""
    here = settings.origins[0]
    programme = read_programme(settings)
    now = datetime.now(UTC)
    click.echo(f"Companion is at {here}/ (stop it with Ctrl-C)")
    coming = [page for page in programme.pages() if page.planned.phase(now) is not Phase.OVER]
    for page in coming[:1]:
        click.echo(f"Next talk: {page.title}\n  {when(page)}\n  {here}/talks/{page.slug}")
    if not coming:
        count = len(programme.pages())
        click.echo(f"No talk is coming up in {settings.talks}; past ones: {count}.")
    broken = sum(problem.fatal for problem in programme.problems())
    if broken:
        click.echo(
            f"Errors that keep pages off the programme: {broken}; run: companion talks check"
        )
    sys.stdout.flush()


def invite(settings: Settings, app: Flask) -> None:
    """Say how to become an organiser."""
    here = settings.origins[0]
    click.echo(f"Organisers sign in once with: {here}{moderation_of(app).invite()}")
    sys.stdout.flush()


def become_server() -> NoReturn:
    """Turn this process into the server, which patches the standard library before all else."""
    os.execv(sys.executable, [sys.executable, "-m", "companion.server"])  # noqa: S606 (ourselves)


def read_programme(settings: Settings) -> Programme:
    """Return the programme as it is read now."""
    options = PageOptions(settings.timezone, settings.site_url, settings.embed_hosts)
    programme = Programme(settings.talks, options)
    programme.refresh()
    return programme


def when(page: TalkPage) -> str:
    """Return a talk's day and times in its own zone."""
    starts, ends = page.starts.astimezone(page.zone), page.planned.ends.astimezone(page.zone)
    if page.all_day:
        return f"{starts:%Y-%m-%d}, all day"
    return f"{starts:%Y-%m-%d %H:%M} to {ends:%H:%M}, {page.zone.key}"


@main.command()
@click.option("--starts-in", default=10, show_default=True, help="Minutes until the talk starts.")
@click.option("--audience", default=12, show_default=True, help="How many people ask and vote.")
@click.option("--port", "port", metavar="VALUE", help="The port to listen on.  [8000]")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
def demo(starts_in: int, audience: int, port: str | None, *, open_browser: bool) -> None:
    """Serve a sample talk about to start, on a throw-away database, with people in it."""
    folder = stage.set_up(starts_in)
    given = {
        "talks": str(folder / "talks"),
        "database_url": f"sqlite:///{folder / 'companion.sqlite3'}",
        "host": "127.0.0.1",
        "port": port,
    }
    settings = settings_from(given)
    app = prepare(settings)
    stage.seed(app)
    greet(settings)
    tell_links(settings, links_of(app, stage.SLUG), but="attendee")
    sys.stdout.flush()
    stage.start_audience(settings, audience, open_browser=open_browser)
    become_server()


@main.command()
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


def links_of(app: Flask, slug: str) -> dict[str, str]:
    """Return the addresses of a talk's views on this server."""
    with app.app_context():
        return moderation_of(app).links(db.session(), slug)


def tell_links(settings: Settings, found: dict[str, str], but: str = "") -> None:
    """Say where each of a talk's views is."""
    for view, path in found.items():
        if view != but:
            click.echo(f"  {NAMES[view]:<11} {settings.origins[0]}{path}")


@main.group()
def talks() -> None:
    """Look at the talks' pages without serving them."""


@talks.command("list")
@with_settings
def list_talks(**given: str | None) -> None:
    """List the programme as it is read."""
    settings = settings_from(given)
    now = datetime.now(UTC)
    pages = read_programme(settings).pages()
    for page in pages:
        click.echo(f"{page.slug}  {page.planned.phase(now)}  {when(page)}  {page.title}")
    if not pages:
        click.echo(f"There are no published talks in {settings.talks}.")


@talks.command("check")
@click.argument("folder", required=False, metavar="[DIR]")
def check_talks(folder: str | None) -> None:
    """Report what is wrong or doubtful in the pages; exit 1 when one is broken."""
    settings = settings_from({"talks": folder})
    options = PageOptions(settings.timezone, settings.site_url, settings.embed_hosts)
    problems = check(settings.talks, options)
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.fatal for problem in problems)
    click.echo(summary(errors, len(problems) - errors), err=True)
    sys.exit(1 if errors else 0)


def summary(errors: int, warnings: int) -> str:
    """Count what was found, in words."""
    counted = ((errors, "error"), (warnings, "warning"))
    parts: Iterable[str] = (plural(n, word) for n, word in counted if n)
    return ", ".join(parts) or "Every page is in order."


class Migrations(click.Group):
    """Flask-Migrate's commands, given our application."""

    def invoke(self, ctx: click.Context) -> Any:
        """Make the application when a command is really run."""
        settings = settings_from({})
        ctx.obj = ScriptInfo(create_app=lambda: create_app(settings))
        return super().invoke(ctx)


main.add_command(export)
main.add_command(publish)
main.add_command(
    Migrations(
        "db",
        commands=migrations.commands,
        params=migrations.params,
        callback=migrations.callback,
        help="Migrate the database (Flask-Migrate).",
    )
)


if __name__ == "__main__":
    main()

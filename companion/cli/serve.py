"""`companion serve`: everything in one process, or in as many workers as are asked for."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from companion.cli.checks import about_backups
from companion.cli.folders import thrown_away
from companion.cli.options import (
    open_app,
    prepare_environment,
    refuse,
    settings_from,
    with_settings,
)
from companion.errors import UnavailableError
from companion.processes import SHARED_METRICS

if TYPE_CHECKING:
    from flask import Flask

    from companion.settings import Settings


@click.command()
@with_settings
def serve(**given: str | None) -> None:
    """Serve the talks of a folder."""
    prepare_environment(given)
    with _shared_metrics():
        from companion import server  # before all else: it patches the standard library

        settings = settings_from(given)
        app = prepare(settings)
        greet(settings, app)
        click.echo(about_backups(settings))
        invite(settings, app)
        server.run(settings, app)


@contextmanager
def _shared_metrics() -> Iterator[None]:
    """Have several workers count together, in a folder that is known before anything counts."""
    os.environ.pop(SHARED_METRICS, None)  # whoever has started us counts elsewhere
    several = os.environ.get("COMPANION_WORKERS", "").strip() not in ("", "1")
    if not several:
        yield
        return
    with thrown_away(Path(tempfile.mkdtemp(prefix="companion-metrics-"))) as folder:
        os.environ[SHARED_METRICS] = str(folder)
        yield


def prepare(settings: Settings) -> Flask:
    """Bring the database up to date and see that the port is free; exits when they are not."""
    hold_database(settings)
    look_at_redis(settings)
    app, backup = open_app(settings, keeps_pages=True)
    refuse_another_key(settings, app)
    if backup:
        click.echo(f"The database has been brought up to date; as it was before: {backup}")
        click.echo(f"To put that back: companion restore {backup}")
    if said := about_tables(settings):
        click.echo(said)
    refuse_taken_port(settings)
    return app


def about_tables(settings: Settings) -> str:
    """Return how a database stands that others bring up to date, once it may be served."""
    from companion.store.migrate import revisions
    from companion.store.sqlite import file_of

    if file_of(settings.database_url):
        return ""
    return f"PostgreSQL has this version's tables (revision {revisions()[-1]})."


def refuse_another_key(settings: Settings, app: Flask) -> None:
    """Exit when a server with another key works on the same database."""
    from companion.store.engine import db
    from companion.store.other_servers import DIFFERENCES, badges, digest_of_key
    from companion.store.sqlite import file_of

    if file_of(settings.database_url):
        return
    with app.app_context(), db.engine.connect() as connection:
        keys = {badge.key for badge in badges(connection)}
    if keys - {digest_of_key(app.config["SECRET_KEY"])}:
        refuse(f"COMPANION_SECRET_KEY: {DIFFERENCES['key']}")


def hold_database(settings: Settings) -> None:
    """Be the only server of an SQLite file, and close it to other people; exits when that fails."""
    from companion.settings import ConfigError
    from companion.store.sqlite import hold, keep_private

    try:
        hold(settings.database_url)
        keep_private(settings.database_url)
    except ConfigError as error:
        refuse(str(error))


def look_at_redis(settings: Settings) -> None:
    """See that the workers will hear of each other; exits when they cannot."""
    if not settings.redis_url:
        return
    from companion.realtime.redis import another_server
    from companion.secret_key import secret_key
    from companion.settings import ConfigError

    can_share = not settings.database_url.startswith("sqlite")
    try:
        one_more = another_server(settings.redis_url, secret_key(settings), is_allowed=can_share)
    except ConfigError as error:
        refuse(str(error))
    if one_more:
        refuse(
            "COMPANION_DATABASE_URL: another server works through this Redis already, and servers "
            "share a board only in PostgreSQL; use that, or --workers on one machine"
        )


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


def greet(settings: Settings, app: Flask) -> None:
    """Say where to go."""
    from companion.talks import Phase, when

    here, boards = settings.site, app.extensions["boards"]
    now, programme = boards.clock(), boards.programme
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
    """Say how to become an organiser, or that nothing can be saved."""
    try:
        entrance = app.extensions["moderation"].invite()
    except UnavailableError:
        click.echo(
            f"companion: warning: {app.extensions['writer'].trouble or 'nothing can be saved'}. "
            "People can read, but not ask or vote until the database can be written again. "
            "Start once more then for the organisers' link.",
            err=True,
        )
        return
    click.echo(f"Organisers sign in once with: {settings.site}{entrance}")
    sys.stdout.flush()

"""`companion purge`: what is personal goes, some time after a talk."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from companion.cli.completion import meant, talks_names
from companion.cli.options import refuse, settings_from, up_to_date_app, with_settings
from companion.settings import Settings


@click.command()
@click.option(
    "--older-than",
    type=click.IntRange(0, 3_650),
    metavar="DAYS",
    help="All of it, of talks that ended so many days ago, whatever the settings say.",
)
@click.option(
    "--talk", default="", metavar="SLUG", shell_complete=talks_names, help="Of this talk alone."
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@with_settings
def purge(older_than: int | None, talk: str, *, dry_run: bool, **given: str | None) -> None:
    """Delete what is personal of talks that are long over; what everybody saw stays.

    The server does so once a day. Talks that are not over are left alone.
    """
    import sqlalchemy as sa

    from companion.board.rows import find_talk_row
    from companion.moderation.retention import Terms
    from companion.store.engine import db
    from companion.store.models import Talk

    settings = settings_from(given)
    app = up_to_date_app(settings)
    retention = app.extensions["retention"]
    terms = Terms(older_than, older_than) if older_than is not None else retention.terms
    with app.app_context():
        if talk and find_talk_row(db.session(), talk) is None:
            like = meant(talk, db.session().scalars(sa.select(Talk.slug)))
            refuse(f"nothing is kept of a talk called {talk}{like}; run: companion talks list")
        found = (retention.due if dry_run else retention.purge)(db.session(), talk, terms)
        db.session.remove()  # a reader would keep the write-ahead log from being emptied
    for due in found:
        click.echo(f"{'Would go' if dry_run else 'Gone'} from {due.words}")
    if not found:
        click.echo("There is nothing to delete.")
    if not dry_run:
        _clear_files(settings, any_gone=bool(found))


def _clear_files(settings: Settings, *, any_gone: bool) -> None:
    """Have nothing of what was deleted be left in SQLite's files; exits when that fails."""
    from companion.store.backup import KEPT, drop_old_copies, folder_of
    from companion.store.sqlite import file_of, write_anew

    path = file_of(settings.database_url)
    if path is None:
        return
    drop_old_copies(path, datetime.now(UTC), settings.retention_days)
    if not write_anew(path):
        refuse(
            "deleted, but its bytes remain, for others use the file or its disk is full; "
            "run it once more"
        )
    if any_gone and folder_of(path).is_dir():
        click.echo(f"The last {KEPT} daily backups hold it still: {folder_of(path)}")

"""`companion publish`: a talk's Q&A, written into the talk's own file."""

from __future__ import annotations

import click

from companion.commands.settings import (
    desks_of,
    refuse,
    settings_from,
    talk_with_board,
    up_to_date_app,
    with_settings,
)
from companion.config import Settings
from companion.db import db
from companion.publish import diff
from companion.publish.publication import Publication, prepare
from companion.refusals import Refused


@click.command()
@click.argument("slug")
@click.option("--comments", is_flag=True, help="Publish comments as well as questions.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@with_settings
def publish(slug: str, *, comments: bool, dry_run: bool, **given: str | None) -> None:
    """Write a talk's questions and answers into the talk's own page.

    They go between <!-- companion:qa --> and <!-- /companion:qa -->, or to the end of the page
    when it has no such lines; nothing else in it changes. Doing it twice changes nothing.
    """
    settings = settings_from(given)
    try:
        publication = _prepared(settings, slug, comments=comments)
        if dry_run:
            _show(publication)
            return
        publication.write()
    except Refused as refusal:
        refuse(str(refusal))
    _report(publication)


def _prepared(settings: Settings, slug: str, *, comments: bool) -> Publication:
    app = up_to_date_app(settings)
    page = talk_with_board(app, slug)
    url = f"{settings.origins[0]}/talks/{slug}"
    with app.app_context():
        return prepare(db.session(), page, url, desks_of(app).now, comments=comments)


def _show(publication: Publication) -> None:
    changed = diff.patch(publication.path.name, publication.before, publication.after)
    click.echo(changed.decode(), nl=False)


def _report(publication: Publication) -> None:
    if publication.is_news:
        click.echo(f"{publication.path}: published, entries: {publication.entries}")
    elif publication.entries:
        click.echo(f"{publication.path}: up to date already")
    else:
        click.echo(f"{publication.path}: nothing to publish, nobody has asked anything yet")

"""`companion publish`: a talk's Q&A, written into the talk's own file."""

from __future__ import annotations

import click

from companion.cli.completion import talks_names
from companion.cli.options import (
    moderation_of,
    refuse,
    settings_from,
    talk_with_board,
    up_to_date_app,
    with_settings,
)
from companion.cli.output import STANDARD_OUTPUT, put
from companion.errors import Refused
from companion.publish.data import folder_for
from companion.publish.publication import Publication, prepare
from companion.settings import Settings
from companion.store.engine import db


@click.command()
@click.argument("slug", shell_complete=talks_names)
@click.option("--comments", is_flag=True, help="Publish comments as well as questions.")
@click.option("--no-wall", is_flag=True, help="Leave out which question is in which cluster.")
@click.option("--no-polls", is_flag=True, help="Leave out the polls and their results.")
@click.option("--data", is_flag=True, help="Publish into a data file of Jekyll's instead.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--commit", is_flag=True, help="Commit the page in its git repository, alone.")
@click.option("--patch", metavar="FILE", help="Write the change to FILE, for git apply, instead.")
@click.option("-o", "--output", metavar="FILE", help="Write the changed page to FILE instead.")
@with_settings
def publish(
    slug: str,
    *,
    comments: bool,
    no_wall: bool,
    no_polls: bool,
    data: bool,
    dry_run: bool,
    commit: bool,
    patch: str | None,
    output: str | None,
    **given: str | None,
) -> None:
    """Write a talk's questions and answers into the talk's own page.

    They go between <!-- companion:qa --> and <!-- /companion:qa -->, or to the end of the page
    when it has no such lines; nothing else in it changes. Doing it twice changes nothing. FILE may
    be - for standard output.
    """
    if dry_run + commit + bool(patch) + bool(output) > 1:
        refuse("choose one of --dry-run, --commit, --patch and -o")
    settings = settings_from(given)
    try:
        wanted = {"comments": comments, "wall": not no_wall, "polls": not no_polls}
        publication = _prepared(settings, slug, is_data=data, **wanted)
        if (dry_run or patch) and not publication.is_news:
            click.echo(f"{publication.path}: nothing would change", err=True)
        if dry_run or patch:
            put(patch or STANDARD_OUTPUT, lambda out: out.write(publication.patch()))
        elif output:
            put(output, lambda out: out.write(publication.after))
        else:
            _publish(publication, commit=commit)
    except Refused as refusal:
        refuse(str(refusal))


def _prepared(settings: Settings, slug: str, *, is_data: bool, **wanted: bool) -> Publication:
    app = up_to_date_app(settings)
    page = talk_with_board(app, slug)
    url = f"{settings.site}/talks/{slug}"
    is_data = is_data or settings.publish == "data"
    folder = folder_for(page.path, settings.publish_to) if is_data else None
    with app.app_context():
        now = moderation_of(app).now
        return prepare(db.session(), page, url, now, talks=settings.talks, folder=folder, **wanted)


def _publish(publication: Publication, *, commit: bool) -> None:
    if publication.is_empty and not publication.is_news:
        click.echo(f"{publication.path}: nothing to publish, nobody has asked anything yet")
        return
    committed = ""
    if commit:
        name = publication.commit()
        committed = f", committed as {name}" if name else ", committed already"
    else:
        publication.write()
    polls = f", polls: {publication.polls}" if publication.polls else ""
    done = f"published, entries: {publication.entries}{polls}"
    said = done if publication.is_news else "up to date already"
    click.echo(f"{publication.path}: {said}{committed}")

"""`companion export`: a talk's Q&A as a file."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial

import click
from sqlalchemy.exc import OperationalError

from companion.cli.completion import talks_names
from companion.cli.options import (
    refuse,
    settings_from,
    talk_with_board,
    up_to_date_app,
    with_settings,
)
from companion.cli.output import STANDARD_OUTPUT, put
from companion.exports import EVERY_FORMAT, WALL_FORMATS
from companion.exports.dataset import ONLY, Choice
from companion.exports.job import TalkExport, WallExport, make
from companion.exports.wall import Shown


@click.command()
@click.argument("slug", shell_complete=talks_names)
@click.option(
    "--format",
    "format",
    type=click.Choice(list(EVERY_FORMAT)),
    required=True,
    help="What kind of file; docs/export.md says what is in each.",
)
@click.option("-o", "--output", metavar="FILE", help="Where to write it.  [standard output]")
@click.option("--only", type=click.Choice(ONLY[1:]), help="Leave out all others.")
@click.option("--no-comments", is_flag=True, help="Leave out the comments.")
@click.option("--declined", is_flag=True, help="Take in what was declined and what still waits.")
@click.option("--bom", is_flag=True, help="Begin a CSV with a byte order mark, as Excel likes it.")
@click.option("--no-names", is_flag=True, help="Leave out of a wall who wrote what.")
@click.option("--no-votes", is_flag=True, help="Leave out of a wall how many voted for what.")
@with_settings
def export(
    slug: str,
    *,
    format: str,
    output: str | None,
    only: str | None,
    no_comments: bool,
    declined: bool,
    bom: bool,
    no_names: bool,
    no_votes: bool,
    **given: str | None,
) -> None:
    """Write a talk's Q&A, or its wall, as a file."""
    settings = settings_from(given)
    page = talk_with_board(up_to_date_app(settings), slug)
    shown = Shown(not no_names, not no_votes)
    kind = partial(WallExport, shown=shown) if format in WALL_FORMATS else TalkExport
    job = kind(
        page=page,
        choice=Choice(only or "", not no_comments, declined, settings.rounded_times, rated=True),
        format=format,
        url=f"{settings.address}/talks/{slug}" if settings.address else "",
        database_url=settings.database_url,
        now=datetime.now(UTC),
        bom=bom,
    )
    output = output or STANDARD_OUTPUT
    if output == STANDARD_OUTPUT and not EVERY_FORMAT[format].text and sys.stdout.isatty():
        refuse(f"a terminal cannot show {format}; name a file with -o")
    try:
        put(output, partial(make, job))
    except OperationalError as error:
        refuse(f"the database does not answer: {error.orig}")

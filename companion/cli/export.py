"""`companion export`: a talk's Q&A as a file."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial

import click
from sqlalchemy.exc import OperationalError

from companion.cli.options import (
    refuse,
    settings_from,
    talk_with_board,
    up_to_date_app,
    with_settings,
)
from companion.cli.output import STANDARD_OUTPUT, put
from companion.exports import FORMATS
from companion.exports.dataset import ONLY, Choice
from companion.exports.job import TalkExport, make


@click.command()
@click.argument("slug")
@click.option(
    "--format",
    "format",
    type=click.Choice(list(FORMATS)),
    required=True,
    help="What kind of file; docs/export.md says what is in each.",
)
@click.option("-o", "--output", metavar="FILE", help="Where to write it.  [standard output]")
@click.option("--only", type=click.Choice(ONLY[1:]), help="Leave out all others.")
@click.option("--no-comments", is_flag=True, help="Leave out the comments.")
@click.option("--declined", is_flag=True, help="Take in what was declined and what still waits.")
@click.option("--bom", is_flag=True, help="Begin a CSV with a byte order mark, as Excel likes it.")
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
    **given: str | None,
) -> None:
    """Write a talk's Q&A as a file."""
    settings = settings_from(given)
    page = talk_with_board(up_to_date_app(settings), slug)
    job = TalkExport(
        page=page,
        choice=Choice(only or "", not no_comments, declined, settings.rounded_times),
        format=format,
        url=f"{settings.address}/talks/{slug}" if settings.address else "",
        database_url=settings.database_url,
        now=datetime.now(UTC),
        bom=bom,
    )
    output = output or STANDARD_OUTPUT
    if output == STANDARD_OUTPUT and not FORMATS[format].text and sys.stdout.isatty():
        refuse(f"a terminal cannot show {format}; name a file with -o")
    try:
        put(output, partial(make, job))
    except OperationalError as error:
        refuse(f"the database does not answer: {error.orig}")

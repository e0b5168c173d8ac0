"""`companion talks`: the programme as it is read, and what is wrong with the pages."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from companion.board.plural import plural
from companion.cli.options import settings_from, with_settings
from companion.settings import Settings
from companion.talks import PageOptions, Programme, TalkPage, check


@click.group()
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

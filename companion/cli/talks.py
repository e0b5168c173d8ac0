"""`companion talks`: the programme as it is read, and what is wrong with the pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from companion.board.plural import plural
from companion.cli import site_report
from companion.cli.options import settings_from, with_settings
from companion.settings import Settings
from companion.talks import PageOptions, Programme, TalkPage, when
from companion.talks.files import hidden_talks

OTHERS_NAMED = 6


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
@click.option("--json", "as_json", is_flag=True, help="Say it for programs, as JSON.")
@with_settings
def check_talks(folder: str | None, *, as_json: bool, **given: str | None) -> None:
    """Say what every page would show, and what is wrong with it; exit 1 when one is broken."""
    settings = settings_from(given | ({"talks": folder} if folder else {}))
    programme, now = read_programme(settings), datetime.now(UTC)
    files, problems = site_report.reports(programme), programme.problems()
    errors = sum(problem.fatal for problem in problems)
    has_talks = bool(programme.all_pages())
    if as_json:
        report = site_report.as_json(programme, files, settings.path, now)
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
        sys.exit(1 if errors or not has_talks else 0)
    for problem in problems:
        click.echo(str(problem))
    if files:
        click.echo("\n".join(site_report.table(files, settings.path)))
    for line in (*_others(programme), *_none_found(programme, programme.all_pages())):
        click.echo(line)
    if has_talks:
        click.echo(site_report.in_words(site_report.totals(files, now)))
    if has_talks or errors:
        said = site_report.counted(errors, len(problems) - errors)
        click.echo(said or "Every page is in order.", err=True)
    sys.exit(1 if errors or not has_talks else 0)


def _others(programme: Programme) -> Iterator[str]:
    others = [path.relative_to(programme.folder).as_posix() for path in programme.others()]
    if others:
        named = ", ".join(others[:OTHERS_NAMED]) + (", …" if len(others) > OTHERS_NAMED else "")
        yield f"{plural(len(others), 'page')} without a day, taken for no talk: {named}"


def _none_found(programme: Programme, pages: list[TalkPage]) -> Iterator[str]:
    """Say that there is no talk, and where some may be."""
    if pages:
        return
    yield f"There is no talk in {programme.folder}."
    for name, count in hidden_talks(programme.folder):
        yield f"There are pages in {programme.folder / name}: {count}; name that folder instead."


def read_programme(settings: Settings) -> Programme:
    """Return the programme as it is read now."""
    options = PageOptions.of(settings)
    programme = Programme(settings.talks, options)
    programme.refresh()
    return programme

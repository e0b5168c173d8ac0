"""`companion talks`: the programme as it is read, and what is wrong with the pages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from companion.board.plural import plural
from companion.cli.options import settings_from, with_settings
from companion.settings import Settings
from companion.talks import PageOptions, Programme, TalkPage
from companion.talks.files import hidden_talks

COLUMNS = (
    "FILE",
    "ADDRESS",
    "WHEN",
    "TITLE",
    "SPEAKER",
    "PLACE",
    "MEETING",
    "READ FROM (key:line)",
)
WIDEST = 48
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
def check_talks(folder: str | None) -> None:
    """Report what is wrong in the pages and what was read from where; exit 1 when one is broken."""
    settings = settings_from({"talks": folder})
    programme = read_programme(settings)
    problems = programme.problems()
    for problem in problems:
        click.echo(str(problem))
    pages = programme.all_pages()
    if pages:
        click.echo("\n".join(table(pages, settings.talks)))
    for line in (*_others(programme), *_none_found(programme, pages)):
        click.echo(line)
    errors = sum(problem.fatal for problem in problems)
    if pages or errors:
        click.echo(summary(errors, len(problems) - errors), err=True)
    sys.exit(1 if errors or not pages else 0)


def table(pages: list[TalkPage], folder: Path) -> Iterator[str]:
    """Write what was read of each page and from which keys, a line for each."""
    rows = [COLUMNS, *(_row(page, folder) for page in pages)]
    *short, _ = zip(*rows, strict=True)
    widths = [min(WIDEST, max(map(len, column))) for column in short]
    for row in rows:
        *cells, last = row
        yield "  ".join((*map(str.ljust, cells, widths), last)).rstrip()


def _row(page: TalkPage, folder: Path) -> tuple[str, ...]:
    meeting = page.meeting.url if page.meeting else ""
    read = "; ".join(f"{item.fact}: {', '.join(item.keys)}" for item in page.read_from)
    place = page.path.relative_to(folder).as_posix()
    address = f"/talks/{page.slug}" if page.published else "(private)"
    return place, address, when(page), page.title, page.speaker, page.location, meeting, read


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
    """Return a talk's days and times in its own zone."""
    starts, ends = page.starts.astimezone(page.zone), page.planned.ends.astimezone(page.zone)
    if page.all_day:
        last = page.last_day
        days = f"{starts:%Y-%m-%d}" + (f" to {last:%Y-%m-%d}" if last > starts.date() else "")
        return f"{days}, all day"
    end = f"{ends:%H:%M}" if ends.date() == starts.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{starts:%Y-%m-%d %H:%M} to {end}, {page.zone.key}"

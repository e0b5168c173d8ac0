"""`companion export`: a talk's Q&A as a file."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BufferedWriter
from pathlib import Path
from typing import BinaryIO

import click
from sqlalchemy.exc import OperationalError

from companion.cli.options import (
    refuse,
    settings_from,
    talk_with_board,
    up_to_date_app,
    with_settings,
)
from companion.exports import FORMATS
from companion.exports.dataset import ONLY, Choice
from companion.exports.job import Task, make


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
    task = Task(
        page=page,
        choice=Choice(only or "", not no_comments, declined, settings.rounded_times),
        format=format,
        url=f"{settings.origins[0]}/talks/{slug}",
        database_url=settings.database_url,
        now=datetime.now(UTC),
        bom=bom,
    )
    try:
        _write(task, Path(output) if output and output != "-" else None)
    except OperationalError as error:
        refuse(f"the database does not answer: {error.orig}")


def _write(task: Task, target: Path | None) -> None:
    if target and (target.is_file() or not target.exists()):
        with _replaced(target.resolve()) as out:
            make(task, out)
        return
    if target and target.is_dir():
        refuse(f"{target} is a folder; name a file in it")
    if not target and not FORMATS[task.format].text and sys.stdout.isatty():
        refuse(f"a terminal cannot show {task.format}; name a file with -o")
    with tempfile.TemporaryFile() as made:
        make(task, made)
        made.seek(0)
        _pass_on(made, target)


def _pass_on(made: BinaryIO, target: Path | None) -> None:
    """Write what has been made to a device or a pipe."""
    try:
        with target.open("wb") if target else _standard_output() as out:
            shutil.copyfileobj(made, out)
    except BrokenPipeError:
        raise  # whoever reads has read enough
    except OSError as error:
        refuse(f"cannot write {target or 'to standard output'}: {error.strerror}")


@contextmanager
def _standard_output() -> Iterator[BufferedWriter]:
    """Write all or raise OSError, whether or not Python has been told not to buffer."""
    out = BufferedWriter(getattr(sys.stdout.buffer, "raw", sys.stdout.buffer))
    yield out
    out.detach()


@contextmanager
def _replaced(target: Path) -> Iterator[BinaryIO]:
    """Write a file that is there once it is whole; exits, the old one untouched, when it cannot."""
    written = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with written.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        written.replace(target)
    except OSError as error:
        refuse(f"cannot write {target}: {error.strerror}")
    finally:
        written.unlink(missing_ok=True)

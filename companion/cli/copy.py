"""`companion db copy`: all that is kept, from one database into another."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from companion.cli.options import refuse
from companion.cli.progress import progress
from companion.errors import Refused
from companion.settings import ConfigError
from companion.values import database_address


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy all that is kept from one database into another, as from SQLite to PostgreSQL.

    FROM and TO are addresses as in COMPANION_DATABASE_URL. Nothing in FROM is changed; TO has to be
    empty, and is again if anything goes wrong. The server has to be stopped.
    """
    from companion.store.copy import copy as copy_tables
    from companion.store.sqlite import file_of

    try:
        addresses = database_address(source), database_address(target)
        copied = copy_tables(*addresses, partial(progress, "Copying"))
    except (Refused, ConfigError, ValueError) as error:
        refuse(str(error))
    click.echo(
        f"Copied {copied.rows} rows of {copied.tables} tables. "
        "Both sides agree on each table's number of rows and the SHA-256 of all of them."
    )
    _speak_of_the_key(file_of(addresses[0]))


def _speak_of_the_key(source: Path | None) -> None:
    key = source and Path(f"{source}.key")
    where = f"what is in {key}" if key and key.exists() else "what it was so far"
    click.echo(f"Set COMPANION_SECRET_KEY to {where}, or every link and cookie becomes another.")

"""`companion restore`: a backup put in the database's place, which is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from companion.cli.options import refuse, settings_from, with_settings
from companion.cli.progress import pages_of


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_settings
def restore(file: Path, **given: str | None) -> None:
    """Put the backup FILE in the database's place; what was there is kept."""
    from companion.errors import Refused
    from companion.settings import ConfigError
    from companion.store.backup import restore as put_back

    settings = settings_from(given)
    try:
        with pages_of("Putting back") as report:
            kept = put_back(settings.database_url, file, datetime.now(UTC), report)
    except (Refused, ConfigError) as error:
        refuse(str(error))
    click.echo(f"{file} is the database now.")
    if kept:
        click.echo(f"What was there before: {kept}")

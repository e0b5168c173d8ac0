"""`companion backup`: everything that was asked, in one file, while people go on asking."""

from __future__ import annotations

from pathlib import Path

import click

from companion.cli.options import refuse, settings_from, with_settings
from companion.cli.progress import pages_of


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_settings
def backup(file: Path, **given: str | None) -> None:
    """Write everything that was asked into FILE, while people go on asking."""
    from companion.errors import Refused
    from companion.settings import ConfigError
    from companion.store.backup import back_up
    from companion.store.sqlite import file_of

    settings = settings_from(given)
    target, database = file.expanduser().resolve(), file_of(settings.database_url)
    if database and not database.is_file():
        refuse(
            f"there is no database {database} to make a backup of; name the folder that has one, "
            "with --data-folder"
        )
    if database and target in (database, Path(f"{database}.key")):
        refuse(f"{file} is the database itself; name another file")
    try:
        with pages_of("Saving") as report:
            back_up(settings.database_url, target, report)
    except (Refused, ConfigError) as error:
        refuse(str(error))
    click.echo(f"Saved in {target}; put back with: companion restore {target}")
    if database and not settings.secret_key:
        click.echo(f"Keep {database}.key with it: links and cookies are signed with what it holds.")

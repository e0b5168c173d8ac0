"""The `companion` command; each subcommand's module is imported once it is asked for."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

import click

from companion.errors import UnavailableError

# What each does, as `companion --help` says it without importing any of them.
COMMANDS = {
    "serve": "Serve the talks of a folder.",
    "demo": "Serve a sample talk about to start, on a throw-away database, with people in it.",
    "talks": "Look at the talks' pages without serving them.",
    "links": "Print a talk's links: for attendees, speaker, moderators and the big screen.",
    "export": "Write a talk's Q&A as a file.",
    "publish": "Write a talk's questions and answers into the talk's own page.",
    "backup": "Write everything that was asked into FILE, while people go on asking.",
    "restore": "Put the backup FILE in the database's place; what was there is kept.",
    "purge": "Delete what is personal of talks that are long over; what everybody saw stays.",
    "doctor": "Say when the last backup was made, and what is wrong, with what to do about it.",
    "db": "Migrate the database (Flask-Migrate).",
}
UNSAVED = (
    "nothing was changed: the database does not answer, is locked by another program, or its disk "
    "is full; see that it can be written, and try again"
)


class LazyGroup(click.Group):
    """A group whose commands are found by name: `serve` is `companion.cli.serve.serve`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which one comes to need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what the database cannot do ends it with one line."""
        logging.getLogger("companion").addHandler(logging.NullHandler())  # until `serve` sets one
        try:
            return super().invoke(ctx)
        except UnavailableError:
            from companion.cli.options import refuse

            refuse(UNSAVED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="companion-qa", prog_name="companion")
def main() -> None:
    """Turn a talk's Markdown page into a live page where people ask and vote.

    Every option of `serve` is also an environment variable; the README lists them all.
    """


if __name__ == "__main__":
    main()

"""The `companion` command; each subcommand's module is imported once it is asked for."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from companion.cli.failures import explanation

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# What each does, as `companion --help` says it without importing any of them.
COMMANDS = {
    "serve": "Serve the talks of a folder.",
    "demo": "Serve a sample talk about to start, on a throw-away database, with people in it.",
    "talks": "Look at the talks' pages without serving them.",
    "links": "Print a talk's links: for attendees, speaker, moderators and the big screen.",
    "organiser": "Invite organisers, list them, and let them in again.",
    "export": "Write a talk's Q&A, or its wall, as a file.",
    "publish": "Write a talk's questions and answers into the talk's own page.",
    "token": "Make, list and revoke tokens with which programs read what organisers' exports have.",
    "webhook": "Have an address be told what happens: add, list, remove, rotate, test, log.",
    "backup": "Write everything that was asked into FILE, while people go on asking.",
    "restore": "Put the backup FILE in the database's place; what was there is kept.",
    "purge": "Delete what is personal of talks that are long over; what everybody saw stays.",
    "doctor": "Say whether it is served, how old the last backup is, and all that is wrong.",
    "completion": "Print what has SHELL complete commands, options and the talks' names.",
    "db": "Migrate the database (Flask-Migrate), or copy it into another.",
}
BROKEN_OFF = 130  # as shells have it for Ctrl-C


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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; of one that there is not, say which may be meant."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from companion.cli.completion import meant

            ctx.fail(f"there is no command {args[0]}{meant(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, and the options, without importing any command."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=words)
            for name, words in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what the machine or the database cannot do ends it with one line."""
        logging.getLogger("companion").addHandler(logging.NullHandler())  # until `serve` sets one
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\ncompanion: broken off", err=True)
            sys.exit(BROKEN_OFF)
        except Exception as error:  # what has no explanation goes on to Python's own
            said = explanation(error)
            if not said:
                raise
            from companion.cli.options import refuse

            refuse(said)

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

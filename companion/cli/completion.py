"""`companion completion`: what makes a shell finish commands, options and talks' names."""

from __future__ import annotations

import os
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

if TYPE_CHECKING:
    from collections.abc import Iterable

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_COMPANION_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what has SHELL complete commands, options and the talks' names.

    bash: companion completion bash > ~/.local/share/bash-completion/completions/companion
    """
    found = get_completion_class(shell)
    if found is not None:
        click.echo(found(click.Command("companion"), {}, "companion", VARIABLE).source())


def talks_names(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the names of talks that begin so, by the files' names; none if a setting is wrong."""
    from companion.cli.options import put_into_environment
    from companion.settings import ConfigError, read_settings
    from companion.talks.files import slugs, talk_files
    from companion.talks.reading import OTHER_PAGES

    with suppress(ConfigError, OSError):
        put_into_environment(ctx.params)
        files = talk_files(read_settings(os.environ).talks)
        names = sorted(set(slugs(files).values()) - OTHER_PAGES)
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]
    return []


def meant(typed: str, known: Iterable[str], advice: str = "you may mean", most: int = 3) -> str:
    """Return what to say of names that are like what was typed, "" where none is."""
    found = get_close_matches(typed, list(known), most)
    return f"; {advice} {' or '.join(found)}" if found else ""

"""What the commands have in common: options that are settings, and how they are refused."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from companion.cli.completion import meant
from companion.cli.settings_file import add_settings
from companion.settings import OPTIONS, ConfigError, Settings, read_settings

if TYPE_CHECKING:
    from flask import Flask

    from companion.moderation.service import ModerationService
    from companion.talks import TalkPage

F = TypeVar("F", bound=Callable[..., Any])
BY_FLAG = tuple(option for option in OPTIONS if option.flag)


def with_settings(command: F) -> F:
    """Give a command every option that has a flag; they arrive as ``given``."""
    for option in reversed(BY_FLAG):
        text = f"{option.help}  [{option.env}; {option.default or 'none'}]"
        command = click.option(option.flag, option.name, metavar="VALUE", help=text)(command)
    return command


def settings_from(given: dict[str, str | None]) -> Settings:
    """Return the settings, what was given before what the environment says; exits when wrong."""
    try:
        put_into_environment(given)
        return read_settings(os.environ)
    except ConfigError as error:
        refuse(str(error))


def prepare_environment(given: dict[str, str | None]) -> None:
    """Have all that is set stand in the environment; exits when the file of settings is wrong."""
    try:
        put_into_environment(given)
    except ConfigError as error:
        refuse(str(error))


def put_into_environment(given: dict[str, str | None]) -> None:
    """Have what was given count as a setting, in the processes that are started as well.

    So does what the data folder's file says of what is set nowhere else; raises ConfigError.
    """
    typed = set()
    for option in BY_FLAG:
        value = given.get(option.name)
        if value is not None:
            os.environ.pop(option.file_env, None)
            os.environ[option.env] = value
            typed.add(option.name)
    add_settings(os.environ, typed)


def refuse(message: str) -> NoReturn:
    """End with one line on standard error."""
    click.echo(f"companion: {message}", err=True)
    sys.exit(2)


def up_to_date_app(settings: Settings) -> Flask:
    """Return the application on its database, as the talks' ends have left it.

    Exits when the database is not up to date.
    """
    from companion.errors import UnavailableError
    from companion.store.engine import db

    app, _ = open_app(settings)
    app.extensions["boards"].programme.refresh()  # with the pages that take long
    with app.app_context(), suppress(UnavailableError):  # it can still be read as it is
        moderation_of(app).settle_all(db.session())
    return app


def open_app(settings: Settings, *, keeps_pages: bool = False) -> tuple[Flask, str]:
    """Return the same, and the name of the backup where an upgrade has made one, else "".

    Only who serves ``keeps_pages`` for the next start.
    """
    from companion.app import build
    from companion.store.migrate import bring_up_to_date

    try:
        app = build(settings, keeps_pages=keeps_pages)
        return app, bring_up_to_date(app)
    except ConfigError as error:
        refuse(str(error))


def moderation_of(app: Flask) -> ModerationService:
    """Return what those who run a talk call."""
    moderation: ModerationService = app.extensions["moderation"]
    return moderation


def talk_with_board(app: Flask, slug: str) -> TalkPage:
    """Return the page of a talk that has a board; exits when there is none."""
    programme = moderation_of(app).boards.programme
    page = programme.find(slug)
    if page is None or not page.board:
        like = meant(slug, (other.slug for other in programme.pages() if other.board))
        refuse(f"there is no talk with a board called {slug}{like}; run: companion talks list")
    return page

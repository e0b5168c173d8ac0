"""What the commands have in common: options that are settings, and how they are refused."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

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
    put_into_environment(given)
    try:
        return read_settings(os.environ)
    except ConfigError as error:
        refuse(str(error))


def put_into_environment(given: dict[str, str | None]) -> None:
    """Have what was given count as a setting, in the processes that are started as well."""
    for option in BY_FLAG:
        value = given.get(option.name)
        if value is not None:
            os.environ[option.env] = value


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


def open_app(settings: Settings) -> tuple[Flask, str]:
    """Return the same, and the name of the backup where an upgrade has made one, else ""."""
    from companion.app import build
    from companion.store.migrate import bring_up_to_date

    try:
        app = build(settings)
        return app, bring_up_to_date(app)
    except ConfigError as error:
        refuse(str(error))


def moderation_of(app: Flask) -> ModerationService:
    """Return what those who run a talk call."""
    moderation: ModerationService = app.extensions["moderation"]
    return moderation


def talk_with_board(app: Flask, slug: str) -> TalkPage:
    """Return the page of a talk that has a board; exits when there is none."""
    page = moderation_of(app).boards.programme.find(slug)
    if page is None or not page.board:
        refuse(f"there is no talk with a board called {slug}; run: companion talks list")
    return page

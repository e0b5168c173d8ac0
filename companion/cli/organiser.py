"""`companion organiser`: who organises the series, and a way in for those who have none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from companion.board.plural import plural
from companion.cli.options import refuse, settings_from, up_to_date_app, with_settings
from companion.errors import Refused

if TYPE_CHECKING:
    from companion.moderation.accounts import Accounts
    from companion.moderation.organisers import Listed
    from companion.settings import Settings


@click.group()
def organiser() -> None:
    """Invite organisers, list them, and let them in again."""


@organiser.command("invite")
@click.argument("name")
@with_settings
def invite(name: str, **given: str | None) -> None:
    """Print a link that makes NAME an organiser, once, within seven days."""
    settings = settings_from(given)
    link = _done(settings, lambda accounts: accounts.invite_by_server(name))
    click.echo(f"{name} becomes an organiser with: {settings.site}{link}")


@organiser.command("reset")
@click.argument("name")
@with_settings
def reset(name: str, **given: str | None) -> None:
    """End NAME's sign-ins, password and passkeys, and print a link to come in by, once."""
    settings = settings_from(given)
    link = _done(settings, lambda accounts: accounts.reset(name))
    click.echo(f"{name} is signed out everywhere; the password and all passkeys are gone.")
    click.echo(f"{name} signs in once with: {settings.site}{link}")


@organiser.command("remove")
@click.argument("name")
@with_settings
def remove(name: str, **given: str | None) -> None:
    """Have NAME be no organiser any more, and end all of their sign-ins."""
    removed = _done(settings_from(given), lambda accounts: accounts.remove(name))
    click.echo(f"{removed} is no organiser any more.")


@organiser.command("list")
@with_settings
def list_organisers(**given: str | None) -> None:
    """List those who have an account, and how each of them signs in."""
    from companion.moderation.organisers import listed
    from companion.store.engine import db

    settings = settings_from(given)
    app = up_to_date_app(settings)
    with app.app_context():
        everybody = listed(db.session())
    for one in everybody:
        click.echo(
            f"{one.name}  {', '.join(_said(one, app.extensions['boards'].clock(), settings))}"
        )
    if not everybody:
        click.echo("Nobody has an account. Make one with: companion organiser invite NAME")


def _done(settings: Settings, work: Callable[[Accounts], str]) -> str:
    app = up_to_date_app(settings)
    try:
        return work(app.extensions["accounts"])
    except Refused as reason:
        refuse(str(reason))


def _said(one: Listed, now: datetime, settings: Settings) -> list[str]:
    """Return in words how somebody gets in."""
    said = ["password"] if one.has_password else []
    said += [plural(one.passkeys, "passkey")] if one.passkeys else []
    said += [f"signed in {plural(one.sign_ins, 'time')}"] if one.sign_ins else []
    if one.link_ends_at:
        local = one.link_ends_at.astimezone(ZoneInfo(settings.timezone))
        verb = "ended" if one.link_ends_at <= now else "works until"
        said.append(f"link {verb} {local:%Y-%m-%d %H:%M}")
    return said or ["no way in; run: companion organiser reset"]

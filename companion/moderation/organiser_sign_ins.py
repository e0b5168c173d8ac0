"""Where an organiser is signed in: listed, ended, and shown to them where the browser is new."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.messages import gettext
from companion.moderation import browsers
from companion.moderation.browsers import Browser
from companion.moderation.organisers import FORGOTTEN_AFTER, end_all
from companion.moderation.role_links import LinkSigner
from companion.store.accounts import Organiser, OrganiserSignIn
from companion.store.models import Role, RoleGrant, SignIn

ENDED_ALREADY = gettext("This sign-in has ended already. Reload the page.")
NEW_ITSELF = gettext(
    "This browser is new to your account itself. Say so in one that you have used before. If there "
    "is none, ask whoever runs the server for a link to come in again by."
)


@dataclass(frozen=True)
class Place:
    """A sign-in as a list has it."""

    id: int
    began_at: datetime
    browser: str
    is_this: bool
    is_over: bool


def begin(
    session: Session,
    organiser: Organiser,
    token_hash: str,
    browser: Browser,
    *,
    known: bool,
    now: datetime,
) -> OrganiserSignIn:
    """Write down that an organiser has signed in; the first time ever is nothing to be told."""
    record = OrganiserSignIn(
        organiser=organiser.id,
        sign_in=token_hash,
        began_at=now,
        browser=browser.words,
        unconfirmed=organiser.came_at is not None and not known,
    )
    session.add(record)
    organiser.came_at = organiser.came_at or now
    session.flush()
    return record


def new_mark(keys: LinkSigner, organiser: Organiser, record: OrganiserSignIn) -> str:
    """Return what a browser keeps of a sign-in, to be known by the account.

    That of an unconfirmed one is the sign-in's own, and worth nothing until it is confirmed.
    """
    return _mark(keys, organiser, record.id if record.unconfirmed else None)


def is_known(session: Session, keys: LinkSigner, organiser: Organiser, browser: Browser) -> bool:
    """Whether an account has used a browser, and no sign-in there waits to be confirmed."""
    confirmed = sa.select(OrganiserSignIn.id).filter_by(organiser=organiser.id, unconfirmed=False)
    numbers = [None, *session.scalars(confirmed)]
    return any(browser.has(_mark(keys, organiser, number)) for number in numbers)


def _mark(keys: LinkSigner, organiser: Organiser, number: int | None) -> str:
    of_one = "" if number is None else f":{number}"
    return keys.mark(organiser.id, organiser.browsers + of_one)


def record_of(session: Session, token_hash: str) -> OrganiserSignIn | None:
    """Return what is written down of a sign-in."""
    return session.scalars(sa.select(OrganiserSignIn).filter_by(sign_in=token_hash)).first()


def is_unconfirmed(session: Session, token_hash: str) -> bool:
    """Whether a sign-in is from a new browser that nobody has said anything of."""
    record = record_of(session, token_hash)
    return record is not None and record.unconfirmed


def whose(session: Session, token_hash: str) -> Organiser | None:
    """Return who has signed in there with an account."""
    here = OrganiserSignIn.organiser == Organiser.id
    found = sa.select(Organiser).join(OrganiserSignIn, here)
    return session.scalars(found.where(OrganiserSignIn.sign_in == token_hash)).first()


def move(session: Session, old: str, fresh: str) -> None:
    """Have a sign-in be the same one under another cookie."""
    moved = sa.update(OrganiserSignIn).filter_by(sign_in=old).values(sign_in=fresh)
    session.execute(moved)


def set_apart(session: Session, old: str) -> None:
    """Have a sign-in be over before another begins in its browser."""
    session.execute(sa.update(OrganiserSignIn).filter_by(sign_in=old).values(sign_in=None))


def places(session: Session, organiser: str, token_hash: str, since: datetime) -> list[Place]:
    """Return where somebody is signed in, this one first; who was not seen ``since`` is out."""
    rows = (
        sa.select(OrganiserSignIn)
        .filter_by(organiser=organiser)
        .join(SignIn, SignIn.token_hash == OrganiserSignIn.sign_in)
        .join(RoleGrant, RoleGrant.sign_in == SignIn.token_hash)
        .where(SignIn.seen_at > since, RoleGrant.role == Role.ORGANISER)
    )
    found = session.scalars(rows.order_by(OrganiserSignIn.id.desc()))
    return sorted((_place(row, token_hash) for row in found), key=lambda place: not place.is_this)


def unconfirmed(session: Session, organiser: str, token_hash: str) -> list[Place]:
    """Return the sign-ins from new browsers that nobody has said anything of, but for this one."""
    rows = sa.select(OrganiserSignIn).filter_by(organiser=organiser, unconfirmed=True)
    found = session.scalars(rows.order_by(OrganiserSignIn.id.desc()))
    return [_place(row, token_hash) for row in found if row.sign_in != token_hash]


def _place(row: OrganiserSignIn, token_hash: str) -> Place:
    is_this = row.sign_in == token_hash
    browser = browsers.kept(row.browser)
    return Place(row.id, row.began_at, browser, is_this, row.sign_in is None)


def confirm(session: Session, organiser: str, number: int, token_hash: str) -> None:
    """Have one know that a sign-in from a new browser was theirs; raises Refused from another."""
    if is_unconfirmed(session, token_hash):
        raise Refused(NEW_ITSELF)
    theirs = sa.update(OrganiserSignIn).filter_by(organiser=organiser, id=number)
    session.execute(theirs.values(unconfirmed=False))


def end(session: Session, organiser: Organiser, number: int, token_hash: str) -> None:
    """End a sign-in; after one from a new browser none counts as known any more."""
    theirs = sa.select(OrganiserSignIn).filter_by(organiser=organiser.id, id=number)
    row = session.scalars(theirs).first()
    if row is None or (row.sign_in is None and not row.unconfirmed):
        raise Refused(ENDED_ALREADY)
    is_known_here = not is_unconfirmed(session, token_hash)
    session.execute(sa.delete(SignIn).filter_by(token_hash=row.sign_in))
    if is_known_here:
        _disown(session, organiser, OrganiserSignIn.id == number)


def end_others(session: Session, organiser: Organiser, token_hash: str) -> None:
    """End all of somebody's sign-ins but this one, as `end` does."""
    end_all(session, organiser.id, but=token_hash)
    if not is_unconfirmed(session, token_hash):
        _disown(session, organiser, sa.true())


def _disown(session: Session, organiser: Organiser, which: sa.ColumnElement[bool]) -> None:
    """Tell of sign-ins from new browsers no more; if there are any, have no browser be known.

    From a new browser this is not done: whoever was there could hide it from the account's owner.
    """
    new = sa.delete(OrganiserSignIn).filter_by(organiser=organiser.id, unconfirmed=True)
    if session.scalars(new.where(which).returning(OrganiserSignIn.id)).all():
        organiser.browsers = secrets.token_hex(16)


def forget_ended(session: Session, now: datetime) -> None:
    """Delete what is over after a month: until then it is told, or has its browser be known."""
    over = sa.delete(OrganiserSignIn).where(OrganiserSignIn.sign_in.is_(None))
    session.execute(over.where(OrganiserSignIn.began_at < now - FORGOTTEN_AFTER))

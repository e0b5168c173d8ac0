"""Accounts of organisers: made, invited by a link, found by name, reset and removed."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.input import NAME_MAX, one_line
from companion.errors import Refused
from companion.messages import gettext, ngettext
from companion.moderation.hashed_secrets import hashed, new_secret
from companion.store.accounts import Organiser, OrganiserLink, OrganiserSignIn, Passkey
from companion.store.models import SignIn

LINK_DAYS = 7
FORGOTTEN_AFTER = timedelta(days=30)
FOLDED_MAX = 250
ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Listed:
    """An account as a list has it."""

    id: str
    name: str
    has_password: bool
    passkeys: int
    sign_ins: int
    has_come: bool
    link_ends_at: datetime | None


def read_name(typed: str) -> str:
    """Return what somebody is to be called; raises Refused."""
    name = one_line(typed[: 4 * NAME_MAX])
    if not name:
        raise Refused(gettext("Write a name."), field="name")
    if len(name) > NAME_MAX or len(folded(name)) > FOLDED_MAX:
        raise Refused(
            ngettext(
                "A name has at most %(num)s character. Shorten it.",
                "A name has at most %(num)s characters. Shorten it.",
                NAME_MAX,
            ),
            field="name",
        )
    return name


def folded(name: str) -> str:
    """Return a name as it is looked up: the case of letters and how they are made count nothing."""
    return unicodedata.normalize("NFKC", one_line(name[: 4 * NAME_MAX])).casefold()


def named(session: Session, name: str) -> Organiser | None:
    """Return the organiser of a name, however it is typed."""
    return session.scalars(sa.select(Organiser).filter_by(folded=folded(name))).first()


def make(session: Session, typed: str, now: datetime) -> Organiser:
    """Make an account; raises Refused where the name is another's."""
    name = read_name(typed)
    if named(session, name):
        raise Refused(
            gettext(
                "There is an organiser called %(name)s already. Choose another name.", name=name
            )
        )
    organiser = Organiser(
        id=secrets.token_hex(16),
        name=name,
        folded=folded(name),
        browsers=secrets.token_hex(16),
        made_at=now,
    )
    session.add(organiser)
    session.flush()
    return organiser


def invite(session: Session, typed: str, by: str, now: datetime) -> str:
    """Return the secret by which somebody new comes in; one that they had already is void."""
    found = named(session, read_name(typed))
    if found and found.came_at:
        raise Refused(
            gettext(
                "%(name)s is an organiser already. To give them a link to come in again by, "
                "run: companion organiser reset NAME",
                name=found.name,
            )
        )
    return _link(session, found or make(session, typed, now), by, now)


def take_link(session: Session, token: str, now: datetime) -> Organiser | None:
    """Use an organiser's link up; None where it is none, too old, or used just now by another."""
    this = sa.delete(OrganiserLink).filter_by(token_hash=hashed(token))
    used = this.where(OrganiserLink.ends_at > now).returning(OrganiserLink.organiser)
    found = session.scalars(used).first()
    return session.get(Organiser, found) if found else None


def opens(session: Session, token: str, now: datetime) -> bool:
    """Whether this is an organiser's link that still works; it is not used up."""
    known = sa.select(OrganiserLink.ends_at).filter_by(token_hash=hashed(token))
    ends_at = session.scalar(known)
    return ends_at is not None and ends_at > now


def revoke(session: Session, organiser: str) -> None:
    """Have an invitation open nothing, and who never came be forgotten with it.

    The link by which somebody who has come is to come in again is the server's to take away.
    """
    if ID.fullmatch(organiser):
        never_came = sa.and_(Organiser.id == organiser, Organiser.came_at.is_(None))
        session.execute(sa.delete(Organiser).where(never_came))


def reset(session: Session, name: str, by: str, now: datetime) -> str:
    """Take all from an account by which somebody gets in, and return a link's secret for it."""
    organiser = _found(session, name)
    end_all(session, organiser.id)
    session.execute(sa.delete(Passkey).filter_by(organiser=organiser.id))
    organiser.password, organiser.browsers = "", secrets.token_hex(16)
    return _link(session, organiser, by, now)


def remove(session: Session, name: str) -> str:
    """End an account and all its sign-ins; return its name."""
    organiser = _found(session, name)
    end_all(session, organiser.id)
    session.execute(sa.delete(Organiser).filter_by(id=organiser.id))
    return organiser.name


def end_all(session: Session, organiser: str, but: str = "") -> None:
    """End an organiser's sign-ins, but for one; what they were granted goes with them."""
    theirs = sa.select(OrganiserSignIn.sign_in).where(
        OrganiserSignIn.organiser == organiser, OrganiserSignIn.sign_in.is_not(None)
    )
    ended = sa.delete(SignIn).where(SignIn.token_hash.in_(theirs), SignIn.token_hash != but)
    session.execute(ended)


def listed(session: Session) -> list[Listed]:
    """Return every account, by name."""
    passkeys = _count(Passkey, Passkey.organiser == Organiser.id)
    here = sa.and_(OrganiserSignIn.organiser == Organiser.id, OrganiserSignIn.sign_in.is_not(None))
    columns = (
        *(Organiser.id, Organiser.name, Organiser.password != "", passkeys),
        *(_count(OrganiserSignIn, here), Organiser.came_at.is_not(None), OrganiserLink.ends_at),
    )
    link = OrganiserLink.organiser == Organiser.id
    rows = sa.select(*columns).outerjoin(OrganiserLink, link).order_by(Organiser.folded)
    return [Listed(*row) for row in session.execute(rows)]


def forget_old(session: Session, now: datetime) -> None:
    """Delete links that open nothing any more, and those who were invited and never came."""
    old = sa.select(OrganiserLink.organiser).where(OrganiserLink.ends_at < now - FORGOTTEN_AFTER)
    session.execute(sa.delete(Organiser).where(Organiser.came_at.is_(None), Organiser.id.in_(old)))
    session.execute(sa.delete(OrganiserLink).where(OrganiserLink.ends_at < now - FORGOTTEN_AFTER))


def _link(session: Session, organiser: Organiser, by: str, now: datetime) -> str:
    token = new_secret()
    session.execute(sa.delete(OrganiserLink).filter_by(organiser=organiser.id))
    ends_at = now + timedelta(days=LINK_DAYS)
    link = OrganiserLink(
        organiser=organiser.id, token_hash=hashed(token), made_by=by, ends_at=ends_at
    )
    session.add(link)
    return token


def _found(session: Session, name: str) -> Organiser:
    organiser = named(session, name)
    if organiser is None:
        shown = one_line(name[:NAME_MAX])
        raise Refused(
            gettext(
                "There is no organiser called %(name)s. Run: companion organiser list", name=shown
            )
        )
    return organiser


def _count(table: type[Passkey | OrganiserSignIn], where: sa.ColumnElement[bool]) -> sa.Label[int]:
    counted = sa.select(sa.func.count()).select_from(table).where(where)
    return counted.scalar_subquery().label(table.__tablename__)

"""Sign-ins: a role link or an invitation makes one, and it ends by itself."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.input import NAME_MAX, one_line
from companion.errors import Refused
from companion.moderation.role_links import LinkSigner, LinkVersion, link_to
from companion.moderation.roles import EVERY_TALK, OF_A_TALK, SUFFICES, Actor
from companion.store.models import Invitation, Role, RoleGrant, RoleLink, SignIn
from companion.store.writer import Change

ABSOLUTE, IDLE = timedelta(hours=12), timedelta(hours=4)
SEEN_EVERY = timedelta(minutes=5)
SIGN_IN_TAG = 16  # enough of a sign-in's hash to tell it from the others
UNKNOWN_LINK = "This link does not work any more. Ask whoever gave it to you for the new one."


@dataclass(frozen=True)
class NewSignIn:
    """What somebody entered: the cookie's new value, and where they may go."""

    cookie: str
    talk: str
    role: Role


def invite(change: Change, now: datetime) -> str:
    """Return a secret that makes one browser an organiser's, once; earlier ones are void."""
    change.session.execute(sa.delete(Invitation))
    token = secrets.token_urlsafe(16)
    change.session.add(Invitation(token_hash=hashed(token), made_at=now))
    return token


def enter(
    change: Change, keys: LinkSigner, slugs: Iterable[str], token: str, cookie: str, now: datetime
) -> NewSignIn:
    """Turn a link's secret into a sign-in under a new cookie; raises Refused."""
    link = _invited(change.session, token, now) or _linked(change.session, keys, slugs, token)
    if link is None:
        raise Refused(UNKNOWN_LINK)
    fresh = secrets.token_urlsafe(16)
    _sign_in(change.session, hashed(fresh), hashed(cookie), link, now)
    return NewSignIn(fresh, link.talk, link.role)


def opened_by(
    session: Session, keys: LinkSigner, slugs: Iterable[str], token: str, now: datetime
) -> LinkVersion | None:
    """Return what a link's secret opens, and use nothing up."""
    invitation = session.get(Invitation, hashed(token))
    if invitation and invitation.made_at + ABSOLUTE > now:
        return link_to(session, EVERY_TALK, Role.ORGANISER)
    return _linked(session, keys, slugs, token)


def _invited(session: Session, token: str, now: datetime) -> LinkVersion | None:
    """Use an invitation up, if this is one."""
    invitation = session.get(Invitation, hashed(token))
    if invitation is None:
        return None
    session.delete(invitation)
    is_old = invitation.made_at + ABSOLUTE <= now
    return None if is_old else link_to(session, EVERY_TALK, Role.ORGANISER)


def _linked(
    session: Session, keys: LinkSigner, slugs: Iterable[str], token: str
) -> LinkVersion | None:
    changed = {(row.talk, row.role): row.generation for row in session.scalars(sa.select(RoleLink))}
    found = None
    for talk, role in _places(slugs):
        link = LinkVersion(talk, role, changed.get((talk, role), 0))
        if hmac.compare_digest(keys.token(link).encode(), token.encode()):
            found = link
    return found


def _places(slugs: Iterable[str]) -> Iterator[tuple[str, Role]]:
    yield EVERY_TALK, Role.ORGANISER
    for slug in slugs:
        for role in OF_A_TALK:
            yield slug, role


def _sign_in(session: Session, fresh: str, old: str, link: LinkVersion, now: datetime) -> None:
    """Begin a sign-in with what the old one was granted, and the new; the old one is over."""
    before = session.get(SignIn, old)
    session.add(SignIn(token_hash=fresh, name=before.name if before else "", seen_at=now))
    session.flush()
    if before:
        moved = sa.update(RoleGrant).filter_by(sign_in=old).values(sign_in=fresh)
        session.execute(moved)
        session.delete(before)
    session.execute(sa.delete(RoleGrant).filter_by(sign_in=fresh, talk=link.talk, role=link.role))
    grant = RoleGrant(
        sign_in=fresh, talk=link.talk, role=link.role, generation=link.generation, began_at=now
    )
    session.add(grant)
    session.flush()


def leave(change: Change, cookie: str) -> None:
    """End a sign-in with all that it was granted."""
    change.session.execute(sa.delete(RoleGrant).filter_by(sign_in=hashed(cookie)))
    change.session.execute(sa.delete(SignIn).filter_by(token_hash=hashed(cookie)))


def set_name(change: Change, cookie: str, name: str) -> None:
    """Have the desk call somebody by a name."""
    name = one_line(name[: 4 * NAME_MAX])[:NAME_MAX]
    change.session.execute(sa.update(SignIn).filter_by(token_hash=hashed(cookie)).values(name=name))


def note_seen(change: Change, cookie: str, now: datetime) -> None:
    """Note that somebody is still there."""
    change.session.execute(
        sa.update(SignIn).filter_by(token_hash=hashed(cookie)).values(seen_at=now)
    )


def actor(session: Session, token_hash: str, talk: str, role: Role, now: datetime) -> Actor | None:
    """Return as whom a sign-in may act in a role on a talk right now, or None."""
    found = session.execute(
        sa.select(RoleGrant.role, SignIn.name, SignIn.seen_at)
        .join(SignIn, SignIn.token_hash == RoleGrant.sign_in)
        .outerjoin(
            RoleLink, sa.and_(RoleLink.talk == RoleGrant.talk, RoleLink.role == RoleGrant.role)
        )
        .where(
            RoleGrant.sign_in == token_hash,
            RoleGrant.talk.in_((talk, EVERY_TALK)),
            RoleGrant.role.in_(SUFFICES[role]),
            RoleGrant.generation == sa.func.coalesce(RoleLink.generation, 0),
            RoleGrant.began_at > now - ABSOLUTE,
            SignIn.seen_at > now - IDLE,
        )
    ).all()
    held = {row.role: row for row in found}
    best = next((held[enough] for enough in SUFFICES[role] if enough in held), None)
    return Actor(best.name, best.role, token_hash[:SIGN_IN_TAG], best.seen_at) if best else None


def is_due(actor: Actor, now: datetime) -> bool:
    """Whether it is time to note that somebody is still there."""
    return actor.seen_at is not None and actor.seen_at + SEEN_EVERY < now


def forget_ended(change: Change, now: datetime) -> None:
    """Delete the sign-ins that nobody can use any more."""
    ended = sa.select(SignIn.token_hash).where(SignIn.seen_at < now - ABSOLUTE)
    change.session.execute(sa.delete(RoleGrant).where(RoleGrant.sign_in.in_(ended)))
    change.session.execute(sa.delete(SignIn).where(SignIn.seen_at < now - ABSOLUTE))


def hashed(token: str) -> str:
    """Return what is kept of a cookie or an invitation."""
    return sha256(token.encode()).hexdigest()

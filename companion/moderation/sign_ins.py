"""Sign-ins: a link, a password or a passkey makes one, and it ends by itself."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.input import NAME_MAX, one_line
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation import organiser_sign_ins, organisers
from companion.moderation.browsers import Browser, with_mark
from companion.moderation.hashed_secrets import hashed, new_secret
from companion.moderation.role_links import LinkSigner, LinkVersion, link_to, note_opened
from companion.moderation.roles import EVERY_TALK, OF_A_TALK, SUFFICES, Actor
from companion.store.accounts import Organiser, SpentChallenge
from companion.store.models import Invitation, Role, RoleGrant, RoleLink, SignIn
from companion.store.writer import Change

ABSOLUTE, IDLE = timedelta(hours=12), timedelta(hours=4)
SEEN_EVERY = timedelta(minutes=5)
SIGN_IN_TAG = 16  # enough of a sign-in's hash to tell it from the others
UNKNOWN_LINK = gettext(
    "This link does not work any more. Ask whoever gave it to you for the new one."
)


@dataclass(frozen=True)
class NewSignIn:
    """What somebody entered: the cookie's new value, and where they may go.

    ``marks`` is what the browser keeps, to be known by the organisers' accounts that used it.
    """

    cookie: str
    talk: str
    role: Role
    marks: str = ""


def invite(change: Change, now: datetime) -> str:
    """Return a secret that makes one browser an organiser's, once; earlier ones are void."""
    change.session.execute(sa.delete(Invitation))
    token = new_secret()
    change.session.add(Invitation(token_hash=hashed(token), made_at=now))
    return token


def enter(
    change: Change,
    keys: LinkSigner,
    slugs: Iterable[str],
    token: str,
    cookie: str,
    browser: Browser,
    now: datetime,
) -> NewSignIn:
    """Turn a link's secret into a sign-in under a new cookie; raises Refused."""
    organiser = organisers.take_link(change.session, token, now)
    if organiser:
        return sign_in(change, keys, organiser, cookie, browser, now, is_vouched_for=True)
    link = _invited(change.session, token, now)
    link = link or _by_link(change.session, keys, slugs, token, now)
    fresh = new_secret()
    _sign_in(change.session, hashed(fresh), hashed(cookie), link, now)
    return NewSignIn(fresh, link.talk, link.role)


def sign_in(
    change: Change,
    keys: LinkSigner,
    organiser: Organiser,
    cookie: str,
    browser: Browser,
    now: datetime,
    *,
    is_vouched_for: bool = False,
) -> NewSignIn:
    """Sign an organiser in under a new cookie; whoever was one in this browser is so no more.

    A browser ``is_vouched_for`` where they come by a link: whoever runs the server gave it to them,
    and nothing else opens the account just then.
    """
    session, fresh = change.session, new_secret()
    known = is_vouched_for or organiser_sign_ins.is_known(session, keys, organiser, browser)
    organiser_sign_ins.set_apart(session, hashed(cookie))
    link = link_to(session, EVERY_TALK, Role.ORGANISER)
    _sign_in(session, hashed(fresh), hashed(cookie), link, now)
    name_by_account(change, fresh, organiser)
    record = organiser_sign_ins.begin(
        session, organiser, hashed(fresh), browser, known=known, now=now
    )
    mark = organiser_sign_ins.new_mark(keys, organiser, record)
    return NewSignIn(fresh, link.talk, link.role, with_mark(browser, mark))


def opened_by(
    session: Session, keys: LinkSigner, slugs: Iterable[str], token: str, now: datetime
) -> LinkVersion | None:
    """Return what a link's secret opens, and use nothing up."""
    invitation = session.get(Invitation, hashed(token))
    is_invited = invitation is not None and invitation.made_at + ABSOLUTE > now
    if is_invited or organisers.opens(session, token, now):
        return link_to(session, EVERY_TALK, Role.ORGANISER)
    return _linked(session, keys, slugs, token)


def _invited(session: Session, token: str, now: datetime) -> LinkVersion | None:
    """Use an invitation up, if this is one; of two who try at once one does."""
    this = sa.delete(Invitation).filter_by(token_hash=hashed(token))
    used = this.where(Invitation.made_at > now - ABSOLUTE).returning(Invitation.token_hash)
    if session.scalars(used).first() is None:
        return None
    return link_to(session, EVERY_TALK, Role.ORGANISER)


def _by_link(
    session: Session, keys: LinkSigner, slugs: Iterable[str], token: str, now: datetime
) -> LinkVersion:
    link = _linked(session, keys, slugs, token)
    if link is None:
        raise Refused(UNKNOWN_LINK)
    note_opened(session, link, now)
    return link


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
    """Begin a sign-in with what the old one was granted, and the new; the old one is over.

    What had ended by itself stays so.
    """
    before = session.get(SignIn, old)
    goes_on = before is not None and before.seen_at > now - IDLE
    name = before.name if before and goes_on else ""
    session.add(SignIn(token_hash=fresh, name=name, seen_at=now))
    session.flush()
    if goes_on:
        _carry_over(session, old, fresh, now)
    if before:
        session.delete(before)
        session.flush()
    session.execute(sa.delete(RoleGrant).filter_by(sign_in=fresh, talk=link.talk, role=link.role))
    grant = RoleGrant(
        sign_in=fresh, talk=link.talk, role=link.role, generation=link.generation, began_at=now
    )
    session.add(grant)
    session.flush()


def _carry_over(session: Session, old: str, fresh: str, now: datetime) -> None:
    """Give a new sign-in what the old one was granted, and its account while it is in force."""
    if actor(session, old, EVERY_TALK, Role.ORGANISER, now):
        organiser_sign_ins.move(session, old, fresh)
    session.execute(sa.update(RoleGrant).filter_by(sign_in=old).values(sign_in=fresh))


def leave(change: Change, cookie: str) -> None:
    """End a sign-in with all that it was granted."""
    change.session.execute(sa.delete(RoleGrant).filter_by(sign_in=hashed(cookie)))
    change.session.execute(sa.delete(SignIn).filter_by(token_hash=hashed(cookie)))


def set_name(change: Change, cookie: str, name: str) -> None:
    """Have the desk call somebody by a name; raises Refused where an account has one for them."""
    organiser = organiser_sign_ins.whose(change.session, hashed(cookie))
    if organiser:
        raise Refused(
            gettext(
                "You are %(name)s here, as your account says. Sign out to go by another name.",
                name=organiser.name,
            )
        )
    _name(change, cookie, one_line(name[: 4 * NAME_MAX])[:NAME_MAX])


def name_by_account(change: Change, cookie: str, organiser: Organiser) -> None:
    """Have the desk call somebody what their account does."""
    _name(change, cookie, organiser.name)


def _name(change: Change, cookie: str, name: str) -> None:
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
    change.session.execute(sa.delete(SpentChallenge).where(SpentChallenge.at < now - IDLE))
    organiser_sign_ins.forget_ended(change.session, now)
    organisers.forget_old(change.session, now)

"""Tokens: each lets a program read as organisers do, until it expires or is revoked."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.input import NAME_MAX, one_line
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.hashed_secrets import hashed
from companion.store.models import ApiToken
from companion.store.writer import Change

PREFIX = "companion_"  # so that who finds one, or looks for some that have leaked, knows it


def create(change: Change, name: str, days: int | None, now: datetime, made_by: str = "") -> str:
    """Return a new token, which nobody can be shown again; raises Refused."""
    name = one_line(name)
    if not name or len(name) > NAME_MAX:
        raise Refused(gettext("Give the token a name of 1 to %(most)s characters.", most=NAME_MAX))
    if change.session.get(ApiToken, name):
        raise Refused(
            gettext(
                "There is a token called %(name)s already. Choose another name, or revoke it "
                "first.",
                name=name,
            )
        )
    token = PREFIX + secrets.token_urlsafe(24)
    expires = now + timedelta(days=days) if days else None
    row = ApiToken(name=name, token_hash=hashed(token), made_at=now, expires_at=expires)
    row.made_by = made_by
    change.session.add(row)
    return token


def revoke(change: Change, name: str) -> None:
    """Have a token open nothing any more; raises Refused where there is none of that name."""
    row = change.session.get(ApiToken, one_line(name))
    if row is None:
        raise Refused(
            gettext("There is no token called %(name)s. Look which there are.", name=one_line(name))
        )
    change.session.delete(row)


def listed(session: Session) -> list[ApiToken]:
    """Return the tokens that there are, by name."""
    return list(session.scalars(sa.select(ApiToken).order_by(ApiToken.name)))


def find(session: Session, token: str, now: datetime) -> ApiToken | None:
    """Return what is kept of a token that is good now."""
    row = session.scalar(sa.select(ApiToken).filter_by(token_hash=hashed(token)))
    return None if row is None or _has_expired(row, now) else row


def is_due(row: ApiToken, now: datetime) -> bool:
    """Whether a token is used for the first time today."""
    return row.used_at is None or row.used_at < _day(now)


def note_used(change: Change, token_hash: str, now: datetime) -> None:
    """Note the day on which a token was used last, and no more of when."""
    used = sa.update(ApiToken).filter_by(token_hash=token_hash).values(used_at=_day(now))
    change.session.execute(used)


def forget_expired(change: Change, now: datetime) -> None:
    """Delete the tokens that open nothing any more."""
    change.session.execute(sa.delete(ApiToken).where(ApiToken.expires_at <= now))


def _has_expired(row: ApiToken, now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)

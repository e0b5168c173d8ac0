"""Those who run talks and are signed in, by talk: as what, and when they were last here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.moderation.roles import EVERY_TALK
from companion.moderation.sign_ins import ABSOLUTE
from companion.store.models import Role, RoleGrant, RoleLink, SignIn


@dataclass(frozen=True)
class CrewMember:
    """Somebody who has come in by a role's link; ``name`` is "" where they gave none."""

    name: str
    role: Role
    seen_at: datetime


def crew(session: Session, now: datetime, slug: str = "") -> defaultdict[str, list[CrewMember]]:
    """Return who has come in by each talk's links, or one's, and not left; the latest first.

    The links count as they are now. Organisers are those of "", and there in any case. A sign-in
    ends after twelve hours, so nobody is known for longer.
    """
    is_same = sa.and_(RoleLink.talk == RoleGrant.talk, RoleLink.role == RoleGrant.role)
    wanted = (
        sa.select(RoleGrant.talk, RoleGrant.role, SignIn.name, SignIn.seen_at)
        .join(SignIn, SignIn.token_hash == RoleGrant.sign_in)
        .outerjoin(RoleLink, is_same)
        .where(
            RoleGrant.generation == sa.func.coalesce(RoleLink.generation, 0),
            RoleGrant.began_at > now - ABSOLUTE,
        )
        .order_by(SignIn.seen_at.desc(), SignIn.token_hash)
    )
    found: defaultdict[str, list[CrewMember]] = defaultdict(list)
    if slug:
        wanted = wanted.where(RoleGrant.talk.in_((slug, EVERY_TALK)))
    for talk, role, name, seen_at in session.execute(wanted):
        found[talk].append(CrewMember(name, role, seen_at))
    return found

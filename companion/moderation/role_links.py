"""The secret link of each role on each talk, and the talks' short codes."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.events import DeskChanged
from companion.board.rows import count_change
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.context import ActionContext
from companion.moderation.roles import OF_A_TALK
from companion.store.engine import insert_once
from companion.store.models import Role, RoleGrant, RoleLink
from companion.store.writer import Change

RENEWED = {
    Role.SPEAKER: (
        gettext("made a new link: the speaker’s"),
        gettext("There is a new link: the speaker’s. Send it to whoever shall have it."),
    ),
    Role.MODERATOR: (
        gettext("made a new link: the moderators’"),
        gettext("There is a new link: the moderators’. Send it to whoever shall have it."),
    ),
}


@dataclass(frozen=True)
class LinkVersion:
    """One role's link on one talk, or on all of them."""

    talk: str
    role: Role
    generation: int


class LinkSigner:
    """Makes the links' secrets and the talks' short codes; nothing at rest is one of them."""

    ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    LENGTH = 6

    def __init__(self, secret_key: str) -> None:
        """Derive everything from ``secret_key``."""
        self._key = secret_key.encode()

    def token(self, link: LinkVersion) -> str:
        """Return a link's secret: 128 bits that only the secret key leads to."""
        said = f"{link.talk}:{link.role}:{link.generation}"
        return urlsafe_b64encode(self._digest("link", said)[:16]).rstrip(b"=").decode()

    def code(self, slug: str) -> str:
        """Return a talk's short code, to be typed from a screen."""
        number = int.from_bytes(self._digest("code", slug)[:8], "big")
        return "".join(self.ALPHABET[number >> 5 * place & 31] for place in range(self.LENGTH))

    def mark(self, organiser: str, browsers: str) -> str:
        """Return what a browser keeps that an organiser's account has used."""
        said = f"{organiser}:{browsers}"
        return urlsafe_b64encode(self._digest("browser", said)[:16]).rstrip(b"=").decode()

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}:{text}".encode(), "sha256")


def read_code(typed: str) -> str:
    """Return a code as it was meant: in capitals, and what looks alike told apart."""
    kept = "".join(char for char in typed[:40].upper() if char.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def link_to(session: Session, talk: str, role: Role) -> LinkVersion:
    """Return a role's link as it is now."""
    changed = session.get(RoleLink, (talk, role))
    return LinkVersion(talk, role, changed.generation if changed else 0)


def rotate(change: Change, talk: str, role: Role) -> None:
    """Have a role's link be another one: whoever came by the old one is out."""
    row = change.session.get(RoleLink, (talk, role))
    if row is None:
        row = RoleLink(talk=talk, role=role, generation=0)
        change.session.add(row)
    row.generation, row.opened_at = row.generation + 1, None
    change.session.execute(sa.delete(RoleGrant).filter_by(talk=talk, role=role))


def note_opened(session: Session, link: LinkVersion, now: datetime) -> None:
    """Note when somebody first came by a link."""
    insert_once(session, RoleLink, talk=link.talk, role=link.role, generation=0)
    this = sa.update(RoleLink).filter_by(
        talk=link.talk, role=link.role, generation=link.generation, opened_at=None
    )
    session.execute(this.values(opened_at=now))


def opened(session: Session, slug: str = "") -> defaultdict[str, dict[Role, datetime]]:
    """Return when the links of each talk, or of one, were first opened; only those that were."""
    wanted = sa.select(RoleLink.talk, RoleLink.role, RoleLink.opened_at)
    if slug:
        wanted = wanted.where(RoleLink.talk == slug)
    found: defaultdict[str, dict[Role, datetime]] = defaultdict(dict)
    for talk, role, at in session.execute(wanted):
        if at is not None:
            found[talk][role] = at
    return found


def renew(context: ActionContext, role: str) -> str:
    """Have a role of a talk get another link, and say in the log who did so; raises Refused.

    This cannot be undone: the old link may be known to whoever should not have it.
    """
    if role not in OF_A_TALK:
        raise Refused(
            gettext("Choose whose link shall be a new one: the speaker’s or the moderators’.")
        )
    rotate(context.change, context.talk.slug, Role(role))
    log, said = RENEWED[Role(role)]
    context.log(log, None)
    context.change.announce(DeskChanged(*count_change(context.session, context.row)))
    return said

"""The secret link of each role on each talk, and the talks' short codes."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Role, RoleGrant, RoleLink
from companion.store.writer import Change


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
    row.generation += 1
    change.session.execute(sa.delete(RoleGrant).filter_by(talk=talk, role=role))

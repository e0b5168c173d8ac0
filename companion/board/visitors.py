"""Who is asking: a random id in a signed cookie, or a signed-in person's; on a talk a pseudonym."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from itsdangerous import BadSignature, Signer, TimestampSigner

SIGNED_IN = timedelta(hours=12)
PERSON = "person:"  # no random id begins so


class Visitors:
    """Makes and reads the visitor cookie's value; nothing about a person is in it."""

    def __init__(self, secret_key: str) -> None:
        """Sign with ``secret_key``."""
        self._key = secret_key.encode()
        self._signer = Signer(secret_key, salt="visitor", digest_method=sha256)
        self._people = TimestampSigner(secret_key, salt="person", digest_method=sha256)

    def new(self) -> str:
        """Return a cookie value for a browser that has none: 128 random bits, signed."""
        return self._signer.sign(secrets.token_urlsafe(16)).decode()

    def person(self, issuer: str, subject: str) -> str:
        """Return a new cookie value for somebody who has signed in, on every device the same id.

        Only with the secret key and the provider's name for somebody can it be made again.
        """
        said = f"person\n{len(issuer)}\n{issuer}\n{subject}".encode()
        id = hmac.digest(self._key, said, "sha256").hex()[:32]
        return self._people.sign(f"{PERSON}{id}!{secrets.token_urlsafe(8)}").decode()

    def read(self, *cookies: str | None) -> str | None:
        """Return the visitor's id, or None when each value is missing, not ours or over."""
        return next(filter(None, (self._read(cookie) for cookie in cookies if cookie)), None)

    def _read(self, cookie: str) -> str | None:
        try:
            return self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeError):
            return self._read_person(cookie)

    def _read_person(self, cookie: str) -> str | None:
        seconds = int(SIGNED_IN.total_seconds())
        try:
            return self._people.unsign(cookie, max_age=seconds).decode().partition("!")[0]
        except (BadSignature, UnicodeError):
            return None


def is_person(visitor: str | None) -> bool:
    """Whether a visitor has signed in."""
    return bool(visitor) and str(visitor).startswith(PERSON)


def pseudonym(talk_key: str, visitor: str) -> str:
    """Return who a visitor is on one talk's board; without that key it leads nowhere."""
    return hmac.digest(talk_key.encode(), visitor.encode(), "sha256").hex()[:32]

"""Who is asking: a random id in a signed cookie, and its pseudonym on one talk's board."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from itsdangerous import BadSignature, Signer


class Visitors:
    """Makes and reads the visitor cookie's value; nothing about a person is in it."""

    def __init__(self, secret_key: str) -> None:
        """Sign with ``secret_key``."""
        self._signer = Signer(secret_key, salt="visitor", digest_method=sha256)

    def new(self) -> str:
        """Return a cookie value for a browser that has none: 128 random bits, signed."""
        return self._signer.sign(secrets.token_urlsafe(16)).decode()

    def read(self, cookie: str | None) -> str | None:
        """Return the visitor's id, or None when the value is missing or not ours."""
        try:
            return self._signer.unsign(cookie or "").decode()
        except (BadSignature, UnicodeError):
            return None


def pseudonym(talk_key: str, visitor: str) -> str:
    """Return who a visitor is on one talk's board; without that key it leads nowhere."""
    return hmac.digest(talk_key.encode(), visitor.encode(), "sha256").hex()[:32]

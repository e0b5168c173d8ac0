"""Random secrets of links and cookies, and what is kept of them."""

from __future__ import annotations

import secrets
from hashlib import sha256


def new_secret() -> str:
    """Return 128 random bits as an address or a cookie holds them."""
    return secrets.token_urlsafe(16)


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()

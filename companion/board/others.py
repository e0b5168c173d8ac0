"""The other workers, as those who count what people do see them: where there are any."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Protocol


class Others(Protocol):
    """Hears what this worker tells, and tells what it hears; few wait for it."""

    def tell(self, kind: str, *what: object) -> None:
        """Have all other workers hear something of a kind."""

    def wait(self) -> None:
        """Wait a moment, until what was told is on its way."""

    def on(self, kind: str, hear: Callable[..., None]) -> None:
        """Call ``hear`` with the other worker's name and what it tells of a kind."""

    def known_as(self, name: str) -> str:
        """Return what a person or an address is called in what is told and kept in memory."""


class Nobody:
    """One process is all there is."""

    def __init__(self) -> None:
        """Begin with a key that ends with the process."""
        self._key = secrets.token_bytes(32)

    def tell(self, kind: str, *what: object) -> None:
        """Do nothing."""

    def wait(self) -> None:
        """Do nothing."""

    def on(self, kind: str, hear: Callable[..., None]) -> None:
        """Do nothing: nobody will ever tell."""

    def known_as(self, name: str) -> str:
        """Return a name that leads back to nobody."""
        return hmac.digest(self._key, name.encode(), "sha256")[:12].hex()

"""The other workers, as those who count what people do see them: where there are any."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Protocol


class Others(Protocol):
    """Hears what this worker tells, and tells what it hears; few wait for it."""

    @property
    def name(self) -> str:
        """What this worker is called among them."""

    @property
    def exist(self) -> bool:
        """Whether there may be any at all."""

    @property
    def trouble(self) -> str:
        """Why they are not heard at the moment, or ""."""

    def hears(self, worker: str) -> bool:
        """Whether what a worker of this name tells is heard, as far as can be known."""

    def start(self) -> None:
        """Begin to tell, and to listen."""

    def stop(self, seconds: float) -> None:
        """Say goodbye, and give that so many seconds."""

    def tell(self, kind: str, *what: object, about: str = "") -> None:
        """Have all other workers hear something of a kind; ``about`` is whom it concerns."""

    def wait(self) -> None:
        """Wait a moment, until what was told is on its way."""

    def on(self, kind: str, hear: Callable[..., None]) -> None:
        """Call ``hear`` with the other worker's name and what it tells of a kind."""

    def known_as(self, name: str) -> str:
        """Return what a person or an address is called in what is told and kept in memory."""


class Nobody:
    """One process is all there is."""

    trouble = ""
    exist = False

    def __init__(self) -> None:
        """Begin with a key that ends with the process."""
        self.name = secrets.token_hex(8)
        self._key = secrets.token_bytes(32)

    def hears(self, worker: str) -> bool:
        """Return that it is not."""
        return False

    def start(self) -> None:
        """Do nothing."""

    def stop(self, seconds: float) -> None:
        """Do nothing."""

    def tell(self, kind: str, *what: object, about: str = "") -> None:
        """Do nothing."""

    def wait(self) -> None:
        """Do nothing."""

    def on(self, kind: str, hear: Callable[..., None]) -> None:
        """Do nothing: nobody will ever tell."""

    def known_as(self, name: str) -> str:
        """Return a name that leads back to nobody."""
        return untraceable(self._key, name)


def untraceable(key: bytes, name: str) -> str:
    """Return 24 digits for a name that lead back to it with the key and its guess alone."""
    return hmac.digest(key, name.encode(), "sha256")[:12].hex()

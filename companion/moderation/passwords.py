"""Passwords: how long they have to be, and argon2 over them, one at a time."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from companion.errors import Refused
from companion.messages import ngettext
from companion.store.writer import Offload

T = TypeVar("T")
SHORTEST, LONGEST = 15, 200
ROUNDS, LANES = 3, 1
MIB = 1_024  # of the KiB that argon2 counts in


class Passwords:
    """Hashes passwords and tries them; each try takes the same time and memory."""

    def __init__(self, mib: int, offload: Offload) -> None:
        """Take so much memory for each, and so long, where it stops nobody."""
        self._argon2 = PasswordHasher(time_cost=ROUNDS, memory_cost=mib * MIB, parallelism=LANES)
        self._offload = offload
        self._nobodys = _of_nobody(mib)

    def hashed(self, password: str) -> str:
        """Return what is kept of a password; raises Refused where it is too short or too long."""
        text = _composed(password)
        if len(text) < SHORTEST:
            raise Refused(
                ngettext(
                    "A password has at least %(num)s character. Choose four or five words that "
                    "have nothing to do with each other: they are easy to keep in mind.",
                    "A password has at least %(num)s characters. Choose four or five words that "
                    "have nothing to do with each other: they are easy to keep in mind.",
                    SHORTEST,
                ),
                field="password",
            )
        if len(text) > LONGEST:
            raise Refused(
                ngettext(
                    "A password has at most %(num)s character. Shorten it.",
                    "A password has at most %(num)s characters. Shorten it.",
                    LONGEST,
                ),
                field="password",
            )
        return self.apart(lambda: self._argon2.hash(text))

    def fits(self, password: str, kept: str) -> bool:
        """Whether this is the password; where none is kept, that takes as long to find out."""
        text = _composed(password[: 4 * LONGEST])
        return self.apart(lambda: self._matches(text, kept)) and bool(kept)

    def renewed(self, password: str, kept: str) -> str:
        """Return what is to be kept of a password that fits: hashed anew where the cost changed."""
        if not self._argon2.check_needs_rehash(kept):
            return kept
        return self.apart(lambda: self._argon2.hash(_composed(password)))

    def apart(self, work: Callable[[], T]) -> T:
        """Return what comes of work that takes a while, done where it stops nobody."""
        found: list[T] = []
        self._offload(lambda: found.append(work()))
        return found[0]

    def _matches(self, text: str, kept: str) -> bool:
        try:
            return self._argon2.verify(kept or self._nobodys, text)
        except (VerificationError, InvalidHashError):
            return False


def _composed(password: str) -> str:
    """Return a password as every keyboard means it."""
    return unicodedata.normalize("NFKC", password)


def _of_nobody(mib: int) -> str:
    """Return what looks like a password's hash, and costs as much to try, but is nobody's."""
    salt, hash = (b64encode(bytes(size)).rstrip(b"=").decode() for size in (16, 32))
    return f"$argon2id$v=19$m={mib * MIB},t={ROUNDS},p={LANES}${salt}${hash}"

"""What many people ask for at once: whoever is first makes it, and it is kept for the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Memo(Generic[T]):
    """Of each of ``most`` names the version that was made last; then the oldest go.

    What somebody alone may see has no place here.
    """

    def __init__(self, most: int) -> None:
        """Begin with nothing."""
        self._most = most
        self._values: dict[Hashable, tuple[Hashable, T]] = {}
        self._making: dict[Hashable, Lock] = {}

    def get(self, name: Hashable, version: Hashable, make: Callable[[], T]) -> T:
        """Return a version of what has a name; whoever comes while it is made waits for it."""
        found = self._values.get(name)
        if found and found[0] == version:
            return found[1]
        lock = self._making.setdefault((name, version), Lock())
        try:
            with lock:
                found = self._values.get(name)
                value = found[1] if found and found[0] == version else make()
                self._keep(name, version, value)
        finally:
            self._making.pop((name, version), None)
        return value

    def _keep(self, name: Hashable, version: Hashable, value: T) -> None:
        self._values.pop(name, None)
        self._values[name] = (version, value)
        while len(self._values) > self._most:
            self._values.pop(next(iter(self._values)), None)

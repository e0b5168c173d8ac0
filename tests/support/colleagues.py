"""Workers that hear of each other at once, in this process."""

from collections import defaultdict
from collections.abc import Callable


class Colleague:
    """One of several workers, who hear what each of them tells."""

    def __init__(self, all_of_them: "list[Colleague]") -> None:
        """Join them."""
        self._all, self._hearing = all_of_them, defaultdict(list)
        all_of_them.append(self)

    def tell(self, kind: str, *what: object) -> None:
        """Have all others hear something."""
        for other in self._all:
            for hear in other._hearing[kind] if other is not self else ():
                hear("a colleague", *what)

    def wait(self) -> None:
        """Do nothing: they have heard it."""

    def on(self, kind: str, hear: Callable[..., None]) -> None:
        """Call ``hear`` with what others tell."""
        self._hearing[kind].append(hear)

    def known_as(self, name: str) -> str:
        """Return the same name for all of them."""
        return f"<{name}>"


def colleagues(count: int) -> list[Colleague]:
    """Return so many."""
    all_of_them: list[Colleague] = []
    return [Colleague(all_of_them) for _ in range(count)]

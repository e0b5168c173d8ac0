"""Time, chance and faults of one simulation: all of it follows from the seed."""

import heapq
from collections.abc import Callable
from itertools import count
from random import Random

FAULTY_SECONDS = 60.0


class Killed(BaseException):
    """The server's process has ended between two of its steps."""


class World:
    """A virtual clock: what is due is done in order, and nobody ever waits.

    For a minute there are faults; after that all that is under way comes to rest.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (it has to be foretold)
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._steps_to_live: int | None = None

    @property
    def is_faulty(self) -> bool:
        return self.now < FAULTY_SECONDS

    def later(self, delay: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.now + delay, next(self._numbers), do))

    def soon(self, least: float, most: float, do: Callable[[], None]) -> None:
        self.later(self.random.uniform(least, most), do)

    def run(self) -> None:
        """Do all there is to do, until nothing is under way."""
        while self._due:
            self.now, _, do = heapq.heappop(self._due)
            do()

    def fault(self, chance: float) -> bool:
        return self.is_faulty and self.random.random() < chance

    def kill_within(self, steps: int) -> None:
        self._steps_to_live = self.random.randrange(steps)

    def step(self) -> None:
        """Stand between two steps of the server: it may be killed here."""
        if self._steps_to_live is None:
            return
        self._steps_to_live -= 1
        if self._steps_to_live < 0:
            self._steps_to_live = None
            raise Killed

    def kill_never(self) -> None:
        self._steps_to_live = None

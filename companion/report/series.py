"""Something counted over time, in equal steps that are few enough to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_STEPS = 60
STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360, 1440, 10_080))


@dataclass(frozen=True)
class Window:
    """The time that is looked at, in steps by the clock on the wall, summer time or not."""

    starts: datetime
    step: timedelta
    steps: int

    def place(self, moment: datetime) -> int:
        """Return the step a moment is in: below 0 before the first, ``steps`` after the last."""
        return min(max(self.steps_to(moment), -1), self.steps)

    def steps_to(self, moment: datetime) -> int:
        """Return how many whole steps there are from the start to a moment."""
        return (moment.astimezone(self.starts.tzinfo) - self.starts) // self.step

    def moments(self) -> Iterator[datetime]:
        """Return when each step begins."""
        return (self.starts + number * self.step for number in range(self.steps))


@dataclass(frozen=True)
class Series:
    """How many there were in each step of a window, and how many before it and after it."""

    window: Window
    values: tuple[int, ...]
    before: int = 0
    after: int = 0

    @property
    def total(self) -> int:
        """Return how many there were at any time."""
        return self.before + sum(self.values) + self.after


def window(first: datetime, last: datetime) -> Window:
    """Return the finest window from before ``first`` to after ``last``, both of one zone."""
    length = max(last - first, STEPS[0])
    step = next((step for step in STEPS if length <= step * (MOST_STEPS - 1)), STEPS[-1])
    starts = _floor(first, step)
    return Window(starts, step, (last - starts) // step + 1)


def _floor(moment: datetime, step: timedelta) -> datetime:
    """Return the last full step of the day, by the clock on the wall."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


def counted(window: Window, counts_at: Iterable[tuple[datetime, int]]) -> Series:
    """Return how many fall into each step, of so many at some moments."""
    counts = [0] * (window.steps + 2)
    for moment, count in counts_at:
        counts[window.place(moment) + 1] += count
    return Series(window, tuple(counts[1:-1]), counts[0], counts[-1])


def highest(window: Window, samples: Iterable[tuple[datetime, int]]) -> Series:
    """Return the highest of the samples that fall into each step."""
    tops = [0] * (window.steps + 2)
    for moment, value in samples:
        place = window.place(moment) + 1
        tops[place] = max(tops[place], value)
    return Series(window, tuple(tops[1:-1]))

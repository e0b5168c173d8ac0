"""Time as the tests tell it: the usual talk is from 12:00 to 13:00 on one day in March."""

from datetime import UTC, datetime, timedelta

STARTS = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
DURING = STARTS + timedelta(minutes=20)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime = DURING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set_to(self, minutes: float) -> None:
        """Be so many minutes after the usual talk's start, or before it."""
        self.now = STARTS + timedelta(minutes=minutes)

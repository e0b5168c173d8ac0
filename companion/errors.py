"""What goes wrong in ways that somebody is told of; anything else is a fault of ours."""

from __future__ import annotations


class Refused(Exception):
    """The person may not, or cannot; the text is safe to show."""

    def __init__(self, message: str, retry_after: int | None = None, *, field: str = "") -> None:
        """Say why and what to do, after how many seconds if waiting helps, and in which field."""
        super().__init__(message)
        self.retry_after, self.field = retry_after, field


class NoBoardError(Exception):
    """There is no such talk on the programme, or it has no board."""


class SignedOutError(Exception):
    """Whoever asks may not do that, or not any more."""


RETRY_SECONDS = 3  # until it may be tried again, where the database is at fault


class UnavailableError(Exception):
    """It is not known to be saved: the database does not answer, is locked, or has no room."""


class InDoubtError(UnavailableError):
    """It may have been saved: the database went away before it could say so."""

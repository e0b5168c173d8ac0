"""What somebody is told who may not, or cannot."""

from __future__ import annotations


class Refused(Exception):
    """The person may not, or cannot; the text is safe to show."""

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        """Say why, and after how many seconds it may be tried again if waiting helps."""
        super().__init__(message)
        self.retry_after = retry_after

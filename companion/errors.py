"""What goes wrong in ways that somebody is told of; anything else is a fault of ours."""

from __future__ import annotations

import errno


class Refused(Exception):
    """The person may not, or cannot; the text is safe to show."""

    def __init__(self, message: str, retry_after: int | None = None, *, field: str = "") -> None:
        """Say why and what to do, after how many seconds if waiting helps, and in which field."""
        super().__init__(message)
        self.message, self.retry_after, self.field = message, retry_after, field


class NoBoardError(Exception):
    """There is no such talk on the programme, or it has no board, or its rehearsal has ended."""


class SignedOutError(Exception):
    """Whoever asks may not do that, or not any more."""


RETRY_SECONDS = 3  # until it may be tried again, where the database is at fault


class UnavailableError(Exception):
    """It is not known to be saved: the database does not answer, is locked, or has no room."""


class InDoubtError(UnavailableError):
    """It may have been saved: the database went away before it could say so."""


FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
BARRED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
NO_PLACE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR})


def what_to_do(error: Exception) -> str:
    """Return what to do about a file that could not be written."""
    number = getattr(error, "errno", None)
    if number in FULL or "full" in str(error):
        return "make room on the disk, and try again"
    if number in BARRED:
        return "run it as the user it belongs to, or choose another place"
    if number in NO_PLACE:
        return "name a file in a folder that is there"
    if "disk I/O" in str(error):
        return "see that its disk is whole and has room"
    return "see what is wrong with: companion doctor"

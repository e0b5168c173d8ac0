"""What goes wrong on a machine, in one line that says what to do about it."""

from __future__ import annotations

from companion.errors import BARRED, FULL, UnavailableError, what_to_do

UNSAVED = (
    "nothing was changed: the database does not answer, is locked by another program, or its disk "
    "is full; see that it can be written, and try again"
)


def explanation(error: Exception) -> str:
    """Return what to say of a failure that is none of the program's, else ""."""
    if isinstance(error, UnavailableError):
        return UNSAVED
    if isinstance(error, OSError):
        return _of_the_system(error)
    if type(error).__module__.startswith("sqlalchemy."):
        return _of_the_database(error)
    return ""


def _of_the_system(error: OSError) -> str:
    if error.errno not in FULL | BARRED:
        return ""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror}; {what_to_do(error)}"


def _of_the_database(error: Exception) -> str:
    from sqlalchemy.exc import DatabaseError, OperationalError

    if type(error) not in (DatabaseError, OperationalError):  # their kin are faults of ours
        return ""
    reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
    return f"the database does not answer: {reason}; see what is wrong with: companion doctor"

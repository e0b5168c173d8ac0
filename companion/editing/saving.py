"""Changes of pages put on disk, each with a version before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.editing import versions
from companion.errors import Refused
from companion.messages import gettext
from companion.talks.files import slugs, talk_files
from companion.writing import files

NOT_THERE = gettext(
    "The folder of talks is not there. Nothing is changed; tell whoever runs this server."
)


@dataclass(frozen=True)
class PageChange:
    """A file below the folder of talks; ``before`` is None where there is none yet."""

    name: str
    before: bytes | None
    after: bytes


def save(folder: Path, changes: Sequence[PageChange], who: str, what: str) -> str:
    """Put changes on disk, if the files are as they were; returns what has to be said, mostly "".

    Raises Refused, having changed nothing, or only what it names.
    """
    refuse_without(folder)
    for change in changes:
        files.refuse_outside(folder / change.name, folder)
    known = {change.name: change.before for change in changes if change.before is not None}
    versions.keep_unknown(folder, known)
    done: dict[str, bytes] = {}
    try:
        for change in changes:
            files.replace(folder / change.name, change.before, change.after, versions.ADVICE)
            done[change.name] = change.after
    except Refused as reason:
        if not done:
            raise
        versions.keep(folder, done, who, what)
        raise Refused(
            gettext(
                "%(reason)s. Saved before that: %(names)s. Look at them.",
                reason=reason.message,
                names=", ".join(done),
            )
        ) from None
    return versions.keep(folder, done, who, what)


def slugs_of(folder: Path) -> dict[str, str]:
    """Return the page files of the folder as they are now, with their slugs; raises Refused."""
    refuse_without(folder)
    try:
        return slugs(talk_files(folder))
    except OSError as error:
        raise Refused(
            gettext(
                "The folder of talks cannot be read: %(reason)s. Tell whoever runs this server.",
                reason=error.strerror,
            )
        ) from None


def read(folder: Path, name: str) -> bytes | None:
    """Return what a file of the folder holds, None where there is none; raises Refused."""
    refuse_without(folder)
    files.refuse_outside(folder / name, folder)
    return files.read(folder / name)


def refuse_without(folder: Path) -> None:
    """Refuse to begin a folder of talks where one has gone; raises Refused."""
    if not folder.is_dir():
        raise Refused(NOT_THERE)

"""A file replaced as a whole or not at all, and only while it is what it was."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from companion.errors import Refused
from companion.messages import gettext

TURNS, TURN_SECONDS = 40, 0.05
ADVICE = gettext("see that it can be, and try again")


def read(path: Path) -> bytes | None:
    """Return a file's bytes, None when there is no such file; raises Refused."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(
            gettext(
                "%(file)s cannot be read: %(why)s; check its permissions",
                file=path,
                why=error.strerror,
            )
        ) from None


def refuse_outside(path: Path, folder: Path) -> None:
    """Refuse a file that a link takes out of the folder that it is named in; raises Refused."""
    try:
        is_inside = path.resolve(strict=False).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link that leads round and round
        is_inside = False
    if not is_inside:
        raise Refused(
            gettext(
                "%(file)s is a link out of its folder, and nothing is written there; "
                "put the file itself in its place, or take the change as a patch from the other "
                "one",
                file=path,
            )
        )


def replace(
    path: Path, expected: bytes | None, new: bytes, advice: str = ADVICE, *, lasts: bool = True
) -> None:
    """Make a file's bytes the new ones, if they are still the expected ones; raises Refused.

    ``advice`` says what to do where nothing can be written.
    Through a link, the file that it leads to is replaced and the link stays. Whatever fails or is
    killed, the file is as it was or as it is to be. Unless it ``lasts``, a power cut may take it
    until the disk has been waited for by ``make_last``.
    """
    try:
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.parent), _temporary(path) as temporary:
            _write(temporary, new, like=path, lasts=lasts)
            if read(path) != expected:
                raise Refused(
                    gettext("%(file)s has changed meanwhile; look at it and try again", file=path)
                )
            temporary.rename(path)
            if lasts:
                _sync(path.parent)
    except OSError as error:
        raise _not_written(path, error, advice) from None


def put_away(path: Path, content: bytes, advice: str = ADVICE) -> None:
    """Write a file that nobody else may read, in a folder of such files; raises Refused."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        with _temporary(path) as temporary:
            temporary.touch(0o600, exist_ok=False)
            temporary.write_bytes(content)
            temporary.rename(path)
    except OSError as error:
        raise _not_written(path, error, advice) from None


def make_last(path: Path, advice: str = ADVICE) -> None:
    """Wait until the disk has a file, and what stands beside it in its folder; raises Refused."""
    try:
        _sync(path)
        _sync(path.parent)
    except OSError as error:
        raise _not_written(path, error, advice) from None


def _not_written(path: Path, error: OSError, advice: str) -> Refused:
    return Refused(
        gettext(
            "%(file)s cannot be written: %(why)s; %(advice)s",
            file=path,
            why=error.strerror,
            advice=advice,
        )
    )


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep others who write out of a folder; the folder itself is locked, so nothing is left."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _take_turn(handle, folder)
        yield
    finally:
        os.close(handle)


def _take_turn(handle: int, folder: Path) -> None:
    for turn in range(TURNS):
        time.sleep(TURN_SECONDS if turn else 0)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
    raise Refused(
        gettext("somebody else is writing in %(folder)s right now; try again", folder=folder)
    )


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """Return a name beside a file, which neither the programme nor Jekyll takes for a page."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _write(temporary: Path, content: bytes, like: Path, *, lasts: bool) -> None:
    """Write a new file to disk, with the permissions and owner of another if there is that one."""
    with temporary.open("xb") as file:
        with contextlib.suppress(FileNotFoundError):
            known = like.stat()
            with contextlib.suppress(PermissionError):
                os.fchown(file.fileno(), known.st_uid, known.st_gid)
            os.fchmod(file.fileno(), known.st_mode & 0o7777)
        file.write(content)
        file.flush()
        if lasts:
            os.fsync(file.fileno())


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

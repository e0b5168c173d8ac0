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

TURNS, TURN_SECONDS = 40, 0.05


def read(path: Path) -> bytes | None:
    """Return a file's bytes, None when there is no such file; raises Refused."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}; check its permissions") from None


def refuse_outside(path: Path, folder: Path) -> None:
    """Refuse a file that a link takes out of the folder that it is named in; raises Refused."""
    try:
        is_inside = path.resolve(strict=False).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link that leads round and round
        is_inside = False
    if not is_inside:
        raise Refused(
            f"{path} is a link out of its folder, and nothing is written there; "
            "put the file itself in its place, or take the change as a patch from the other one"
        )


def replace(path: Path, expected: bytes | None, new: bytes) -> None:
    """Make a file's bytes the new ones, if they are still the expected ones; raises Refused.

    Through a link, the file that it leads to is replaced and the link stays. Whatever fails or is
    killed, the file is as it was or as it is to be.
    """
    try:
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.parent), _temporary(path) as temporary:
            _write(temporary, new, like=path)
            if read(path) != expected:
                raise Refused(f"{path} has changed meanwhile; look at it and publish again")
            temporary.rename(path)
            _sync(path.parent)
    except OSError as error:
        why = f"{path} cannot be written: {error.strerror}"
        raise Refused(f"{why}; take the change as a patch instead") from None


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other publishers out of a folder; the folder itself is locked, so nothing is left."""
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
    raise Refused(f"somebody else is publishing in {folder} right now; try again")


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """Return a name beside a file, which neither the programme nor Jekyll takes for a page."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _write(temporary: Path, content: bytes, like: Path) -> None:
    """Write a new file to disk, with the permissions and owner of another if there is that one."""
    with temporary.open("xb") as file:
        with contextlib.suppress(FileNotFoundError):
            known = like.stat()
            with contextlib.suppress(PermissionError):
                os.fchown(file.fileno(), known.st_uid, known.st_gid)
            os.fchmod(file.fileno(), known.st_mode & 0o7777)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

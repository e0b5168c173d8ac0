"""Where `-o` puts what a command has made: a file, a pipe, a device or standard output."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path
from typing import BinaryIO

from companion.cli.options import refuse
from companion.errors import what_to_do

STANDARD_OUTPUT = "-"


def put(output: str, write: Callable[[BinaryIO], object]) -> None:
    """Put what is written where it is wanted, a file whole or not at all; exits when it cannot."""
    target = None if output == STANDARD_OUTPUT else Path(output)
    if target and (target.is_file() or not target.exists()):
        with _replaced(target.resolve()) as out:
            write(out)
        return
    if target and target.is_dir():
        refuse(f"{target} is a folder; name a file in it")
    with tempfile.TemporaryFile() as made:
        write(made)
        made.seek(0)
        _pass_on(made, target)


def _pass_on(made: BinaryIO, target: Path | None) -> None:
    """Write what has been made to a device or a pipe."""
    try:
        with target.open("wb") if target else _standard_output() as out:
            shutil.copyfileobj(made, out)
    except BrokenPipeError:
        raise  # whoever reads has read enough
    except OSError as error:
        refuse(
            f"cannot write {target or 'to standard output'}: {error.strerror}; {what_to_do(error)}"
        )


@contextmanager
def _standard_output() -> Iterator[BufferedWriter]:
    """Write all or raise OSError, whether or not Python has been told not to buffer."""
    out = BufferedWriter(getattr(sys.stdout.buffer, "raw", sys.stdout.buffer))
    yield out
    out.detach()


@contextmanager
def _replaced(target: Path) -> Iterator[BinaryIO]:
    """Write a file that is there once it is whole; exits, the old one untouched, when it cannot."""
    written = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with written.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        written.replace(target)
    except OSError as error:
        refuse(f"cannot write {target}: {error.strerror}; {what_to_do(error)}")
    finally:
        written.unlink(missing_ok=True)

"""A disk that a test can cut the power of, by what `disk.c` notes of a database's files."""

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NOTE = struct.Struct("dqqqq")
SOURCE = Path(__file__).with_name("disk.c")
COMPILER = shutil.which("cc") or ""
NO_COMPILER = "there is no C compiler"
ENDS = {"d": "", "w": "-wal"}


def compile_disk(folder: Path) -> Path:
    """Return what is to be preloaded, compiled."""
    library = folder / "disk.so"
    command = [COMPILER, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl", "-pthread"]
    subprocess.run(command, check=True)
    return library


@dataclass
class Note:
    """One thing that was done to a file: W(rite), T(runcate), S(ync) or U(nlink)."""

    at: float
    what: str
    file: str
    offset: int
    data: bytes


class Disk:
    """What a database's files would hold, had the power gone at some moment."""

    def __init__(self, database: Path, library: Path, *, sync_ms: int = 0) -> None:
        """Look at a database from now on; ``env`` is for the process that opens it."""
        self.database, self.notes = database, database.with_name("disk-notes")
        self.env = {
            "LD_PRELOAD": str(library),
            "DISK_FILE": str(database),
            "DISK_NOTES": str(self.notes),
            "DISK_SYNC_MS": str(sync_ms),
        }
        self._before: dict[str, bytes] = {}
        self.begin()

    def begin(self) -> None:
        """Take what stands in the files now as being on disk; nobody may have them open."""
        self.notes.unlink(missing_ok=True)
        paths = {file: self._path(file) for file in ENDS}
        self._before = {file: path.read_bytes() for file, path in paths.items() if path.exists()}

    def cut(self, at: float, chance: random.Random | None = None, *, syncs: bool = True) -> None:
        """Leave in the files what was on disk at a moment.

        What was written and not synced is gone, or by chance there, each write for itself.
        Without ``syncs`` none is believed, which shows what a program that syncs nothing loses.
        """
        held = {file: bytearray(data) for file, data in self._before.items()}
        waiting: dict[str, list[Note]] = {file: [] for file in ENDS}
        for note in (each for each in self._noted() if each.at <= at):
            if note.what == "U":
                held.pop(note.file, None)
                waiting[note.file] = []
            elif note.what != "S":
                waiting[note.file].append(note)
            elif syncs:
                _put(held, waiting[note.file])
                waiting[note.file] = []
        if chance:
            for writes in waiting.values():
                _put(held, [note for note in writes if chance.random() < 0.5])
        self._leave(held)

    def _leave(self, held: dict[str, bytearray]) -> None:
        self._path("s").unlink(missing_ok=True)
        for file in ENDS:
            self._path(file).unlink(missing_ok=True)
            if file in held:
                self._path(file).write_bytes(held[file])
                self._path(file).chmod(0o600)

    def _path(self, file: str) -> Path:
        return Path(f"{self.database}{ENDS.get(file, '-shm')}")

    def _noted(self) -> Iterator[Note]:
        with self.notes.open("rb") as notes:
            while len(head := notes.read(NOTE.size)) == NOTE.size:
                at, what, file, offset, length = NOTE.unpack(head)
                yield Note(at, chr(what), chr(file), offset, notes.read(length))


def _put(held: dict[str, bytearray], writes: list[Note]) -> None:
    """Do to a file what was noted."""
    for note in writes:
        content = held.setdefault(note.file, bytearray())
        end = note.offset + len(note.data)
        if note.what == "T":
            del content[note.offset :]
            end = note.offset
        content.extend(bytes(max(0, end - len(content))))
        content[note.offset : note.offset + len(note.data)] = note.data

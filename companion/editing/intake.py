"""What would become of each file that was sent, and those that were chosen brought in."""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePosixPath

from companion.editing import saving, text, versions
from companion.editing.archive import SentFile, unpacked
from companion.editing.saving import PageChange
from companion.errors import Refused
from companion.messages import gettext
from companion.talks import Problem, Programme
from companion.talks.files import ENDINGS, slugs, talk_files
from companion.writing import diff, files
from companion.writing.diff import Changes

TOKEN = re.compile(r"[0-9a-f]{32}")
MOST_SHOWN = 5 * diff.MOST_SHOWN  # of all changes in one look
WAITING, WAITING_SECONDS = 8, 3600.0
NO_DAY = gettext("It has no day, so it is no talk.")
GONE = gettext("What you sent is not here any more. Send it again.")
MOVED_ON = gettext("The pages have changed since you looked. Look again, then take them over.")


class State(StrEnum):
    """What a file would be in the folder."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class IncomingFile:
    """One file with what would become of it; ``said`` is what is wrong or doubtful with it."""

    name: str
    state: State
    before: bytes | None = None
    after: bytes = b""
    said: tuple[str, ...] = ()

    @property
    def is_page(self) -> bool:
        """Whether it is text that can be compared."""
        return self.name.lower().endswith(ENDINGS)

    def changes(self, room: int) -> Changes:
        """Return what changes in a page, as far as there is room to show it."""
        return diff.changes(text.opened(self.before or b""), text.opened(self.after), room)


@dataclass(frozen=True)
class Intake:
    """All files that were sent, and what tells this look at them from every other."""

    files: tuple[IncomingFile, ...]

    @property
    def look_hash(self) -> str:
        """Return what changes when any of them would become something else."""
        parts = (f"{f.name} {f.state} {text.file_hash(f.before)}" for f in self.files)
        after = b"".join(sha256(f.after).digest() for f in self.files)
        return sha256("\n".join(parts).encode(errors="replace") + after).hexdigest()

    @cached_property
    def changes(self) -> dict[str, Changes]:
        """Return what changes in each page that would be replaced, of all no more than is read."""
        found: dict[str, Changes] = {}
        room = MOST_SHOWN
        for file in self.files:
            if file.state is State.CHANGED and file.is_page:
                time.sleep(0)  # others want to be served
                found[file.name] = file.changes(min(room, diff.MOST_SHOWN))
                room -= found[file.name].letters
        return found

    @property
    def counts(self) -> Counter[State]:
        """Return how many there are of each state."""
        return Counter(file.state for file in self.files)


def put_aside(folder: Path, data: bytes) -> str:
    """Keep what was sent until it is taken over, for an hour at most; returns how it is found.

    Only the server may read it. Raises Refused.
    """
    versions.hide(folder)
    token = secrets.token_hex(16)
    files.put_away(_uploads(folder) / token, data, versions.ADVICE)
    sweep(folder)
    return token


def sweep(folder: Path) -> None:
    """Let go what nobody has taken over within the hour, and the oldest of what is too much."""
    with suppress(OSError):  # another worker may have swept it
        ages = sorted((path.stat().st_mtime, path) for path in _uploads(folder).glob("*"))
        too_many = ages[: max(len(ages) - WAITING, 0)]
        for at, path in ages:
            if (at, path) in too_many or time.time() - at > WAITING_SECONDS:
                path.unlink(missing_ok=True)


def taken_up(folder: Path, token: str) -> bytes:
    """Return what was put aside; raises Refused when it is gone."""
    path = _place(folder, token)
    found = files.read(path) if path else None
    if found is None:
        raise Refused(GONE)
    return found


def throw_away(folder: Path, token: str) -> None:
    """Forget what was put aside."""
    path = _place(folder, token)
    if path:
        with suppress(OSError):
            path.unlink()


def look(programme: Programme, name: str, data: bytes) -> Intake:
    """Return what would become of each file that was sent; raises Refused."""
    folder = programme.folder
    saving.refuse_without(folder)
    sent = unpacked(name, data)
    return Intake(tuple(_incoming(programme, folder, sent)))


def bring_in(folder: Path, intake: Intake, chosen: Collection[str], who: str) -> str:
    """Put the chosen files into the folder; returns what came of it. Raises Refused."""
    wanted = (State.NEW, State.CHANGED)
    taken = [f for f in intake.files if f.name in chosen and f.state in wanted]
    if not taken:
        raise Refused(gettext("Tick at least one file."))
    changes = [PageChange(file.name, file.before, file.after) for file in taken]
    named = ", ".join(change.name for change in changes[:3]) + (", …" if len(changes) > 3 else "")
    said = saving.save(folder, changes, who, versions.BRING_IN.about(name=named))
    new = sum(file.state is State.NEW for file in taken)
    changed = len(taken) - new
    if said:
        return gettext(
            "New: %(new)s, changed: %(changed)s. %(said)s", new=new, changed=changed, said=said
        )
    return gettext("New: %(new)s, changed: %(changed)s.", new=new, changed=changed)


def _incoming(
    programme: Programme, folder: Path, sent: Sequence[SentFile]
) -> Iterator[IncomingFile]:
    coming = {file.name for file in sent if not file.refusal and _is_page(file.name)}
    there = talk_files(folder)
    given = slugs([*there, *sorted(coming - there.keys())])
    owners = Counter(given.values())
    for file in sent:
        time.sleep(0)  # reading many takes a while, and others want to be served
        refusal = file.refusal
        if not refusal and _is_page(file.name) and owners[given[file.name]] > 1:
            slug = given[file.name]
            refusal = gettext("the address %(slug)s belongs to another page", slug=slug)
        yield (
            IncomingFile(file.name, State.REFUSED, said=(refusal,))
            if refusal
            else _compared(programme, folder, file)
        )


def _compared(programme: Programme, folder: Path, file: SentFile) -> IncomingFile:
    try:
        before = saving.read(folder, file.name)
    except Refused as reason:
        return IncomingFile(file.name, State.REFUSED, said=(reason.message,))
    problems = _problems(programme, file) if _is_page(file.name) else []
    if any(fatal for _, fatal in problems):
        broken = tuple(said for said, fatal in problems if fatal)
        return IncomingFile(file.name, State.REFUSED, said=broken)
    state = State.NEW if before is None else State.CHANGED
    state = State.SAME if before == file.content else state
    said = tuple(said for said, _ in problems)
    return IncomingFile(file.name, state, before, file.content, said)


def _problems(programme: Programme, file: SentFile) -> list[tuple[str, bool]]:
    """Return what is wrong with a page, by line, and whether it keeps the page from being one."""
    found = programme.as_it_would_be(file.name, file.content, has_body=False)
    said = [(_line(each), each.fatal) for each in found.problems]
    return said if found.is_talk else [*said, (NO_DAY, False)]


def _line(problem: Problem) -> str:
    return gettext("Line %(line)s: %(message)s", line=problem.line, message=problem.message)


def _is_page(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in ENDINGS


def _place(folder: Path, token: str) -> Path | None:
    return _uploads(folder) / token if TOKEN.fullmatch(token) else None


def _uploads(folder: Path) -> Path:
    return folder / versions.HOME / "uploads"

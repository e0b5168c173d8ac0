"""A folder of talk pages, kept up to date as its files change.

A page is listed as soon as its frontmatter has been read. Bodies are rendered behind that, those of
the nearest talks first, or when a talk is asked for.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from urllib.parse import unquote

from companion.messages import gettext
from companion.talks.catalogue import Catalogue
from companion.talks.files import Signature, asked_for, other_names, slugs, talk_files
from companion.talks.kept import KeptPages, PageToKeep, made_by
from companion.talks.markdown.job import Rendered, RenderFailed, RenderJob
from companion.talks.markdown.supervisor import CPU_SECONDS, render_all
from companion.talks.page import PageOptions, TalkPage
from companion.talks.problem import Problem
from companion.talks.reading import LoadedFile, finished, may_be_kept, read_content, read_file
from companion.talks.rehearsal import NoRehearsals, Rehearsals, is_rehearsal
from companion.talks.source_file import InvalidTalk, digest_of

PATIENCE_SECONDS = 2.0  # for the bodies that wait, before others are looked for again
QUICK_SECONDS = 0.2  # of CPU: what nearly every page needs a tenth of
FIRST_BATCH, LARGEST_BATCH = 64, 256  # a process renders each, and takes a while to start
FILES_IN_A_TURN = 8
HURRIES = 3  # for one who asks while the talk's file is being written again and again
Render = Callable[[Sequence[RenderJob], float], list[Rendered | RenderFailed]]
Answered = dict[str, tuple[LoadedFile, LoadedFile]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProgrammeState:
    """What readers see, replaced as a whole; ``bare`` are the files of talks without a body yet."""

    talks: dict[str, TalkPage] = field(default_factory=dict)
    bare: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    files: dict[str, LoadedFile] = field(default_factory=dict)
    claims: tuple[Problem, ...] = ()

    @cached_property
    def other_names(self) -> dict[str, str]:
        """Return the talks by what else they may be asked for by, where that means one alone."""
        claims: dict[str, set[str]] = {}
        for name, file in self.files.items():
            page = file.page
            if page and page.published and self.talks[page.slug].path == page.path:
                for known in other_names(name, page.slug):
                    claims.setdefault(known, set()).add(page.slug)
        return {known: min(found) for known, found in claims.items() if len(found) == 1}

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the files and between them, by file and line."""
        found = [problem for file in self.files.values() for problem in file.problems]
        return tuple(sorted([*found, *self.claims]))


def check(folder: Path, options: PageOptions) -> list[Problem]:
    """Return everything wrong or doubtful in a folder of talks, by file and line."""
    programme = Programme(folder, options)
    programme.refresh()
    return programme.problems()


class Programme:
    """The talks of a folder; ``refresh`` brings it up to date, everything else only looks."""

    def __init__(
        self,
        folder: Path,
        options: PageOptions,
        *,
        render: Render = render_all,
        kept: KeptPages | None = None,
    ) -> None:
        """Remember where the talks are; nothing is read yet."""
        self.rehearsals: Rehearsals = NoRehearsals()
        self._kept = kept or KeptPages(folder, options)
        self._to_keep: dict[str, PageToKeep] = {}
        self._changed: set[str] = set()  # of these files what is kept holds no longer
        self._is_behind = False  # what is kept
        self.folder = folder
        self.options = options
        self._render = render
        self._seen: dict[str, Signature | None] = {}
        self._slugs: dict[str, str] = {}
        self._state = ProgrammeState()
        self._trouble: tuple[Problem, ...] = ()
        self._sorted: tuple[dict[str, TalkPage], Catalogue] = ({}, Catalogue(()))
        self._version: tuple[object, str] = (None, "")
        self._refreshing = threading.Lock()
        self._hurrying = threading.Lock()
        self._changing = threading.Lock()  # held for no longer than it takes to put things in place

    def refresh(self, patience: float = math.inf) -> set[str]:
        """Read what has changed; return the slugs added, changed or removed.

        While nothing changes, this lists the folder and is done. Readers never wait for it. Bodies
        are rendered in batches, and one by one what takes long; once ``patience`` seconds are over,
        the rest waits for the next time. The first batch after a change does not wait.
        """
        with self._refreshing:
            try:
                seen = talk_files(self.folder)
            except OSError as error:
                if not self._trouble:
                    _log.warning("%s cannot be read: %s", self.folder, error.strerror)
                self._seen, self._trouble = {}, (_missing(self.folder, error),)
                return set()
            is_new = not seen or seen != self._seen or None in seen.values()
            if not (is_new or self._to_keep or self._is_behind or self.is_waiting):
                return set()
            before, known = self._published(), self._state
            if is_new:
                self._read(seen)
            unread = {slug for slug, name in known.bare.items() if self._waits_still(known, name)}
            self._give_bodies(time.monotonic() + patience, is_new=is_new)
            self._keep()
            self.catalogue()  # now, so that nobody who comes has to wait for it
            after = self._published()
            return _different(before, after) - (unread & after.keys())

    @property
    def trouble(self) -> str:
        """Return why no page of a talk is read at the moment, or ""."""
        return gettext("%(folder)s cannot be read", folder=self.folder) if self._trouble else ""

    @property
    def is_waiting(self) -> bool:
        """Whether there are bodies still to come."""
        return any(file.waits for file in self._state.files.values())

    def pages(self) -> list[TalkPage]:
        """Return the published talks, by start; the bodies of some may still be to come."""
        return list(self.catalogue().pages)

    def catalogue(self) -> Catalogue:
        """Return the published talks, sorted; the same one until any of them changes."""
        talks = self._state.talks
        known, catalogue = self._sorted
        if known is not talks:
            catalogue = Catalogue((page for page in talks.values() if page.published), catalogue)
            self._sorted = talks, catalogue
        return catalogue

    def pages_with_links(self) -> list[TalkPage]:
        """Return whatever has role links and a code of its own: the talks, then the rehearsals."""
        return [*self.pages(), *self.rehearsals.pages()]

    def all_pages(self) -> list[TalkPage]:
        """Return every talk that could be read, those kept private too, by file."""
        return [file.page for file in self._state.files.values() if file.page]

    @property
    def version(self) -> str:
        """Return what tells this programme from any other that the folder has held.

        It goes by the files as they were last seen, so that all workers have the same, by what was
        read of those that may change yet without looking different, and by how they were read: with
        which options, by which version of the program, and on which side of their `publishDate`.
        """
        state, known = self._state, self._version
        if known[0] is not state:
            files = [(name, known or state.files.get(name)) for name, known in self._seen.items()]
            waiting = sorted(name for name, file in state.files.items() if file.waits)
            shown = sorted(slug for slug, page in state.talks.items() if page.published)
            how = (self.options, made_by(), shown)
            seen = repr((sorted(files, key=itemgetter(0)), waiting, how))
            known = self._version = (state, sha256(seen.encode()).hexdigest())
        return known[1]

    def find(self, slug: str) -> TalkPage | None:
        """Return a published talk with its body, which is rendered now if it still waits.

        A rehearsal is found by its slug as well, and is on no list.
        """
        for _ in range(HURRIES):
            if slug not in self._state.bare or not self.listed(slug):
                break
            self._hurry(slug)
        return self.listed(slug)

    def with_bodies(self, pages: Sequence[TalkPage]) -> list[TalkPage]:
        """Return some listed talks with their bodies, those that still wait rendered now, together.

        One whose body takes long is as it was given: it has its turn after all others.
        """
        if any(page.slug in self._state.bare for page in pages):
            with self._hurrying:
                bare = self._state.bare
                self._finish(
                    [bare[page.slug] for page in pages if page.slug in bare], QUICK_SECONDS
                )
        return [self.listed(page.slug) or page for page in pages]

    def listed(self, slug: str) -> TalkPage | None:
        """Return a published talk as it is listed, for those to whom its body is nothing."""
        if is_rehearsal(slug):
            return self.rehearsals.find(slug)
        page = self._state.talks.get(slug)
        return page if page and page.published else None

    def redirect(self, path: str) -> str | None:
        """Return the slug of the talk that an old path belongs to."""
        return self._state.redirects.get(_canonical(path))

    def meant(self, path: str) -> str | None:
        """Return the slug of the talk that an address means in all but its writing."""
        state = self._state
        known = (state.other_names.get(name, name) for name in asked_for(path))
        return next((slug for slug in known if self.listed(slug)), None)

    def as_it_would_be(self, name: str, content: bytes, *, has_body: bool = True) -> LoadedFile:
        """Return what a file would be with other contents; nothing of it is kept or shown.

        Without a body, only its frontmatter is looked at, which is soon done.
        """
        slug = slugs(sorted({*self._seen, name}, key=_depth))[name]
        file = read_content(self.folder, name, slug, self.options, content)
        if not has_body or file.waits is None:
            return file
        [answer] = self._render([file.waits.job], CPU_SECONDS)
        return finished(file, answer, can_wait=False)

    def files(self) -> dict[str, LoadedFile]:
        """Return every file as it was last read, by its name below the folder."""
        return dict(self._state.files)

    def others(self) -> list[Path]:
        """Return the pages that are no talks."""
        return [self.folder / name for name, file in self._state.files.items() if not file.is_talk]

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files, by file and line."""
        return list(self._trouble or self._state.problems)

    def _read(self, seen: dict[str, Signature | None]) -> None:
        """Bring every file up to date, reading only those that look different now."""
        given, known = slugs(seen), self._state.files
        moved = {name for name, slug in given.items() if self._slugs.get(name, slug) != slug}
        read: dict[str, LoadedFile | None] = {}
        changed: set[str] = set()
        kept = {} if known else self._kept.load()
        for at, (name, signature) in enumerate(seen.items()):
            is_same = signature is not None and signature == self._seen.get(name)
            if is_same and name in known and name not in moved:
                continue
            _give_way(at)
            if as_kept := self._as_kept(kept.get(name), name, given[name]):
                read[name] = as_kept
                continue
            changed.add(name)
            read[name] = read_file(self.folder, name, given[name], self.options, known.get(name))
        self._slugs, self._seen, self._trouble = given, seen, ()
        with self._changing:
            files = self._state.files | read
            there = {name: file for name in seen if (file := files.get(name))}
            self._state = _arranged(self.folder, there)
            self._changed |= changed
            self._is_behind = True
            self._to_keep = {
                name: page
                for name, page in self._to_keep.items()
                if name in there and name not in changed
            }

    def _as_kept(self, kept: tuple[str, str] | None, name: str, slug: str) -> LoadedFile | None:
        """Return a file as it was before this start, if it is the same still."""
        if kept is None:
            return None
        try:
            digest = digest_of(self.folder / name)
        except (OSError, InvalidTalk):
            return None
        return self._kept.file_from(kept, name, slug, digest)

    def _keep(self) -> None:
        """Keep for the next start what has been rendered, and nothing of what is there no longer.

        What cannot be done now is done the next time.
        """
        if not (self._to_keep or self._is_behind):
            return
        with self._changing:
            found, self._to_keep = self._to_keep, {}
            changed, self._changed = self._changed, set()
        self._is_behind = not self._kept.keep(found, self._state.files, changed)
        if self._is_behind:
            with self._changing:
                self._to_keep = found | self._to_keep
                self._changed |= changed

    def _give_bodies(self, until: float, *, is_new: bool) -> None:
        """Render what waits, until the time is over; what takes long comes last, alone."""
        size = FIRST_BATCH if until < math.inf else None
        while (names := self._waiting()) and (is_new or time.monotonic() < until):
            self._finish(names[:size], QUICK_SECONDS)
            size, is_new = size and min(2 * size, LARGEST_BATCH), False
        while (names := self._slow()) and time.monotonic() < until:
            self._finish(names[:1], CPU_SECONDS)

    def _waiting(self) -> list[str]:
        """Return the files whose bodies wait: what was up before, then what is near in time."""
        now = datetime.now(UTC)
        far = {
            name: (file.is_bare, abs(file.waits.page.starts - now))
            for name, file in self._state.files.items()
            if file.waits and not file.is_slow
        }
        return sorted(far, key=far.__getitem__)

    def _slow(self) -> list[str]:
        return [name for name, file in self._state.files.items() if file.is_slow]

    def _hurry(self, slug: str) -> None:
        """Render a talk's body now, with all the time that a page may have."""
        with self._hurrying:  # of many who come for one talk the first has it rendered
            name = self._state.bare.get(slug)
            if name:
                self._finish([name], CPU_SECONDS)

    def _finish(self, names: Iterable[str], seconds: float) -> None:
        """Render the bodies of files that wait, and show what has not been read anew meanwhile."""
        now = self._state.files
        files = {name: file for name in names if (file := now.get(name)) and file.waits}
        jobs = [file.waits.job for file in files.values() if file.waits]
        answers = self._render(jobs, seconds)
        can_wait = seconds < CPU_SECONDS
        done: Answered = {}
        for at, ((name, file), answer) in enumerate(zip(files.items(), answers, strict=True)):
            _give_way(at)
            done[name] = file, finished(file, answer, can_wait=can_wait)
        self._put(done)

    def _put(self, done: Answered) -> None:
        with self._changing:
            now = self._state.files
            done = {name: pair for name, pair in done.items() if now.get(name) is pair[0]}
            if all(old.is_bare and new.page for old, new in done.values()):
                self._state = _with_bodies(self._state, done)
            else:
                files = now | {name: new for name, (_, new) in done.items()}
                self._state = _arranged(self.folder, files)
            self._to_keep |= _to_keep(done)

    def _waits_still(self, before: ProgrammeState, name: str) -> bool:
        """Whether a body that nobody has seen is the one that was to come before."""
        file = self._state.files.get(name)
        return file is not None and file.waits is before.files[name].waits

    def _published(self) -> dict[str, TalkPage]:
        return {slug: page for slug, page in self._state.talks.items() if page.published}


def _give_way(at: int) -> None:
    """Let whoever serves people meanwhile go on, every few milliseconds."""
    if at % FILES_IN_A_TURN == 0:
        time.sleep(0)


def _different(before: dict[str, TalkPage], after: dict[str, TalkPage]) -> set[str]:
    """Return the slugs of what was added, changed or removed."""
    kept = {slug for slug, page in after.items() if before.get(slug) is page}
    return {
        slug
        for slug in (before.keys() | after.keys()) - kept
        if before.get(slug) != after.get(slug)
    }


def _to_keep(done: Answered) -> dict[str, PageToKeep]:
    return {
        name: PageToKeep(new, old.waits.source.digest, new.page.slug)
        for name, (old, new) in done.items()
        if old.waits and new.page and may_be_kept(old.waits.source, new)
    }


def _depth(name: str) -> tuple[int, str]:
    """Return what sorts files as a folder is read: those that lie in it come first."""
    return name.count("/"), name


def _missing(folder: Path, error: OSError) -> Problem:
    return Problem(folder, 0, f"the folder of talks cannot be read: {error.strerror}", fatal=True)


def _with_bodies(state: ProgrammeState, done: Answered) -> ProgrammeState:
    """Put bodies into pages that had none; nothing else about them can have changed."""
    talks, bare = dict(state.talks), dict(state.bare)
    for name, (old, new) in done.items():
        if new.page and talks[new.page.slug] is old.page:
            talks[new.page.slug] = new.page
            if bare.get(new.page.slug) == name:
                del bare[new.page.slug]
    files = state.files | {name: new for name, (_, new) in done.items()}
    return replace(state, talks=talks, bare=bare, files=files)


def _arranged(folder: Path, files: dict[str, LoadedFile]) -> ProgrammeState:
    """Give every slug and every old path to the first file, by name, that claims it."""
    talks: dict[str, TalkPage] = {}
    redirects: dict[str, str] = {}
    bare: dict[str, str] = {}
    problems: list[Problem] = []
    for name, file in files.items():
        page = file.page
        if page is None:
            continue
        first = talks.setdefault(page.slug, page)
        if first is page and file.is_bare:
            bare[page.slug] = name
        if first is not page:
            problems.append(_claimed(folder / name, f"the address {page.slug!r}", first.path))
        elif page.published:
            for old in page.redirects:
                owner = talks[redirects.setdefault(_canonical(old), page.slug)]
                if owner is not page:
                    problems.append(_claimed_twice(page.path, file.redirect_line, old, owner.path))
    return ProgrammeState(talks, bare, redirects, files, tuple(problems))


def _canonical(path: str) -> str:
    """Write an old path as it is looked up: decoded, and the same with or without its last "/"."""
    return unquote(path).rstrip("/") or "/"


def _claimed(path: Path, what: str, owner: Path) -> Problem:
    message = f"{what} belongs to {owner.name} already, so {path.name} goes without; change one"
    return Problem(path, 1, message, fatal=True)


def _claimed_twice(path: Path, line: int, old: str, owner: Path) -> Problem:
    message = (
        f"the old path {old} is claimed by {owner.name} and {path.name}; it leads to the first"
    )
    return Problem(path, line, message, fatal=False)

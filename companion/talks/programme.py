"""A folder of talk pages, kept up to date as its files change."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from companion.talks.advice import advice
from companion.talks.batch import render_all
from companion.talks.draft import Draft, is_withheld, read_draft
from companion.talks.jobs import Failed, Rendered
from companion.talks.page import PageOptions, TalkPage
from companion.talks.problem import Problem
from companion.talks.source import Broken, Source, read_source

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
Signature = tuple[int, int, int] | None
GONE: Signature = (0, 0, 0)
SETTLING_NS = 50_000_000


@dataclass(frozen=True)
class Entry:
    """One file: what it looked like when read, its last good page, and its problems."""

    signature: Signature
    page: TalkPage | None
    problems: tuple[Problem, ...]
    redirect_line: int


@dataclass(frozen=True)
class Shelf:
    """Everything people can see of a programme at one moment."""

    talks: dict[str, TalkPage]
    redirects: dict[str, str]
    problems: tuple[Problem, ...]


class Programme:
    """The talks of a folder; ``refresh`` brings it up to date, everything else only looks."""

    def __init__(self, folder: Path, options: PageOptions) -> None:
        """Remember where the talks are; nothing is read yet."""
        self.folder = folder
        self.options = options
        self._entries: dict[Path, Entry] = {}
        self._shelf = Shelf({}, {}, ())
        self._refreshing = threading.Lock()

    def refresh(self) -> set[str]:
        """Read what has changed; return the slugs added, changed or removed."""
        with self._refreshing:
            before = {page.slug: page for page in self.pages()}
            try:
                seen = _talk_files(self.folder)
            except OSError as error:
                self._shelf = replace(self._shelf, problems=(_missing(self.folder, error),))
                return set()
            self._entries = self._read(seen)
            self._shelf = _arrange(self._entries)
            after = {page.slug: page for page in self.pages()}
            return {slug for slug in before | after if before.get(slug) != after.get(slug)}

    def pages(self) -> list[TalkPage]:
        """Return the published talks, by start."""
        published = (page for page in self._shelf.talks.values() if page.published)
        return sorted(published, key=lambda page: (page.starts, page.slug))

    def find(self, slug: str) -> TalkPage | None:
        """Return a published talk."""
        page = self._shelf.talks.get(slug)
        return page if page and page.published else None

    def redirect(self, path: str) -> str | None:
        """Return the slug of the talk that an old path belongs to."""
        return self._shelf.redirects.get(path)

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files, by file and line."""
        return list(self._shelf.problems)

    def _read(self, seen: dict[Path, Signature]) -> dict[Path, Entry]:
        known = {path: entry for path, entry in self._entries.items() if path in seen}
        changed = [path for path, sign in seen.items() if not _is_known(known.get(path), sign)]
        for reading in _read_pages(changed, self.options):
            path, before = reading.path, known.get(reading.path)
            page = before.page if before and reading.keep_old else reading.page
            known[path] = Entry(seen[path], page, reading.problems, reading.redirect_line)
        return {path: known[path] for path in seen if path in known}


@dataclass(frozen=True)
class Reading:
    """What one attempt to read a file came to."""

    path: Path
    page: TalkPage | None
    problems: tuple[Problem, ...]
    keep_old: bool = False
    redirect_line: int = 1


def _talk_files(folder: Path) -> dict[Path, Signature]:
    """Return the folder's talk files, by name, with what tells a changed file."""
    with os.scandir(folder) as found:
        files = {Path(item.path): item for item in found if _is_talk_file(item)}
    signatures = {path: _signature(files[path]) for path in sorted(files)}
    return {path: sign for path, sign in signatures.items() if sign != GONE}


def _is_talk_file(item: os.DirEntry[str]) -> bool:
    return item.name.lower().endswith(".md") and item.name[0] not in "._" and item.is_file()


def _signature(item: os.DirEntry[str]) -> Signature:
    """Return None for a file written this very moment: its next change might look the same."""
    try:
        seen = item.stat()
    except FileNotFoundError:
        return GONE
    just_now = 0 <= time.time_ns() - seen.st_mtime_ns < SETTLING_NS
    return None if just_now else (seen.st_mtime_ns, seen.st_size, seen.st_ino)


def _is_known(entry: Entry | None, signature: Signature) -> bool:
    return entry is not None and signature is not None and entry.signature == signature


def _missing(folder: Path, error: OSError) -> Problem:
    return Problem(folder, 0, f"the folder of talks cannot be read: {error.strerror}", fatal=True)


def _read_pages(paths: Iterable[Path], options: PageOptions) -> Iterator[Reading]:
    drafts: list[Draft] = []
    for path in paths:
        read = _read_page(path, options)
        if isinstance(read, Reading):
            yield read
        elif read:
            drafts.append(read)
    answers = render_all([draft.job for draft in drafts])
    for draft, answer in zip(drafts, answers, strict=True):
        yield _finished(draft, answer)


def _read_page(path: Path, options: PageOptions) -> Draft | Reading | None:
    """Read one file; None when it is gone or no talk, a Reading when it is broken."""
    source: Source | None = None
    try:
        slug = slug_of(path)
        source = read_source(path)
        return read_draft(source, slug, options) if source else None
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = Problem(path, 1, f"the file cannot be read: {error.strerror}", fatal=True)
        return Reading(path, None, (problem,), keep_old=True)
    except Broken as broken:
        return _broken(path, source, broken.problems)


def _broken(path: Path, source: Source | None, problems: tuple[Problem, ...]) -> Reading:
    """A page that is not published yet may well be unfinished: it gets warnings only."""
    if source and is_withheld(source):
        return Reading(path, None, tuple(replace(item, fatal=False) for item in problems))
    return Reading(path, None, problems, keep_old=True)


def slug_of(path: Path) -> str:
    """Return the talk's slug; raises Broken when the file's name cannot be one."""
    slug = path.name[: -len(".md")].lower()
    if SLUG.fullmatch(slug):
        return slug
    better = re.sub(r"[^a-z0-9]+", "-", slug).strip("-")[:100] or "my-talk"
    message = "the file's name cannot be an address; use letters, digits and hyphens only"
    raise Broken(Problem(path, 1, f"{message}: rename it to {better}.md", fatal=True))


def _finished(draft: Draft, answer: Rendered | Failed) -> Reading:
    source = draft.source
    if isinstance(answer, Failed):
        problem = Problem(source.path, source.body_line, answer.reason, fatal=True)
        return _broken(source.path, source, (*draft.problems, problem))
    page = draft.finished(answer)
    key = "redirect_from" if "redirect_from" in source.fields else "permalink"
    return Reading(
        source.path,
        page,
        (*draft.problems, *advice(page, source, answer.notes)),
        redirect_line=source.line_of(key),
    )


def _arrange(entries: dict[Path, Entry]) -> Shelf:
    """Give every slug and every old path to the first file, by name, that claims it."""
    talks: dict[str, TalkPage] = {}
    redirects: dict[str, str] = {}
    problems = [problem for entry in entries.values() for problem in entry.problems]
    for path, entry in entries.items():
        page = entry.page
        if page is None:
            continue
        first = talks.setdefault(page.slug, page)
        if first is not page:
            problems.append(_claimed(path, 1, f"the address {page.slug!r}", first.path))
        elif page.published:
            for old in page.redirects:
                owner = talks[redirects.setdefault(old, page.slug)]
                if owner is not page:
                    what = f"the old path {old}"
                    problems.append(_claimed(path, entry.redirect_line, what, owner.path))
    return Shelf(talks, redirects, tuple(sorted(problems)))


def _claimed(path: Path, line: int, what: str, owner: Path) -> Problem:
    message = f"{what} belongs to {owner.name} already, so {path.name} goes without; change one"
    return Problem(path, line, message, fatal=True)

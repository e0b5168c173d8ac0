"""A folder of talk pages, kept up to date as its files change."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from companion.talks.frontmatter import ParsedPage, is_withheld, parse_page
from companion.talks.lint import warnings_about
from companion.talks.markdown.job import Rendered, RenderFailed, RenderJob
from companion.talks.markdown.supervisor import render_all
from companion.talks.page import PageOptions, TalkPage
from companion.talks.problem import Problem
from companion.talks.source_file import InvalidTalk, SourceFile, read_source

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
Signature = tuple[int, int, int, int]
Render = Callable[[Sequence[RenderJob]], list[Rendered | RenderFailed]]
SETTLING_NS = 50_000_000


@dataclass(frozen=True)
class LoadedFile:
    """One file as last read: its last good page, and its problems."""

    page: TalkPage | None
    problems: tuple[Problem, ...] = ()
    redirect_line: int = 1


@dataclass(frozen=True)
class ProgrammeState:
    """Everything people can see of a programme at one moment."""

    talks: dict[str, TalkPage]
    redirects: dict[str, str]
    problems: tuple[Problem, ...]


def check(folder: Path, options: PageOptions) -> list[Problem]:
    """Return everything wrong or doubtful in a folder of talks, by file and line."""
    programme = Programme(folder, options)
    programme.refresh()
    return programme.problems()


class Programme:
    """The talks of a folder; ``refresh`` brings it up to date, everything else only looks."""

    def __init__(self, folder: Path, options: PageOptions, *, render: Render = render_all) -> None:
        """Remember where the talks are; nothing is read yet."""
        self.folder = folder
        self.options = options
        self._render = render
        self._seen: dict[str, Signature | None] = {}
        self._files: dict[str, LoadedFile] = {}
        self._state = ProgrammeState({}, {}, ())
        self._refreshing = threading.Lock()

    def refresh(self) -> set[str]:
        """Read what has changed; return the slugs added, changed or removed.

        While nothing changes, this lists the folder and is done. Readers never wait for it.
        """
        with self._refreshing:
            try:
                seen = _talk_files(self.folder)
            except OSError as error:
                self._seen = {}
                self._state = replace(self._state, problems=(_missing(self.folder, error),))
                return set()
            if seen and seen == self._seen and None not in seen.values():
                return set()
            before = {page.slug: page for page in self.pages()}
            self._files = self._read(seen)
            self._seen = seen
            self._state = _arrange(self.folder, self._files)
            after = {page.slug: page for page in self.pages()}
            return {slug for slug in before | after if before.get(slug) != after.get(slug)}

    def pages(self) -> list[TalkPage]:
        """Return the published talks, by start."""
        published = (page for page in self._state.talks.values() if page.published)
        return sorted(published, key=lambda page: (page.starts, page.slug))

    def find(self, slug: str) -> TalkPage | None:
        """Return a published talk."""
        page = self._state.talks.get(slug)
        return page if page and page.published else None

    def redirect(self, path: str) -> str | None:
        """Return the slug of the talk that an old path belongs to."""
        return self._state.redirects.get(_canonical(path))

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files, by file and line."""
        return list(self._state.problems)

    def _read(self, seen: dict[str, Signature | None]) -> dict[str, LoadedFile]:
        """Return the state of every file, reading only those that look different now."""
        known = {name: self._files[name] for name in seen if name in self._files}
        changed = [
            self.folder / name
            for name, signature in seen.items()
            if signature is None or name not in known or signature != self._seen.get(name)
        ]
        for result in _read_pages(changed, self.options, self._render):
            name = result.path.name
            before = known[name].page if result.keep_old and name in known else None
            known[name] = LoadedFile(before or result.page, result.problems, result.redirect_line)
        return {name: known[name] for name in seen if name in known}


@dataclass(frozen=True)
class ReadResult:
    """What one attempt to read a file came to."""

    path: Path
    page: TalkPage | None = None
    problems: tuple[Problem, ...] = ()
    keep_old: bool = False
    redirect_line: int = 1


def _talk_files(folder: Path) -> dict[str, Signature | None]:
    """Return the names of the folder's talk files, each with what tells a changed file."""
    with os.scandir(folder) as found:
        files = {item.name: item for item in found if _is_talk_file(item)}
    seen: dict[str, Signature | None] = {}
    for name in sorted(files):
        with contextlib.suppress(FileNotFoundError):
            seen[name] = _signature(files[name])
    return seen


def _is_talk_file(item: os.DirEntry[str]) -> bool:
    return item.name.lower().endswith(".md") and item.name[0] not in "._" and item.is_file()


def _signature(item: os.DirEntry[str]) -> Signature | None:
    """Return None for a file written this very moment: its next change might look the same."""
    seen = item.stat()
    touched = max(seen.st_mtime_ns, seen.st_ctime_ns)
    just_now = 0 <= time.time_ns() - touched < SETTLING_NS
    return None if just_now else (seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino)


def _missing(folder: Path, error: OSError) -> Problem:
    return Problem(folder, 0, f"the folder of talks cannot be read: {error.strerror}", fatal=True)


def _read_pages(
    paths: Iterable[Path], options: PageOptions, render: Render
) -> Iterator[ReadResult]:
    """Read the files, giving way after each to whoever serves people meanwhile."""
    pages: list[ParsedPage] = []
    for path in paths:
        time.sleep(0)
        read = _read_page(path, options)
        if isinstance(read, ReadResult):
            yield read
        else:
            pages.append(read)
    answers = render([page.job for page in pages])
    for page, answer in zip(pages, answers, strict=True):
        time.sleep(0)
        yield _finished(page, answer)


def _read_page(path: Path, options: PageOptions) -> ParsedPage | ReadResult:
    """Read one file; a ReadResult when it is invalid, gone, or no talk."""
    source: SourceFile | None = None
    try:
        slug = slug_of(path)
        source = read_source(path)
        return parse_page(source, slug, options) if source else ReadResult(path)
    except FileNotFoundError:
        return ReadResult(path)
    except OSError as error:
        problem = Problem(path, 1, f"the file cannot be read: {error.strerror}", fatal=True)
        return ReadResult(path, problems=(problem,), keep_old=True)
    except InvalidTalk as invalid:
        return _invalid(path, source, invalid.problems)


def _invalid(path: Path, source: SourceFile | None, problems: tuple[Problem, ...]) -> ReadResult:
    """A page that is not published yet may well be unfinished: it gets warnings only."""
    if source and is_withheld(source):
        return ReadResult(path, problems=tuple(replace(item, fatal=False) for item in problems))
    return ReadResult(path, problems=problems, keep_old=True)


def slug_of(path: Path) -> str:
    """Return the talk's slug; raises InvalidTalk when the file's name cannot be one."""
    slug = path.name[: -len(".md")].lower()
    if SLUG.fullmatch(slug):
        return slug
    better = re.sub(r"[^a-z0-9]+", "-", slug).strip("-")[:100] or "my-talk"
    message = "the file's name cannot be an address; use letters, digits and hyphens only"
    raise InvalidTalk(Problem(path, 1, f"{message}: rename it to {better}.md", fatal=True))


def _finished(parsed: ParsedPage, answer: Rendered | RenderFailed) -> ReadResult:
    source = parsed.source
    if isinstance(answer, RenderFailed):
        problem = Problem(source.path, source.body_line, answer.reason, fatal=True)
        return _invalid(source.path, source, (*parsed.problems, problem))
    page = parsed.with_body(answer)
    key = "redirect_from" if "redirect_from" in source.fields else "permalink"
    return ReadResult(
        source.path,
        page,
        (*parsed.problems, *warnings_about(page, source, answer.notes)),
        redirect_line=source.line_of(key),
    )


def _arrange(folder: Path, files: dict[str, LoadedFile]) -> ProgrammeState:
    """Give every slug and every old path to the first file, by name, that claims it."""
    talks: dict[str, TalkPage] = {}
    redirects: dict[str, str] = {}
    problems = [problem for file in files.values() for problem in file.problems]
    for name, file in files.items():
        page = file.page
        if page is None:
            continue
        first = talks.setdefault(page.slug, page)
        if first is not page:
            problems.append(_claimed(folder / name, 1, f"the address {page.slug!r}", first.path))
        elif page.published:
            for old in page.redirects:
                owner = talks[redirects.setdefault(_canonical(old), page.slug)]
                if owner is not page:
                    what = f"the old path {old}"
                    line = file.redirect_line
                    problems.append(_claimed(folder / name, line, what, owner.path))
    return ProgrammeState(talks, redirects, tuple(sorted(problems)))


def _canonical(path: str) -> str:
    """Write an old path as it is looked up: decoded, and the same with or without its last "/"."""
    return unquote(path).rstrip("/") or "/"


def _claimed(path: Path, line: int, what: str, owner: Path) -> Problem:
    message = f"{what} belongs to {owner.name} already, so {path.name} goes without; change one"
    return Problem(path, line, message, fatal=True)

"""A folder of talk pages, kept up to date as its files change."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from companion.talks.facts import Facts
from companion.talks.files import Signature, asked_for, other_names, slugs, talk_files
from companion.talks.frontmatter import ParsedPage, parse_page
from companion.talks.letters import NO_NAME
from companion.talks.lint import warnings_about
from companion.talks.markdown.job import Rendered, RenderFailed, RenderJob
from companion.talks.markdown.supervisor import CPU_SECONDS, render_all
from companion.talks.page import PageOptions, TalkPage
from companion.talks.privacy import withheld
from companion.talks.problem import Problem
from companion.talks.schedule import IN_NAME
from companion.talks.source_file import InvalidTalk, SourceFile, read_source

NO_FRONTMATTER = "no frontmatter; the file must start with a line `---`, then `title:`"
UNNAMED = "the name of the file or its folder holds a character that cannot be shown; rename it"
NOWHERE = "this is a link to a file that is not there; mend it, or take it away"
PATIENCE_SECONDS = 2.0  # for the pages that take long, before others are looked for again
QUICK_SECONDS = 0.2  # of CPU: what nearly every page needs a tenth of
Render = Callable[[Sequence[RenderJob], float], list[Rendered | RenderFailed]]
OTHER_PAGES = frozenset(
    [
        "readme",
        "index",
        "about",
        "contact",
        "home",
        "archive",
        "search",
        "tags",
        "past",
        "upcoming",
        "license",
        "changelog",
        "contributing",
        "code_of_conduct",
        "404",
    ]
)


@dataclass(frozen=True)
class LoadedFile:
    """One file as last read: its last good page, and its problems."""

    page: TalkPage | None
    problems: tuple[Problem, ...] = ()
    redirect_line: int = 1
    is_talk: bool = True


@dataclass(frozen=True)
class ProgrammeState:
    """Everything people can see of a programme at one moment."""

    talks: dict[str, TalkPage]
    redirects: dict[str, str]
    problems: tuple[Problem, ...]
    other_names: dict[str, str]


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
        self._slugs: dict[str, str] = {}
        self._slow: dict[str, ParsedPage] = {}
        self._state = ProgrammeState({}, {}, (), {})
        self._refreshing = threading.Lock()

    def refresh(self, patience: float = math.inf) -> set[str]:
        """Read what has changed; return the slugs added, changed or removed.

        While nothing changes, this lists the folder and is done. Readers never wait for it. Pages
        that take long are rendered one by one once all others are up; after ``patience`` seconds
        what is left of them waits for the next time.
        """
        with self._refreshing:
            try:
                seen = talk_files(self.folder)
            except OSError as error:
                self._seen = {}
                self._state = replace(self._state, problems=(_missing(self.folder, error),))
                return set()
            is_new = not seen or seen != self._seen or None in seen.values()
            if not is_new and not self._slow:
                return set()
            before = {page.slug: page for page in self.pages()}
            if is_new:
                self._read(seen)
            until = time.monotonic() + patience
            while self._slow and time.monotonic() < until:
                self._read_slow_one()
            after = {page.slug: page for page in self.pages()}
            return {slug for slug in before | after if before.get(slug) != after.get(slug)}

    def pages(self) -> list[TalkPage]:
        """Return the published talks, by start."""
        published = (page for page in self._state.talks.values() if page.published)
        return sorted(published, key=lambda page: (page.starts, page.slug))

    def all_pages(self) -> list[TalkPage]:
        """Return every talk that could be read, those kept private too, by file."""
        return [file.page for file in self._files.values() if file.page]

    def find(self, slug: str) -> TalkPage | None:
        """Return a published talk."""
        page = self._state.talks.get(slug)
        return page if page and page.published else None

    def redirect(self, path: str) -> str | None:
        """Return the slug of the talk that an old path belongs to."""
        return self._state.redirects.get(_canonical(path))

    def meant(self, path: str) -> str | None:
        """Return the slug of the talk that an address means in all but its writing."""
        state = self._state
        known = (state.other_names.get(name, name) for name in asked_for(path))
        return next((slug for slug in known if self.find(slug)), None)

    def others(self) -> list[Path]:
        """Return the pages that are no talks."""
        return [self.folder / name for name, file in self._files.items() if not file.is_talk]

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files, by file and line."""
        return list(self._state.problems)

    def _read(self, seen: dict[str, Signature | None]) -> None:
        """Bring every file up to date, reading only those that look different now."""
        given = slugs(seen)
        moved = {name for name, slug in given.items() if self._slugs.get(name, slug) != slug}
        known = {name: self._files[name] for name in seen if name in self._files}
        changed = {
            self.folder / name: given[name]
            for name, signature in seen.items()
            if signature is None
            or name not in known
            or name in moved
            or signature != self._seen.get(name)
        }
        self._slugs = given
        for result in _read_pages(self.folder, changed, self.options, self._render):
            name = result.path.relative_to(self.folder).as_posix()
            known[name] = _loaded(result, known.get(name))
            self._slow.pop(name, None)
            if result.waits:
                self._slow[name] = result.waits
        self._slow = {name: page for name, page in self._slow.items() if name in seen}
        self._seen = seen
        self._show({name: known[name] for name in seen if name in known})

    def _read_slow_one(self) -> None:
        """Render one of the pages that take long, with all the time that a page may have."""
        name = next(iter(self._slow))
        page = self._slow.pop(name)
        [answer] = self._render([page.job], CPU_SECONDS)
        self._show(self._files | {name: _loaded(_finished(page, answer), self._files[name])})

    def _show(self, files: dict[str, LoadedFile]) -> None:
        self._files = files
        self._state = _arrange(self.folder, files)


@dataclass(frozen=True)
class ReadResult:
    """What one attempt to read a file came to."""

    path: Path
    page: TalkPage | None = None
    problems: tuple[Problem, ...] = ()
    keep_old: bool = False
    redirect_line: int = 1
    is_talk: bool = True
    waits: ParsedPage | None = None


def _loaded(result: ReadResult, known: LoadedFile | None) -> LoadedFile:
    before = known.page if result.keep_old and known else None
    return LoadedFile(before or result.page, result.problems, result.redirect_line, result.is_talk)


def _missing(folder: Path, error: OSError) -> Problem:
    return Problem(folder, 0, f"the folder of talks cannot be read: {error.strerror}", fatal=True)


def _read_pages(
    folder: Path, paths: dict[Path, str], options: PageOptions, render: Render
) -> Iterator[ReadResult]:
    """Read the files, giving way after each to whoever serves people meanwhile.

    What takes long to render is left for later.
    """
    pages: list[ParsedPage] = []
    for path, slug in paths.items():
        time.sleep(0)
        if NO_NAME.search(path.relative_to(folder).as_posix()):
            yield ReadResult(path, problems=(Problem(path, 0, UNNAMED, fatal=True),))
            continue
        read = _read_page(path, slug, options, is_below=path.parent != folder)
        if isinstance(read, ReadResult):
            yield read
        else:
            pages.append(read)
    answers = render([page.job for page in pages], QUICK_SECONDS)
    for page, answer in zip(pages, answers, strict=True):
        time.sleep(0)
        if isinstance(answer, RenderFailed) and answer.is_slow:
            yield ReadResult(page.source.path, keep_old=True, waits=page)
        else:
            yield _finished(page, answer)


def _read_page(
    path: Path, slug: str, options: PageOptions, *, is_below: bool
) -> ParsedPage | ReadResult:
    """Read one file; a ReadResult when it is invalid, gone, or no talk."""
    source: SourceFile | None = None
    may_be_other = is_below or path.stem.lower() in OTHER_PAGES
    try:
        source = read_source(path)
        if source is None and not may_be_other:
            raise InvalidTalk(Problem(path, 1, NO_FRONTMATTER, fatal=True))
        if source is None or (may_be_other and not _is_about_a_talk(source, path)):
            return ReadResult(path, is_talk=False)
        return parse_page(source, slug, options)
    except FileNotFoundError:
        if not path.is_symlink():
            return ReadResult(path)
        problem = Problem(path, 1, NOWHERE, fatal=True)
        return ReadResult(path, problems=(problem,), keep_old=True)
    except OSError as error:
        problem = Problem(path, 1, f"the file cannot be read: {error.strerror}", fatal=True)
        return ReadResult(path, problems=(problem,), keep_old=True)
    except InvalidTalk as invalid:
        return _invalid(path, source, invalid.problems)


def _is_about_a_talk(source: SourceFile, path: Path) -> bool:
    """Whether a page that may as well be any other says a day, an hour or who speaks."""
    facts = Facts(source)
    said = (next(facts.fields(fact), None) for fact in ("day", "begin"))
    has_name = path.stem.lower() not in OTHER_PAGES and next(facts.fields("speaker"), None)
    return any(said) or bool(has_name) or bool(IN_NAME.search(path.stem))


def _invalid(path: Path, source: SourceFile | None, problems: tuple[Problem, ...]) -> ReadResult:
    """A page that is not published yet may well be unfinished: it gets warnings only."""
    if source and withheld(source):
        return ReadResult(path, problems=tuple(replace(item, fatal=False) for item in problems))
    return ReadResult(path, problems=problems, keep_old=True)


def _finished(parsed: ParsedPage, answer: Rendered | RenderFailed) -> ReadResult:
    source = parsed.source
    if isinstance(answer, RenderFailed):
        problem = Problem(source.path, source.body_line, answer.reason, fatal=True)
        return _invalid(source.path, source, (*parsed.problems, problem))
    page = parsed.with_body(answer)
    key = "redirect_from" if "redirectfrom" in source.fields else "permalink"
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
    claims: dict[str, set[str]] = {}
    for name, file in files.items():
        page = file.page
        if page is None:
            continue
        first = talks.setdefault(page.slug, page)
        if first is not page:
            problems.append(_claimed(folder / name, f"the address {page.slug!r}", first.path))
        elif page.published:
            for known in other_names(name, page.slug):
                claims.setdefault(known, set()).add(page.slug)
            for old in page.redirects:
                owner = talks[redirects.setdefault(_canonical(old), page.slug)]
                if owner is not page:
                    problems.append(_claimed_twice(page.path, file.redirect_line, old, owner.path))
    meant = {known: min(found) for known, found in claims.items() if len(found) == 1}
    return ProgrammeState(talks, redirects, tuple(sorted(problems)), meant)


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

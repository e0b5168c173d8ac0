"""One file of the folder, read: its talk but for the body, what is wrong, or that it is no talk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from companion.talks.facts import Facts
from companion.talks.frontmatter import ParsedPage, parse_page
from companion.talks.letters import NO_NAME
from companion.talks.lint import warnings_about
from companion.talks.markdown.job import Rendered, RenderFailed
from companion.talks.page import PageOptions, TalkPage
from companion.talks.privacy import withheld
from companion.talks.problem import Problem
from companion.talks.schedule import IN_NAME
from companion.talks.source_file import InvalidTalk, SourceFile, content_of, source_of

NO_FRONTMATTER = "no frontmatter; the file must start with a line `---`, then `title:`"
UNNAMED = "the name of the file or its folder holds a character that cannot be shown; rename it"
NOWHERE = "this is a link to a file that is not there; mend it, or take it away"
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
    """One file as last read: the page to show, its problems, and what waits for its body.

    While a body waits, the page is the last good version, or else the new one without its body.
    """

    page: TalkPage | None = None
    problems: tuple[Problem, ...] = ()
    redirect_line: int = 1
    is_talk: bool = True
    waits: ParsedPage | None = None
    is_slow: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether the page has no body yet."""
        return self.waits is not None and self.page is self.waits.page


def read_file(
    folder: Path, name: str, slug: str, options: PageOptions, known: LoadedFile | None
) -> LoadedFile | None:
    """Read one file; what cannot be read leaves the last good version. None when it is gone."""
    path = folder / name
    if NO_NAME.search(name):
        return LoadedFile(problems=(Problem(path, 0, UNNAMED, fatal=True),))
    try:
        content = content_of(path)
    except FileNotFoundError:
        if not path.is_symlink():
            return None
        return _left(known, Problem(path, 1, NOWHERE, fatal=True))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        return _left(known, Problem(path, 1, message, fatal=True))
    except InvalidTalk as invalid:
        return _invalid(None, known, invalid.problems)
    return read_content(folder, name, slug, options, content, known)


def read_content(
    folder: Path,
    name: str,
    slug: str,
    options: PageOptions,
    content: bytes,
    known: LoadedFile | None = None,
) -> LoadedFile:
    """Read what a file holds, or would hold; what cannot be read leaves the last good version."""
    path = folder / name
    source: SourceFile | None = None
    may_be_other = "/" in name or path.stem.lower() in OTHER_PAGES
    try:
        source = source_of(path, content)
        if source is None and not may_be_other:
            raise InvalidTalk(Problem(path, 1, NO_FRONTMATTER, fatal=True))
        source = source and source.renamed(options.fields)
        if source is None or (may_be_other and not _is_about_a_talk(source, path)):
            return LoadedFile(is_talk=False)
        return _parsed(parse_page(source, slug, options), known)
    except InvalidTalk as invalid:
        return _invalid(source, known, invalid.problems)


def finished(file: LoadedFile, answer: Rendered | RenderFailed, *, can_wait: bool) -> LoadedFile:
    """Return a file that waited for its body with it, or with why there is none.

    What is too slow goes on waiting if it can, and a page without its body is not shown meanwhile.
    """
    if file.waits is None:
        return file
    if isinstance(answer, Rendered):
        page = file.waits.with_body(answer)
        problems = (*file.problems, *warnings_about(page, file.waits.source, answer.notes))
        return replace(file, page=page, problems=problems, waits=None, is_slow=False)
    before = None if file.is_bare else file
    if answer.is_slow and can_wait:
        return replace(file, page=before.page if before else None, is_slow=True)
    source = file.waits.source
    problem = Problem(source.path, source.body_line, answer.reason, fatal=True)
    return _invalid(source, before, (*file.problems, problem))


def may_be_kept(source: SourceFile, file: LoadedFile) -> bool:
    """Whether a file reads the same at any time: what is withheld until a day does not."""
    is_whole = file.page is not None and file.waits is None
    return (
        is_whole
        and not any(problem.fatal for problem in file.problems)
        and ("publishdate" not in source.fields)
    )


def _parsed(parsed: ParsedPage, known: LoadedFile | None) -> LoadedFile:
    before = known.page if known and not known.is_bare else None
    key = "redirect_from" if "redirectfrom" in parsed.source.fields else "permalink"
    line = parsed.source.line_of(key)
    return LoadedFile(before or parsed.page, parsed.problems, line, waits=parsed)


def _is_about_a_talk(source: SourceFile, path: Path) -> bool:
    """Whether a page that may as well be any other says a day, an hour or who speaks."""
    facts = Facts(source)
    said = (next(facts.fields(fact), None) for fact in ("day", "begin"))
    has_name = path.stem.lower() not in OTHER_PAGES and next(facts.fields("speaker"), None)
    return any(said) or bool(has_name) or bool(IN_NAME.search(path.stem))


def _invalid(
    source: SourceFile | None, known: LoadedFile | None, problems: tuple[Problem, ...]
) -> LoadedFile:
    """A page that is not published yet may well be unfinished: it gets warnings only."""
    if source and withheld(source):
        return LoadedFile(problems=tuple(replace(item, fatal=False) for item in problems))
    return _left(known, *problems)


def _left(known: LoadedFile | None, *problems: Problem) -> LoadedFile:
    """Leave up what there was before, even where its body still waits."""
    bare = known.waits if known and known.is_bare else None
    line = known.redirect_line if known else 1
    return LoadedFile(known.page if known else None, problems, line, waits=bare)

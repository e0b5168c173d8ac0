"""A talk's frontmatter, understood: everything about the page but its rendered body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from companion.talks import qablock
from companion.talks.markdown.job import Rendered, RenderJob
from companion.talks.page import PageOptions, TalkPage
from companion.talks.phase import Schedule
from companion.talks.problem import Problem
from companion.talks.schedule import read_schedule
from companion.talks.source_file import InvalidField, InvalidTalk, SourceFile
from companion.talks.urls import split_url

TRUE = frozenset({"true", "yes", "on", "y", "1"})
FALSE = frozenset({"false", "no", "off", "n", "0"})
BOARD_STATES = frozenset({"open", "votes", "closed"})
MINUTES_LIMIT = 24 * 60
REDIRECT = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f]*")
JEKYLL_PATTERN = re.compile(r"(?:^|[/-]):[a-z_]+|^(?:date|none|ordinal|pretty|weekdate)$")
NO_TIME = Schedule(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC),
                   ZoneInfo("UTC"), all_day=True)  # fmt: skip


@dataclass(frozen=True)
class ParsedPage:
    """A page whose body is still to be rendered, and the warnings so far."""

    page: TalkPage
    source: SourceFile
    job: RenderJob
    problems: tuple[Problem, ...]

    def with_body(self, rendered: Rendered) -> TalkPage:
        """Return the page with its body."""
        return replace(
            self.page,
            html=rendered.html,
            qa_html=rendered.qa_html,
            summary=rendered.summary,
            meeting=rendered.meeting,
            recording=rendered.recording,
            frame_hosts=rendered.frame_hosts,
        )


def parse_page(source: SourceFile, slug: str, options: PageOptions) -> ParsedPage:
    """Understand a talk's frontmatter; raises InvalidTalk with everything that is wrong."""
    reader = _Reader(source, options)
    page = reader.page(slug)
    if any(problem.fatal for problem in reader.problems):
        raise InvalidTalk(*reader.problems)
    body, qa = reader.body_and_qa()
    job = RenderJob(
        body=body,
        qa=qa,
        title=page.title,
        base_url=reader.base_url(page.redirects),
        board_url=options.board_url.format(slug=slug),
        embed_hosts=options.embed_hosts,
        meeting_url=reader.url("meeting_url"),
        recording_url=reader.url("recording_url"),
    )
    return ParsedPage(page, source, job, tuple(reader.problems))


def is_withheld(source: SourceFile) -> bool:
    """Whether the file says `published: false`, whatever else may be wrong with it."""
    field = source.fields.get("published")
    return field is not None and field.text.lower() in FALSE


class _Reader:
    """Reads field after field, so that one round of checking finds everything."""

    def __init__(self, source: SourceFile, options: PageOptions) -> None:
        self.source = source
        self.options = options
        self.problems: list[Problem] = [
            Problem(source.path, field.line, f"`{field.key}` is given again below", fatal=False)
            for field in source.overruled
        ]

    def page(self, slug: str) -> TalkPage:
        """Return the page without its body; look at ``problems`` before using it."""
        schedule = self._schedule()
        redirects = self._redirects()
        board, board_state = self._board()
        return TalkPage(
            slug=slug,
            path=self.source.path,
            title=self._title(),
            speaker=self._joined("speaker"),
            institute=self._joined("institute"),
            location=self._joined("location"),
            category=self._joined("category"),
            tags=self._tags(),
            image=self._address("image", redirects),
            slides_url=self._address("slides_url", redirects),
            planned=replace(
                schedule,
                doors_minutes=self._minutes("doors_minutes"),
                qa_minutes=self._minutes("qa_minutes"),
            ),
            published=self._flag("published") is not False,
            moderated=self._flag("moderated"),
            board=board,
            board_state=board_state,
            meeting=None,
            recording=None,
            html="",
            summary="",
            frame_hosts=(),
            redirects=redirects,
        )

    def body_and_qa(self) -> tuple[str, str]:
        """Return the body and the Q&A published in it, both as one where its place is unclear."""
        pad = "\n" * (self.source.body_line - 1)
        try:
            body, qa = qablock.without(pad + self.source.body)
        except qablock.MisplacedError as error:
            if "companion:qa" in self.source.body:
                problem = Problem(self.source.path, error.line, error.message, fatal=False)
                self.problems.append(problem)
            return self.source.body, ""
        return body.removeprefix(pad), qa

    def url(self, key: str) -> str:
        """Return a full web address of our own keys, or "" after saying what is wrong."""
        text = self._text(key)
        if text and split_url(text) is None:
            message = f"`{key}` must be a web address, as in `{key}: https://example.org/…`"
            self._complain(key, message, fatal=True)
            return ""
        return text

    def base_url(self, redirects: tuple[str, ...]) -> str:
        """Return where the page used to live, against which its relative links are meant."""
        site = self.options.site_url.rstrip("/")
        permalink = redirects[0] if redirects and self._text("permalink") else "/"
        return site + permalink if site else ""

    def _schedule(self) -> Schedule:
        with self._complaining():
            return read_schedule(self.source, self.options.timezone, self._warn)
        return NO_TIME

    def _title(self) -> str:
        title = self._joined("title")
        field = self.source.fields.get("title")
        if not title and (field is None or field.is_text):
            self._complain("title", 'no `title`; add one, as in `title: "My talk"`', fatal=True)
        return title

    def _tags(self) -> tuple[str, ...]:
        tags = (tag.strip() for text in self._texts("tags") for tag in text.split(","))
        return tuple(dict.fromkeys(filter(None, tags)))

    def _joined(self, key: str) -> str:
        return " ".join(", ".join(self._texts(key)).split())

    def _minutes(self, key: str) -> int:
        text = self._text(key)
        if not text:
            return 15
        if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or int(text) > MINUTES_LIMIT:
            message = f"`{key}: {text[:40]}` must be a number of minutes, as in `{key}: 15`"
            self._complain(key, message, fatal=True)
            return 15
        return int(text)

    def _board(self) -> tuple[bool, str]:
        """Return whether there is a board, and the state it is held in, if any."""
        state = self._text("board").lower()
        if state in BOARD_STATES:
            return True, state
        choices = "`true`, `false`, `open`, `votes` or `closed`"
        return self._flag("board", choices) is not False, ""

    def _flag(self, key: str, choices: str = "`true` or `false`") -> bool | None:
        text = self._text(key).lower()
        if text and text not in TRUE | FALSE:
            self._complain(key, f"`{key}: {text[:40]}` must be {choices}", fatal=True)
        return text in TRUE if text in TRUE | FALSE else None

    def _address(self, key: str, redirects: tuple[str, ...]) -> str:
        text = self._text(key)
        try:
            url = urljoin(self.base_url(redirects), text) if text else ""
        except ValueError:
            url = ""
        if split_url(url):
            return url
        if "://" in text:
            self._warn(key, f"`{key}` is not a web address, so it is left out")
        return ""

    def _redirects(self) -> tuple[str, ...]:
        paths = [
            self._redirect(key, path)
            for key in ("permalink", "redirect_from")
            for path in self._texts(key)
        ]
        return tuple(dict.fromkeys(filter(None, paths)))

    def _redirect(self, key: str, path: str) -> str:
        if JEKYLL_PATTERN.search(path):
            return ""
        path = path if path.startswith("/") else f"/{path}"
        if REDIRECT.fullmatch(path) and "://" not in path and path != "/":
            return path
        self._warn(key, f"`{path[:60]}` is not a path such as /events/old-page.html")
        return ""

    def _text(self, key: str) -> str:
        with self._complaining():
            return self.source.text(key)
        return ""

    def _texts(self, key: str) -> tuple[str, ...]:
        with self._complaining():
            return self.source.texts(key)
        return ()

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        try:
            yield
        except InvalidField as wrong:
            self._complain(wrong.key, wrong.message, fatal=True)

    def _warn(self, key: str, message: str) -> None:
        self._complain(key, message, fatal=False)

    def _complain(self, key: str, message: str, *, fatal: bool) -> None:
        problem = Problem(self.source.path, self.source.line_of(key), message, fatal)
        if problem not in self.problems:
            self.problems.append(problem)

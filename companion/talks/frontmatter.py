"""A talk's frontmatter, understood: everything about the page but its rendered body.

A value that cannot be read costs itself, with a warning; only a page without a day is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from companion.talks import called_off, letters, polls, qablock
from companion.talks.facts import Facts, one_by_one, people, texts, words
from companion.talks.header import Tree
from companion.talks.markdown.job import Rendered, RenderJob
from companion.talks.meeting_links import meeting_link
from companion.talks.page import PageOptions, ReadFrom, TalkPage
from companion.talks.phase import Schedule
from companion.talks.polls import PreparedPoll
from companion.talks.privacy import FALSE, TRUE, withheld
from companion.talks.problem import Problem
from companion.talks.schedule import NoDateError, read_schedule
from companion.talks.source_file import InvalidTalk, SourceFile
from companion.talks.urls import split_url

BOARD_STATES = frozenset({"open", "votes", "closed"})
MINUTES_LIMIT = 24 * 60
REDIRECT = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f]*")
JEKYLL_PATTERN = re.compile(r"(?:^|[/-]):[a-z_]+|^(?:date|none|ordinal|pretty|weekdate)$")
ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
YOUTUBE_ID = re.compile(r"[\w-]{11}", re.ASCII)
HEADING = re.compile(r"^# +(\S.*?)(?: *#+)? *$", re.MULTILINE)
DATE_PREFIX = re.compile(r"^\d{4}-\d{2}-\d{2}[-_ ]?")
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
            summary=rendered.summary or self.page.summary,
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
        wall_url=options.wall_url.format(slug=slug) if page.board else "",
        embed_hosts=options.embed_hosts,
        meeting_url=reader.meeting(),
        recording_url=reader.recording(),
        variables=reader.variables(),
    )
    reader.name_unread(page.speaker)
    page = replace(page, read_from=reader.read_from())
    return ParsedPage(page, source, job, tuple(sorted(reader.problems)))


class _Reader:
    """Reads field after field, so that one round of checking finds everything."""

    def __init__(self, source: SourceFile, options: PageOptions) -> None:
        self.source = source
        self.facts = Facts(source)
        self.options = options
        self.problems: list[Problem] = list(source.doubts)

    def page(self, slug: str) -> TalkPage:
        """Return the page without its body; look at ``problems`` before using it."""
        title, schedule = self._title(), self._schedule()
        redirects = self._redirects()
        board, board_state = self._board()
        speakers, works_at = self._people()
        reason = withheld(self.source)
        if reason and reason.doubt:
            self._warn(reason.key, reason.doubt)
        state = called_off.read(self.source, title, self._warn)
        return TalkPage(
            slug=slug,
            path=self.source.path,
            title=called_off.title(title, state),
            speaker=", ".join(speakers),
            institute=self._words("institute") or ", ".join(works_at),
            location=self._place(),
            category=self._words("category"),
            tags=self._tags(),
            image=self._image(redirects),
            slides_url=self._slides(redirects),
            planned=replace(
                schedule,
                doors_minutes=self._minutes("doors_minutes"),
                qa_minutes=self._minutes("qa_minutes"),
            ),
            published=reason is None,
            moderated=self._flag("moderated"),
            board=board,
            board_state=board_state,
            meeting=None,
            recording=None,
            html="",
            summary=self._words("summary"),
            frame_hosts=(),
            redirects=redirects,
            called_off=state,
            speakers=one_by_one(speakers),
            polls=self._polls(),
            rating=self._flag("rating"),
            pulse=self._flag("pulse"),
        )

    def body_and_qa(self) -> tuple[str, str]:
        """Return the body and the Q&A published in it, both as one where its place is unclear."""
        if "companion:qa" not in self.source.body.lower():
            return self._with_abstract(self.source.body), ""
        pad = "\n" * (self.source.body_line - 1)
        try:
            body, qa = qablock.without(pad + self.source.body)
        except qablock.MisplacedError as error:
            if "companion:qa" in self.source.body:
                problem = Problem(self.source.path, error.line, error.message, fatal=False)
                self.problems.append(problem)
            return self._with_abstract(self.source.body), ""
        return self._with_abstract(body.removeprefix(pad)), qa

    def meeting(self) -> str:
        """Return the address of the meeting that the frontmatter names, or "" when it does not."""
        found = self._address_in("meeting")
        if found:
            return found
        for field in self.facts.fields("place"):
            known = next(filter(meeting_link, ADDRESS.findall(" ".join(texts(field.value)))), "")
            if known:
                self.facts.took("meeting", field)
                return known
        return self._address_in("registration")

    def recording(self) -> str:
        """Return the recording's address that the frontmatter names, or ""."""
        for field in self.facts.fields("recording"):
            value = words(field.value)
            if field.name in ("youtube", "youtubeid") and YOUTUBE_ID.fullmatch(value):
                self.facts.took("recording", field)
                return f"https://www.youtube.com/watch?v={value}"
            if field.name == "vimeo" and value.isascii() and value.isdigit():
                self.facts.took("recording", field)
                return f"https://vimeo.com/{value}"
        return self._address_in("recording")

    def variables(self) -> dict[str, str]:
        """Return what a condition in the body may ask of the page: its fields as written."""
        return {field.key: words(field.value) for field in self.source.fields.values()}

    def read_from(self) -> tuple[ReadFrom, ...]:
        """Return which keys each fact was read from."""
        return tuple(
            ReadFrom(fact, tuple(f"{field.key}:{field.line}" for field in fields))
            for fact, fields in self.facts.read.items()
            if not fact.endswith("not read")
        )

    def name_unread(self, speaker: str) -> None:
        """Warn of what looks like a time, a place, a person or a state and was not read."""
        for field in self.facts.unread():
            value = words(field.value)
            if value.lower() not in FALSE and value not in speaker:
                self._warn(field.key, f"`{field.key}: {value[:40]}` is not read; nothing shows it")

    def base_url(self, redirects: tuple[str, ...]) -> str:
        """Return where the page used to live, against which its relative links are meant."""
        site = self.options.site_url.rstrip("/")
        permalink = redirects[0] if redirects and self._text("permalink") else "/"
        return site + permalink if site else ""

    def _schedule(self) -> Schedule:
        try:
            return read_schedule(self.facts, self.source.path, self.options.timezone, self._warn)
        except NoDateError as wrong:
            line = self.source.line_of(wrong.key)
            said = [
                item for item in self.problems if item.line == line and "not a date" in item.message
            ]
            self.problems = [item for item in self.problems if item not in said]
            self._complain(wrong.key, wrong.message, fatal=True)
        return NO_TIME

    def _title(self) -> str:
        """Return the title, else the body's first heading, else the file's name in words."""
        title = self._words("title")
        if title:
            return title
        found = HEADING.search(self.source.body)
        if found:
            title = words(found[1])
            where = "the first heading is"
        else:
            stem = self.source.path.stem
            stem = self.source.path.parent.name if stem.lower() == "index" else stem
            plain = re.sub(r"[-_\s]+", " ", DATE_PREFIX.sub("", stem) or stem).strip()
            title, where = plain[:1].upper() + plain[1:], "the file's name is"
        title = letters.seen(title).strip()
        message = f'no `title`, so {where} taken: "{title[:60]}"; add one, as in `title: "My talk"`'
        self._warn("title", message)
        return title or "Untitled"

    def _with_abstract(self, body: str) -> str:
        """Put the frontmatter's abstract above a body that does not have it."""
        for fact in ("abstract", "summary"):
            field = self.facts.first(fact)
            text = "\n\n".join(texts(field.value)) if field else ""
            if text and text not in body and (fact == "abstract" or not body.strip()):
                return f"{text}\n\n{body}"
        return body

    def _people(self) -> tuple[list[str], list[str]]:
        """Return the speakers' names and where they work, each once."""
        field = self.facts.first("speaker")
        names, works_at = people(field.value) if field else ([], [])
        return list(dict.fromkeys(filter(None, names))), list(dict.fromkeys(filter(None, works_at)))

    def _place(self) -> str:
        """Return where it takes place, the room first, leaving out addresses of meetings."""
        whole, part = self.facts.first("place"), self.facts.first("part of a place")
        if part and whole and (part.name, whole.name) == ("address", "location"):
            part = None  # where the house is that the location names
        found = [words(field.value) for field in (part, whole) if field]
        if whole and whole.name in ("venue",):
            found.reverse()
        links = [text for text in found if ADDRESS.fullmatch(text)]
        known = [link.label for link in map(meeting_link, links) if link]
        return ", ".join(
            dict.fromkeys(
                filter(None, [*known, *(t for t in found if t not in links or not meeting_link(t))])
            )
        )

    def _tags(self) -> tuple[str, ...]:
        field = self.facts.first("tags")
        tags = (
            tag.strip() for text in texts(field.value if field else "") for tag in text.split(",")
        )
        return tuple(dict.fromkeys(filter(None, tags)))

    def _words(self, fact: str) -> str:
        field = self.facts.first(fact)
        return words(field.value) if field else ""

    def _minutes(self, key: str) -> int:
        text = self._text(key)
        if not text:
            return 15
        if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or int(text) > MINUTES_LIMIT:
            message = f"`{key}: {text[:40]}` must be a number of minutes, as in `{key}: 15`"
            self._warn(key, f"{message}; 15 are taken")
            return 15
        return int(text)

    def _board(self) -> tuple[bool, str]:
        """Return whether there is a board, and the state it is held in, if any."""
        state = self._text("board").lower()
        if state in BOARD_STATES:
            return True, state
        choices = "`true`, `false`, `open`, `votes` or `closed`"
        return self._flag("board", choices) is not False, ""

    def _polls(self) -> tuple[PreparedPoll, ...]:
        """Return the polls that are prepared; what is wrong with one is said with its line."""
        field = self.source.fields.get("polls")
        if field is None:
            return ()
        found, wrong = polls.read(field)
        self.problems += [Problem(self.source.path, *each, fatal=False) for each in wrong]
        return found

    def _flag(self, key: str, choices: str = "`true` or `false`") -> bool | None:
        text = self._text(key).lower()
        if text and text not in TRUE | FALSE:
            self._warn(key, f"`{key}: {text[:40]}` must be {choices}, so it is left out")
        return text in TRUE if text in TRUE | FALSE else None

    def _address_in(self, fact: str) -> str:
        """Return the web address in the best of a fact's fields, naming those that have none."""
        for field in self.facts.fields(fact):
            found = next(filter(split_url, ADDRESS.findall(" ".join(texts(field.value)))), "")
            self.facts.took(fact, field)
            if found:
                return found
            value = words(field.value)
            if value.lower() not in TRUE | FALSE:
                right = f"as in `{field.key}: https://example.org/…`"
                message = f"`{field.key}` must be a web address, {right}; it is left out"
                self._warn(field.key, message)
        return ""

    def _image(self, redirects: tuple[str, ...]) -> str:
        """Return the picture's address; a mapping's is its `path`, `src` or `url`."""
        field = self.source.fields.get("image")
        value: Tree = field.value if field else ""
        if isinstance(value, dict):
            value = next((value[key] for key in ("path", "src", "url") if value.get(key)), "")
        return self._address("image", words(value) if isinstance(value, str) else "", redirects)

    def _slides(self, redirects: tuple[str, ...]) -> str:
        """Return the slides' address, or the path that it is when the site is not known."""
        field = self.facts.first("slides")
        text = words(field.value) if field and isinstance(field.value, str) else ""
        url = self._address(field.key, text, redirects) if field and text else ""
        if field and text and not url and "://" not in text and not self.options.site_url:
            message = f"`{field.key}: {text[:60]}` is no link without COMPANION_SITE_URL; set it"
            self._warn(field.key, message)
            return text
        return url

    def _address(self, key: str, text: str, redirects: tuple[str, ...]) -> str:
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
            for key in ("permalink", "redirect_from", "aliases")
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
        return words(self._value(key))

    def _texts(self, key: str) -> list[str]:
        return texts(self._value(key))

    def _value(self, key: str) -> Tree:
        field = self.source.fields.get(key.replace("_", ""))
        return field.value if field else ""

    def _warn(self, key: str, message: str) -> None:
        self._complain(key, message, fatal=False)

    def _complain(self, key: str, message: str, *, fatal: bool) -> None:
        problem = Problem(self.source.path, self.source.line_of(key), message, fatal)
        if problem not in self.problems:
            self.problems.append(problem)

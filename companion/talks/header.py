"""A page's frontmatter as fields, each with its line: whatever can be read of it, and what cannot.

One value that is no YAML costs itself and not the page: the header is then read key by key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache

import yaml

Tree = str | list["Tree"] | dict[str, "Tree"]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, as Jekyll has it, where it is
DEPTH_LIMIT = 20
SIZE_LIMIT = 2_000
LETTERS_LIMIT = 64 * 1024
BROKEN_LINES = 20
KEYS_KNOWN = 1_024  # the same ones stand in every page
KEY_LINE = re.compile(
    r"""["']?(?P<key>[^\s#"':\-\[\]{},&*!|>%@`][^:"']*)["']?\s*:(?:\s+(?P<rest>.*))?"""
)
# Each collection begins with one; in brackets a pair may begin another without any.
BRACKET, INDICATOR = re.compile(r"[\[{]"), re.compile(r"[-?:](?=\s|$)")
SEPARATORS = re.compile(r"[\s_.-]+")
CONTAINERS = ("params", "extra", "event", "talk", "seminar", "eventdetails")


class HeaderError(Exception):
    """The frontmatter as a whole cannot be read."""

    def __init__(self, line: int, message: str) -> None:
        """Say where, counted from the header's first line, and why."""
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Field:
    """One frontmatter value, as text, list or mapping; empty values are "".

    Of a list ``items`` are the lines on which its items begin, counted from ``line``.
    """

    key: str
    line: int
    value: Tree = ""
    items: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Return the key as it is looked up: ``End-Date``, ``end_date`` and ``endDate`` are one."""
        return plain_key(self.key)


@dataclass(frozen=True)
class Header:
    """The fields in the order of the file, and warnings as (line, message)."""

    fields: list[Field]
    doubts: list[tuple[int, str]]


@lru_cache(KEYS_KNOWN)
def plain_key(key: str) -> str:
    """Write a key as it is looked up."""
    return SEPARATORS.sub("", key).casefold()


def read_header(text: str, language: str) -> Header:
    """Read a header, counting its lines from 0; raises HeaderError when it is unreadable."""
    header = _toml(text) if language == "TOML" else _yaml(text)
    known = {field.name for field in header.fields}
    for field in [field for field in header.fields if field.name in CONTAINERS]:
        if isinstance(field.value, dict):
            inner = (Field(key, field.line, value) for key, value in field.value.items())
            header.fields.extend(item for item in inner if item.name not in known)
    return header


def _yaml(text: str) -> Header:
    try:
        return Header(_composed(text), [])
    except yaml.YAMLError as error:
        header = _piece_by_piece(text)
        if header.fields:
            return header
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        why = f"the frontmatter is not valid YAML: {_reason(error)}"
        raise HeaderError(mark.line if mark else 0, why) from None


def _composed(text: str, size: _Size | None = None) -> list[Field]:
    _refuse_depth(text)
    root = yaml.compose(text, Loader=LOADER)
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise HeaderError(0, "the frontmatter must be lines of `key: value`")
    size = size or _Size()
    return [
        Field(_text(key), key.start_mark.line, size.tree(value, 1), _items(key, value))
        for key, value in root.value
    ]


def _items(key: yaml.Node, value: yaml.Node) -> tuple[int, ...]:
    items = value.value if isinstance(value, yaml.SequenceNode) else ()
    return tuple(max(0, item.start_mark.line - key.start_mark.line) for item in items)


def _refuse_depth(text: str) -> None:
    """Refuse deep nesting before anything is built from it."""
    if 2 * len(BRACKET.findall(text)) + len(INDICATOR.findall(text)) <= DEPTH_LIMIT:
        return
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT:
            message = "the frontmatter is nested too deeply; plain lists are enough"
            raise HeaderError(event.start_mark.line if event.start_mark else 0, message)


class _Size:
    """Writes nodes out as trees, aliases included, and counts, so that no few lines become many."""

    def __init__(self) -> None:
        self.count = 0
        self.letters = 0

    def tree(self, node: yaml.Node, depth: int) -> Tree:
        self.count += 1
        self.letters += len(node.value) if isinstance(node, yaml.ScalarNode) else 0
        if max(self.count - SIZE_LIMIT, self.letters - LETTERS_LIMIT, depth - DEPTH_LIMIT) > 0:
            message = "aliases (`*name`) make the frontmatter too large; write the values out"
            raise HeaderError(node.start_mark.line, message)
        if isinstance(node, yaml.SequenceNode):
            return [self.tree(item, depth + 1) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            return {_text(key): self.tree(value, depth + 1) for key, value in node.value}
        return _text(node)


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag.endswith(":null"):
        return ""
    return str(node.value).strip()


def _piece_by_piece(text: str) -> Header:
    """Read what can be read of a header that as a whole is no YAML."""
    header, size = Header([], []), _Size()
    for line, piece in _pieces(text.split("\n")):
        fields, doubt = _piece(piece, size)
        header.fields.extend(replace(item, line=line + item.line) for item in fields)
        if doubt:
            header.doubts.append((line, doubt))
    return header


def _pieces(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Cut a header before each line that begins a key of its own."""
    starts = [at for at, line in enumerate(lines) if KEY_LINE.match(line)]
    for at, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        yield at, lines[at:end]


def _piece(lines: list[str], size: _Size) -> tuple[list[Field], str]:
    """Read one key with its value; a value on its own line is taken as it stands."""
    try:
        return _composed("\n".join(lines), size), ""
    except yaml.YAMLError as error:
        reason = _reason(error)
    found = KEY_LINE.fullmatch(lines[0].rstrip())
    if not found:
        return [], f"this is not valid YAML and is left out: {reason}"
    key, rest = found["key"].strip(), (found["rest"] or "").strip()
    if not rest or rest[0] in "|>&*":
        return [], f"`{key}` is not valid YAML and is left out: {reason}"
    doubt = f"`{key}` is not valid YAML and is read as `{rest[:60]}`: {reason}"
    return [Field(key, 0, rest.strip("\"'"))], doubt


def _reason(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if "mapping values are not allowed" in problem:
        return 'a value that holds a colon must be quoted, as in `title: "Tools: a talk"`'
    if "cannot start any token" in problem:
        return "a value that begins with a sign such as @, % or a tab must be quoted"
    return str(problem)


def _toml(text: str) -> Header:
    """Read TOML, leaving out the lines that are none."""
    lines, doubts = text.split("\n"), list[tuple[int, str]]()
    while len(doubts) < BROKEN_LINES:
        try:
            values = tomllib.loads("\n".join(lines))
            fields = [
                Field(key, _toml_line(lines, key), _plain(value)) for key, value in values.items()
            ]
            return Header(fields, doubts)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            at = _toml_error(error, lines)
            doubts.append((at, f"`{lines[at].strip()[:60]}` is not valid TOML and is left out"))
            lines[at] = ""
    raise HeaderError(doubts[0][0], "the frontmatter is not valid TOML")


def _toml_error(error: Exception, lines: list[str]) -> int:
    """Return which line to leave out: the one an error names, or the last with anything in it."""
    found = re.search(r"at line (\d+)", str(error))
    at = int(found[1]) - 1 if found else len(lines) - 1
    return next((n for n in range(min(at, len(lines) - 1), -1, -1) if lines[n].strip()), 0)


def _toml_line(lines: list[str], key: str) -> int:
    begins = re.compile(rf"""\s*\[*["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((at for at, line in enumerate(lines) if begins.match(line)), 0)


def _plain(value: object, depth: int = 0) -> Tree:
    if depth > DEPTH_LIMIT:
        return ""
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, bool):
        return str(value).lower()
    written: Callable[[], str] = (
        value.isoformat if isinstance(value, date | datetime | time) else value.__str__
    )
    return written().strip()

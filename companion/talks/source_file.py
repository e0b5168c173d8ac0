"""A talk's file as written: frontmatter fields with their lines, and the Markdown body."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import yaml

from companion.talks import splitting
from companion.talks.problem import Problem
from companion.talks.splitting import Parts

HEADER_LIMIT = 16 * 1024
BODY_LIMIT = 256 * 1024
DEPTH_LIMIT = 20


class InvalidTalk(Exception):
    """The file cannot be read as a talk."""

    def __init__(self, *problems: Problem) -> None:
        """Keep what is wrong, for the report."""
        super().__init__(*problems)
        self.problems = problems


class InvalidField(Exception):
    """A frontmatter value that cannot be meant as written."""

    def __init__(self, key: str, message: str) -> None:
        """Name the frontmatter key and say what would be right."""
        super().__init__(message)
        self.key = key
        self.message = message


@dataclass(frozen=True)
class Field:
    """One frontmatter value, as text; ``tag`` is what YAML takes it for."""

    key: str
    line: int
    text: str = ""
    items: tuple[str, ...] | None = None
    tag: str = "str"

    @property
    def is_text(self) -> bool:
        """Whether this is one plain value rather than a list or a mapping."""
        return self.items is None and self.tag != "map"


@dataclass(frozen=True)
class SourceFile:
    """A file split into fields and body; of a key given twice, the last one counts."""

    path: Path
    fields: dict[str, Field]
    body: str
    body_line: int
    overruled: tuple[Field, ...] = ()

    def text(self, key: str) -> str:
        """Return a plain value, "" when absent; raises InvalidField for a list or a mapping."""
        field = self.fields.get(key)
        if field is None:
            return ""
        if not field.is_text:
            raise InvalidField(key, f"`{key}` must be one plain value, as in `{key}: something`")
        return field.text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list's values, or the one plain value, leaving out empty ones."""
        field = self.fields.get(key)
        if field and field.items is not None:
            return tuple(item for item in field.items if item)
        text = self.text(key)
        return (text,) if text else ()

    def line_of(self, key: str) -> int:
        """Return the line a key stands on, or the first line when it is missing."""
        return self.fields[key].line if key in self.fields else 1


def read_source(path: Path) -> SourceFile | None:
    """Read a talk's file; None when it is a README or index that is not a talk."""
    try:
        parts = splitting.split(_read_text(path))
    except splitting.UnclosedError:
        _refuse(path, 1, "the frontmatter has no end; close it with a line `---`")
    if parts is None:
        if path.stem.lower() in ("readme", "index"):
            return None
        _refuse(path, 1, "no frontmatter; the file must start with a line `---`, then `title:`")
    return _source(path, parts)


def _read_text(path: Path) -> str:
    if path.stat().st_size > HEADER_LIMIT + BODY_LIMIT:
        _refuse_size(path, 1)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        _refuse(path, line, "not UTF-8 text; save the file with the encoding UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        _refuse(path, text.count("\n", 0, text.index("\0")) + 1, "a NUL byte; remove it")
    return text


def _source(path: Path, parts: Parts) -> SourceFile:
    if len(parts.header.encode()) > HEADER_LIMIT:
        _refuse(path, parts.header_line, "the frontmatter is too long; at most 16 KB are read")
    if len(parts.body.encode()) > BODY_LIMIT:
        _refuse_size(path, parts.body_line)
    written = _fields(path, parts.header, parts.header_line)
    fields = {field.key: field for field in written}
    overruled = tuple(field for field in written if fields[field.key] is not field)
    return SourceFile(path, fields, parts.body, parts.body_line, overruled)


def _fields(path: Path, header: str, first_line: int) -> list[Field]:
    try:
        _refuse_bombs(path, header, first_line)
        root = yaml.compose(header, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        _refuse(path, line, f"the frontmatter is not valid YAML: {_reason(error)}")
    except yaml.YAMLError as error:
        _refuse(path, first_line, f"the frontmatter is not valid YAML: {_reason(error)}")
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        _refuse(path, first_line, "the frontmatter must be lines of `key: value`")
    return [_field(key, value, first_line) for key, value in root.value]


def _reason(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if "mapping values are not allowed" in problem:
        return 'a value that holds a colon must be quoted, as in `title: "Tools: a talk"`'
    if r"'\t'" in problem:
        return "a tab; indent with spaces"
    return str(problem)


def _field(key: yaml.Node, value: yaml.Node, first_line: int) -> Field:
    name = key.value if isinstance(key, yaml.ScalarNode) else ""
    line = first_line + key.start_mark.line
    tag = value.tag.rpartition(":")[2]
    if isinstance(value, yaml.SequenceNode):
        items = (item for item in value.value if isinstance(item, yaml.ScalarNode))
        return Field(name, line, items=tuple(item.value.strip() for item in items), tag=tag)
    if isinstance(value, yaml.ScalarNode) and tag != "null":
        return Field(name, line, value.value.strip(), tag=tag)
    return Field(name, line, tag=tag)


def _refuse_bombs(path: Path, header: str, first_line: int) -> None:
    """Refuse aliases and deep nesting before anything is built from them."""
    depth = 0
    for event in yaml.parse(header, Loader=yaml.SafeLoader):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            _refuse(path, line, "aliases (`*name`) are not read; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_LIMIT:
            _refuse(path, line, "the frontmatter is nested too deeply; plain lists are enough")


def _refuse_size(path: Path, line: int) -> NoReturn:
    _refuse(path, line, "the page is too long; at most 256 KB are read")


def _refuse(path: Path, line: int, message: str) -> NoReturn:
    raise InvalidTalk(Problem(path, line, message, fatal=True)) from None

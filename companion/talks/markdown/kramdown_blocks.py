"""Kramdown's block syntax rewritten line by line into what Python-Markdown understands."""

from __future__ import annotations

import re
from collections.abc import Iterator

COMMENT = re.compile(r"\{::comment\}.*?\{:/(?:comment)?\}", re.DOTALL)
EXTENSION = re.compile(r"\{::(?:options|nomarkdown)[^}\n]*\}|\{:/\w*\}")
ATTRIBUTES = re.compile(r" {0,3}\{:[^}\n]*\}\s*")
TWO_LINES = re.compile(r"(\{:[^}\n]*)\n([^{}\n]*\})")
ITEM_ATTRIBUTES = re.compile(r"( *(?:[-*+]|\d{1,9}[.)]) +)\{:[^}\n]*\} *")
ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}\.) ")
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+\S")
CONTENTS = re.compile(r" {0,3}\{:\s*toc\b[^}\n]*\}\s*")
CONTENTS_MARK = "{:toc}"
RULE = re.compile(r"\s*\|(?=.*[-=])[-=:+| ]+\s*")
ROW = re.compile(r"\s*\|.*\|\s*")
CELL_BORDER = re.compile(r"(?<!\\)\|")
END_OF_BLOCK = "^"


def plain_blocks(prose: str) -> str:
    """Rewrite the blocks of a piece of prose."""
    prose = TWO_LINES.sub(r"\1 \2", EXTENSION.sub("", COMMENT.sub("", prose)))
    lines: list[str] = []
    for line in prose.split("\n"):
        if line.strip():
            _add(lines, line)
        else:
            lines.append("")
    return "\n".join(_tables(lines))


def _add(lines: list[str], line: str) -> None:
    """Add a line; a line of nothing but attributes goes where Python-Markdown looks for them."""
    before = lines[-1] if lines else ""
    if line.rstrip() == END_OF_BLOCK:
        lines += ["", "<!-- -->", ""]
    elif not ATTRIBUTES.fullmatch(line):
        lines.append(ITEM_ATTRIBUTES.sub(r"\1", line, count=1))
    elif CONTENTS.fullmatch(line):
        if ITEM.match(before):
            lines[-1:] = ["", CONTENTS_MARK, ""]
    elif HEADING.match(before):
        lines[-1] = f"{before.rstrip()} {line.strip()}"
    elif before and "|" not in before:
        lines.append(line)


def _tables(lines: list[str]) -> Iterator[str]:
    """Pass lines on, with each block that is a table written as one with a head."""
    block: list[str] = []
    for line in lines:
        if line:
            block.append(line)
            continue
        yield from _table(block) if _is_table(block) else block
        yield line
        block = []
    yield from _table(block) if _is_table(block) else block


def _is_table(block: list[str]) -> bool:
    is_code = "".join(block).startswith("    ")
    is_framed = all(ROW.fullmatch(line) or RULE.fullmatch(line) for line in block)
    return is_framed and not is_code and (len(block) > 1 or "".join(block).count("|") > 2)


def _table(block: list[str]) -> Iterator[str]:
    """Give a table without a head an empty one, and drop the rules between its rows."""
    if RULE.fullmatch(block[0]):
        block = block[1:]
    if len(block) > 2 and RULE.fullmatch(block[1]):
        yield from (block[0], block[1].replace("+", "|"))
        block = block[2:]
    elif block:
        indent = block[0][: block[0].index("|")]
        columns = len(CELL_BORDER.findall(block[0])) - 1
        yield from (indent + "|  " * columns + "|", indent + "|--" * columns + "|")
    yield from (line for line in block if not RULE.fullmatch(line))

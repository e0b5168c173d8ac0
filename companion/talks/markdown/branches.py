"""Jekyll's conditions and loops: what the page itself can answer is answered, the rest left out.

Of a condition never more than one branch is shown, for at most one of them is true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from companion.talks.markdown.job import Note

TOKEN = re.compile(
    r"(?P<kept>\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}|^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)|"
    r"`[^`\n]+`)|"
    r"\{%-?\s*(?P<tag>if|unless|case|for|tablerow|capture|elsif|when|else|"
    r"end(?:if|unless|case|for|tablerow|capture))\b(?P<rest>[^%}]{0,300})-?%\}",
    re.DOTALL | re.MULTILINE,
)
OPENS = frozenset({"if", "unless", "case", "for", "tablerow", "capture"})
QUESTION = re.compile(
    r"page\.(?P<key>[\w-]+)(?:\s*(?P<sign>==|!=)\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[\w.-]+)))?"
)
FALSE = frozenset({"", "false"})


@dataclass
class Block:
    """An open condition or loop: whether what follows is shown, and whether some branch was."""

    tag: str
    shown: bool
    settled: bool


def without_branches(body: str, variables: Mapping[str, str], notes: list[Note]) -> str:
    """Keep of each condition the branch that is true of the page, and of what is unclear none."""
    parts: list[str] = []
    open_blocks: list[Block] = []
    at = 0
    for found in TOKEN.finditer(body):
        if found["kept"]:
            continue
        if all(block.shown for block in open_blocks):
            parts.append(body[at : found.start()])
        at = found.end()
        _step(open_blocks, found, variables, notes)
    if all(block.shown for block in open_blocks):
        parts.append(body[at:])
    return "".join(parts)


def _step(
    blocks: list[Block], found: re.Match[str], variables: Mapping[str, str], notes: list[Note]
) -> None:
    tag, rest = found["tag"], found["rest"].strip().rstrip("-").strip()
    if tag in OPENS:
        answer = answered(rest, variables) if tag in ("if", "unless") else None
        if answer is None:
            message = (
                f"`{found[0][:60]}` cannot be answered here, so what depends on it is left out; "
                "write out what it stands for"
            )
            notes.append(Note(message, found[0].partition("\n")[0]))
        shown = answer is (tag == "if")
        blocks.append(Block(tag, bool(answer is not None and shown), answer is None or shown))
    elif blocks and tag.startswith("end"):
        blocks.pop()
    elif blocks:
        _branch(blocks[-1], answered(rest, variables) if rest else True)


def _branch(block: Block, answer: bool | None) -> None:
    block.shown = not block.settled and answer is True
    block.settled = block.settled or answer is not False


def answered(question: str, variables: Mapping[str, str]) -> bool | None:
    """Answer what can be asked of the page's own fields; None for anything else."""
    found = QUESTION.fullmatch(question)
    if found is None:
        return None
    value = variables.get(found["key"], "")
    if not found["sign"]:
        return value.lower() not in FALSE
    wanted = next((part for part in found.group("a", "b", "c") if part is not None), "")
    return (value == wanted) is (found["sign"] == "==")

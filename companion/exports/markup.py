"""What people wrote in answers and details, as a tree that another language can be set from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from markdown_it.tree import SyntaxTreeNode

from companion.board import richtext

Say = Callable[[str], Any]
Tree = list[dict[str, Any]]
MARKS = {"strong": "strong", "em": "em"}
LISTS = {"bullet_list": False, "ordered_list": True}
LONGEST_ADDRESS = 1_000


def headline(text: str, say: Say) -> Tree:
    """Return the pieces of a question's text; ``say`` is what becomes of each."""
    return _inline(richtext.headline_tree(text).children, say)


def answer_tree(text: str, say: Say) -> Tree:
    """Return the blocks of an answer; ``say`` is what becomes of each piece of text."""
    return _blocks(richtext.answer_tree(text), say)


def detail_tree(text: str, say: Say) -> Tree:
    """Return the blocks of a question's detail; ``say`` is what becomes of each piece of text."""
    return _blocks(richtext.tree(text), say)


def _blocks(node: SyntaxTreeNode, say: Say) -> Tree:
    return [_block(child, say) for child in node.children]


def _block(node: SyntaxTreeNode, say: Say) -> dict[str, Any]:
    if node.type in LISTS:
        items = [_blocks(item, say) for item in node.children]
        start = int(node.attrs.get("start", 1))
        return {"kind": "list", "numbered": LISTS[node.type], "start": start, "items": items}
    if node.type == "blockquote":
        return {"kind": "quote", "blocks": _blocks(node, say)}
    if node.type == "fence":
        lines = [say(line) for line in node.content.rstrip("\n").split("\n")]
        return {"kind": "code", "lines": lines}
    [inline] = node.children
    return {"kind": "paragraph", "inline": _inline(inline.children, say)}


def _inline(nodes: Iterable[SyntaxTreeNode], say: Say) -> Tree:
    return [_piece(node, say) for node in nodes if node.type != "text" or node.content]


def _piece(node: SyntaxTreeNode, say: Say) -> dict[str, Any]:
    if node.type in MARKS:
        return {"kind": MARKS[node.type], "inline": _inline(node.children, say)}
    if node.type == "link":
        address = str(node.attrs["href"])
        kind = "link" if 0 < len(address) <= LONGEST_ADDRESS else "plain"
        return {"kind": kind, "to": address, "inline": _inline(node.children, say)}
    if node.type in ("softbreak", "hardbreak"):
        return {"kind": "break"}
    kind = "code" if node.type == "code_inline" else "text"
    return {"kind": kind, "text": say(node.content)}

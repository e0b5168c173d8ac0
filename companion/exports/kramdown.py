"""What people wrote, as Markdown that says the same in kramdown, in Jekyll's Liquid and here.

Every mark of theirs is turned into an entity or escaped; only the marks that are ours mean
something. Code, emphasis and links are written as HTML, which needs no second set of rules.
"""

from __future__ import annotations

import re
import unicodedata

from markdown_it.tree import SyntaxTreeNode

from companion.board import richtext

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "{": "&#123;", "}": "&#125;", "|": "&#124;"}
IN_QUOTES = ENTITIES | {'"': "&quot;"}
IN_CODE = ENTITIES | {mark: f"&#{ord(mark)};" for mark in "\\`*_[]#$~-:\"'.^="}
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
MARK = re.compile(r"[&<>{}|]|[\\`*_\[\]#]|-(?=-)|(?<=-)-|\$(?=\$)|(?<=\$)\$|~(?=~)|(?<=~)~")
LINE_START = re.compile(r"^([-+=~:^])|^(\d+)(?=[.)])", re.MULTILINE)
UNSAFE_IN_ADDRESS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in " \"'()<>[\\]`{|}"})
REL = "nofollow ugc"
EMPTY_LINE = re.compile(r"\n(?=\n)")
LISTS = ("bullet_list", "ordered_list")
# kramdown takes a list that follows another for more of the same, unless told that one has ended.
END_OF_LIST = "\n\n^\n\n"
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "FSI"})
ISOLATED = "&#8296;{}&#8297;"


def escape(text: str) -> str:
    """Return text, of one line or more, that shows as it is wherever a paragraph may stand."""
    return _line_starts(_escape(text))


def line(text: str) -> str:
    """Return text as one line that shows as it is."""
    return escape(" ".join(text.split()))


def isolated(text: str) -> str:
    """Return one line that leaves the words around it where they are, whichever way it is read."""
    turned = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)
    plain = line(text)
    return ISOLATED.format(plain) if turned else plain


def headline(text: str) -> str:
    """Return a question's text as one line in which code and addresses come alive."""
    pieces = richtext.headline_tree(" ".join(text.split())).children
    return _line_starts("".join(map(_inline, pieces)))


def link(words: str, address: str) -> str:
    """Return words that lead to an address, whatever stands in it."""
    return f"[{words}]({address.translate(UNSAFE_IN_ADDRESS)})"


def blocks(root: SyntaxTreeNode, *, is_kramdown: bool = False) -> str:
    """Return blocks of a detail or an answer as Markdown; what is empty is left out.

    Only kramdown has to be told where a list's numbers start, in a way that others would show.
    """
    written, before = "", ""
    for node in root.children:
        block = _block(node, is_kramdown=is_kramdown)
        if block and written:
            are_lists = before in LISTS and node.type in LISTS
            written += END_OF_LIST if are_lists else "\n\n"
        if block:
            written, before = written + block, node.type
    return written


def _block(node: SyntaxTreeNode, *, is_kramdown: bool) -> str:
    if node.type == "fence":
        code = _entities(node.content, ENTITIES)
        # An empty line would end the list that the code may stand in.
        return f"<pre><code>{EMPTY_LINE.sub('&#10;', code)}</code></pre>"
    if node.type == "blockquote":
        return _behind("> ", "> ", blocks(node, is_kramdown=is_kramdown))
    if node.type in LISTS:
        return _list(node, is_kramdown=is_kramdown)
    return _line_starts("".join(map(_inline, node.children[0].children)))


def _list(node: SyntaxTreeNode, *, is_kramdown: bool) -> str:
    start = node.attrs.get("start", 1)
    mark = (f"{start}. " if node.type == "ordered_list" else "- ").ljust(4)
    inside = (blocks(item, is_kramdown=is_kramdown) for item in node.children)
    items = [_behind(mark, " " * len(mark), item) for item in inside if item]
    told = [f'{{: start="{start}"}}'] if items and start != 1 and is_kramdown else []
    return "\n".join((*items, *told))


def _behind(first: str, rest: str, text: str) -> str:
    """Put something before every line of a text that is not empty, unless the line is."""
    lines = text.split("\n")
    marked = [first + lines[0], *(rest + line for line in lines[1:])]
    return "\n".join(line.rstrip() for line in marked) if text else ""


def _inline(node: SyntaxTreeNode) -> str:
    if node.type in ("softbreak", "hardbreak"):
        return "<br>\n"
    if node.type == "code_inline":
        return f"<code>{_entities(node.content, IN_CODE)}</code>"
    inside = "".join(_inline(child) for child in node.children)
    if node.type == "link":
        address = _entities(str(node.attrs["href"]), IN_QUOTES)
        said = inside.replace("://", "&#58;//")  # or it would be made a link once more
        return f'<a href="{address}" rel="{REL}">{said}</a>'
    if node.type in ("em", "strong"):
        return f"<{node.type}>{inside}</{node.type}>"
    return _escape(node.content)


def _escape(text: str) -> str:
    return MARK.sub(_escaped, UNSEEN.sub(" ", text))


def _escaped(found: re.Match[str]) -> str:
    mark = found[0]
    if mark in ENTITIES and mark != ">":  # "&gt;" is taken as part of an address before it
        return ENTITIES[mark]
    return f"&#{ord(mark)};" if mark in "$~" else f"\\{mark}"


def _line_starts(text: str) -> str:
    """Let no line begin what is more than a paragraph."""
    text = "\n".join(line.lstrip() for line in text.split("\n"))
    return LINE_START.sub(lambda at: f"&#{ord(at[1])};" if at[1] else f"{at[2]}\\", text)


def _entities(text: str, entities: dict[str, str]) -> str:
    return "".join(entities.get(mark, mark) for mark in UNSEEN.sub(" ", text))

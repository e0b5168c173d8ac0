"""Links to Q&A tools that are gone or replaced, turned into links to the talk's own board.

What was a board of notes leads to the board laid out as notes: its wall, where there is one.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from companion.talks.markdown import html_tree
from companion.talks.markdown.job import Note

TOOL = (
    r"(?<![\w.@/-])(?:the\s+)?"
    r"(?:(?:https?://)?jamboard\.google\.com\S*|(?:google\s+)?jam[\s-]?board"
    r"(?:\s+sticky\s+notes?)?|(?:https?://)?(?:[\w-]+\.)*(?:sli\.do|slido(?:\.com)?)(?:/\S*)?)"
    r"(?![\w-])(?:\s+board)?"
)
REPLACED_TOOL = re.compile(
    r"(?:https?:)?/{0,2}(?:[\w-]+\.)*(?:jamboard\.google\.com|sli\.do|slido\.com)(?:[/?#:].*)?",
    re.IGNORECASE,
)
NAMED_TOOL = re.compile(TOOL, re.IGNORECASE)
MENTION = re.compile(rf"\b(use|using|via|on|with)(\s+)({TOOL})", re.IGNORECASE)
ARTICLES = frozenset({"a", "an", "the", "our", "your", "this", "that", "my", "their"})
BLOCKS = frozenset({"p", "li", "dd", "dt", "td", "th", "div", "blockquote"})
NOT_PROSE = frozenset({"a", "code", "pre", "figure"})
MARK = "\x00"


class BoardLinks:
    """Rewrites one page's links and mentions so that the sentence still reads naturally."""

    def __init__(self, root: ET.Element, board_url: str, wall_url: str = "") -> None:
        """Work on one page's tree."""
        self.root = root
        self.board_url = board_url
        self.wall_url = wall_url
        self.parents = html_tree.parents(root)
        self.linked = False
        self.notes: list[Note] = []

    def rewrite(self, link: ET.Element) -> None:
        """Point a link at the board, and name the board where it named the tool."""
        href, text = link.get("href", ""), html_tree.text_of(link)
        before = self._text_before(link)
        named = NAMED_TOOL.sub(lambda found: board_name(before + text[: found.start()]), text)
        if named != text or not text:
            html_tree.become(link, _link(named or board_name(before), self.board_url))
        link.attrib.clear()
        link.attrib.update(self._leads_to(href))
        self.linked = True
        self._note("the link to", href)

    def rewrite_mentions(self) -> None:
        """Name the board where the text tells people to put questions into a tool."""
        for block in self.root.iter():
            if block.tag in BLOCKS and "question" in html_tree.text_of(block).lower():
                self._rewrite_prose(block)

    def _rewrite_prose(self, element: ET.Element) -> None:
        if element.tag in NOT_PROSE:
            return
        for child in list(element):
            if child.tag not in BLOCKS:
                self._rewrite_prose(child)
        self._rewrite_text(element, None)
        for child in list(element):
            self._rewrite_text(element, child)

    def _rewrite_text(self, parent: ET.Element, after: ET.Element | None) -> None:
        """Rewrite the parent's first text, or the text that follows one of its children."""
        text = (parent.text if after is None else after.tail) or ""
        found = MENTION.search(text)
        if not found:
            return
        self._note("the mention of", found[3])
        if not self.linked:
            self.linked = True
            link = _link("the question board", self.board_url)
            link.attrib.update(self._leads_to(found[3]))
            link.tail = MENTION.sub(r"\1\2the question board", text[found.end() :])
            parent.insert(0 if after is None else list(parent).index(after) + 1, link)
            text = text[: found.start(3)]
        else:
            text = MENTION.sub(r"\1\2the question board", text)
        if after is None:
            parent.text = text
        else:
            after.tail = text

    def _text_before(self, link: ET.Element) -> str:
        block = self.parents[link]
        while block.tag not in BLOCKS and block in self.parents:
            block = self.parents[block]
        text, link.text = link.text, MARK
        before = "".join(block.itertext()).partition(MARK)[0]
        link.text = text
        return before

    def _leads_to(self, named: str) -> dict[str, str]:
        if self.wall_url and _is_jamboard(named):
            return {"href": self.wall_url, "class": "wall-link"}
        return {"href": self.board_url, "class": "board-link"}

    def _note(self, what: str, named: str) -> None:
        tool = "Google Jamboard, which is shut down," if _is_jamboard(named) else "Slido"
        message = f"{what} {tool} is shown as this talk's question board; write that instead"
        self.notes.append(Note(message, named))


def is_replaced_tool(href: str) -> bool:
    """Whether a link, even one lacking its ``https://``, leads to a tool the board replaces."""
    return bool(REPLACED_TOOL.fullmatch(href.strip()))


def _is_jamboard(named: str) -> bool:
    return "jam" in named.lower()


def board_name(before: str) -> str:
    """Name the board so that it continues the text before it."""
    words = before.split()
    if not words or words[-1][-1] in ".!?:":
        return "Question board"
    return "question board" if words[-1].lower() in ARTICLES else "the question board"


def _link(text: str, url: str) -> ET.Element:
    link = ET.Element("a", {"href": url, "class": "board-link"})
    link.text = text
    return link

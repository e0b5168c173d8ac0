"""Sanitised HTML as a tree, and back."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "wbr", "col", "source"})
DEPTH_LIMIT = 100


class TooDeepError(Exception):
    """The page nests its elements too deeply to be a page for people."""


class _Builder(HTMLParser):
    """Builds an ElementTree from balanced HTML, as the sanitiser writes it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tree = ET.TreeBuilder()
        self.open: list[str] = []
        self.tree.start("div", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.tree.end(tag)
            return
        self.open.append(tag)
        if len(self.open) > DEPTH_LIMIT:
            raise TooDeepError

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
            self.tree.end(tag)

    def handle_data(self, data: str) -> None:
        self.tree.data(data)

    def finish(self) -> ET.Element:
        """Close what is open and return the root."""
        self.close()
        while self.open:
            self.tree.end(self.open.pop())
        self.tree.end("div")
        return self.tree.close()


def parse(html: str) -> ET.Element:
    """Return a ``div`` holding the HTML; raises TooDeepError."""
    builder = _Builder()
    builder.feed(html)
    return builder.finish()


def to_html(root: ET.Element) -> str:
    """Write out what is inside the root."""
    html = ET.tostring(root, encoding="unicode", method="html")
    return html[html.index(">") + 1 : -len("</div>")]


def text_of(element: ET.Element) -> str:
    """Return an element's text with its white space evened out."""
    return " ".join("".join(element.itertext()).split())


def parents(root: ET.Element) -> dict[ET.Element, ET.Element]:
    """Map every element to its parent."""
    return {child: parent for parent in root.iter() for child in parent}


def append_space(element: ET.Element) -> None:
    """Let the words around an element that is going away stay apart."""
    tail = element.tail or ""
    if tail and not tail[0].isspace():
        element.tail = f" {tail}"


def remove(parent: ET.Element, child: ET.Element) -> None:
    """Take a child out, keeping the text that follows it."""
    index = list(parent).index(child)
    tail = child.tail or ""
    parent.remove(child)
    if index:
        parent[index - 1].tail = (parent[index - 1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail


def become(element: ET.Element, other: ET.Element) -> None:
    """Turn an element into another, in its place."""
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = other.tag, other.text, tail
    element.attrib.update(other.attrib)
    element.extend(other)

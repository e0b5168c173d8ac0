"""A chart of pygal's, stripped to what a strict policy lets through, and given words.

What is painted stands in attributes. A style sheet overrides them by class, so that a plot is
dark on a dark page, and the same file, as it is, goes into a PDF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple
from xml.etree.ElementTree import Element

INK, MUTED, LINE = "#1d2333", "#5b6273", "#d3d7e0"
FONT = "system-ui, Libertinus Serif, sans-serif"
UNUSED_TAGS = ("defs", "desc", "script", "title")
UNUSED_CLASSES = {
    "background",
    "overlay",
    "text-overlay",
    "tooltip-overlay",
    "titles",
    "legends",
}
CLOSE = 44  # two names nearer than this would run into each other
TOP = -10


class Said(NamedTuple):
    """What a plot shows, in words."""

    title: str
    text: str


class Mark(NamedTuple):
    """Something that happened: its share of the plot's width, and its name."""

    place: float
    name: str


def strip(
    root: Element, id: str, said: Said, marks: Iterable[Mark], across: Callable[[float], float]
) -> Element:
    """Return the drawing without styles and scripts, painted, marked and said.

    ``across`` returns how far from the left a share of the width is.
    """
    _prune(root)
    [plot] = [group for group in root.iter() if group.get("class") == "plot"]
    for group in plot:
        kind = (group.get("class") or "").split()
        if "x" in kind:
            _remove_lines(group)
        _paint(group, kind)
    _mark(plot, marks, across)
    plot.set("class", "plot__area")
    _say(root, id, said)
    return root


def _prune(parent: Element) -> None:
    for child in list(parent):
        if _is_unused(child):
            parent.remove(child)
        else:
            _prune(child)


def _is_unused(node: Element) -> bool:
    if not isinstance(node.tag, str):  # a comment
        return True
    tag, classes = _tag(node), set((node.get("class") or "").split())
    if tag in UNUSED_TAGS or classes & UNUSED_CLASSES:
        return True
    return (tag == "text" and not node.text) or (tag == "rect" and node.get("height") == "0.0")


def _remove_lines(axis: Element) -> None:
    """Leave an axis only its labels."""
    for group in (axis, *axis):
        for line in [node for node in group if _tag(node) == "path"]:
            group.remove(line)
    for group in [group for group in axis if not len(group)]:
        axis.remove(group)


def _paint(group: Element, kind: list[str]) -> None:
    for node in list(group.iter()):
        tag = _tag(node)
        if tag == "rect":
            _set(node, "plot__bar", fill=MUTED)
        elif tag == "text":
            _set(node, "plot__label", fill=MUTED)
            node.set("text-anchor", "end" if "y" in kind else "middle")
        elif tag == "path":
            _set(node, "plot__guide", stroke=LINE, fill="none")


def _set(node: Element, name: str, **painted: str) -> None:
    node.set("class", name)
    for attribute, value in painted.items():
        node.set(attribute, value)


def _mark(plot: Element, marks: Iterable[Mark], across: Callable[[float], float]) -> None:
    """Draw a line for each mark, and its name above unless there is one just before."""
    bottom, named = _bottom(plot), float(-CLOSE)
    for mark in marks:
        x = across(mark.place)
        line = _add(plot, "path", d=f"M{x:.1f} {TOP + 4} V{bottom:.1f}", fill="none")
        _set(line, "plot__mark", stroke=INK)
        line.set("stroke-dasharray", "3 3")
        if x - named >= CLOSE:
            name = _add(plot, "text", x=f"{x:.1f}", y=str(TOP))
            _set(name, "plot__name", fill=INK)
            name.set("text-anchor", "middle")
            name.text, named = mark.name, x


def _bottom(plot: Element) -> float:
    """Return how far down the lowest line is, on which the bars stand."""
    lines = [node.get("d", "") for node in plot.iter() if _tag(node) == "path"]
    return max(float(line.split()[1]) for line in lines)


def _say(root: Element, id: str, said: Said) -> None:
    _set(root, "plot", role="img")
    root.set("id", id)
    root.set("aria-labelledby", f"{id}-title {id}-text")
    root.set("font-family", FONT)
    root.set("font-size", "13")
    for place, (tag, end, text) in enumerate(
        (("title", "title", said.title), ("desc", "text", said.text))
    ):
        node = root.makeelement(_named(root, tag), {"id": f"{id}-{end}"})
        node.text = text
        root.insert(place, node)


def _tag(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    node = parent.makeelement(_named(parent, tag), attributes)
    parent.append(node)
    return node


def _named(like: Element, tag: str) -> str:
    """Return a tag in the name space that another element is in."""
    space, end, _ = like.tag.rpartition("}")
    return f"{space}{end}{tag}"

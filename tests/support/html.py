"""HTML as browsers read it: html5ever's tree, as elements of the standard library."""

from xml.etree.ElementTree import Element

from markupever import HtmlOptions, Parser, dom

OPTIONS = HtmlOptions(exact_errors=True)
AROUND = "<!doctype html><title>A part of a page</title><body>"


def parse(html: str) -> tuple[Element, list[str]]:
    """Return a whole page's root and what is wrong with its HTML."""
    parser = Parser(OPTIONS).process(html).finish()
    errors = parser.errors()
    document = parser.into_dom().root()
    [root] = [node for node in document.children() if isinstance(node, dom.Element)]
    return _element(root), errors


def parse_part(html: str) -> tuple[Element, list[str]]:
    """Return a body that holds the part of a page, and what is wrong with its HTML."""
    root, errors = parse(f"{AROUND}{html}")
    body = root.find("body")
    assert body is not None
    return body, errors


def part(html: str) -> Element:
    """Return a body that holds the part of a page, whatever is wrong with its HTML."""
    return parse_part(html)[0]


def _element(node: dom.Element) -> Element:
    element = Element(node.name.local, {name.local: value for name, value in node.attrs.items()})
    last = None
    for child in node.children():
        if isinstance(child, dom.Element):
            last = _element(child)
            element.append(last)
        elif isinstance(child, dom.Text) and last is None:
            element.text = (element.text or "") + child.content
        elif isinstance(child, dom.Text):
            last.tail = (last.tail or "") + child.content
    return element

"""What every template keeps, page or part."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PARTS = [path for path in TEMPLATES if path.name.startswith("_")]
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
FORBIDDEN = {
    r"\|\s*safe\b": "marks something safe",
    r"<style\b": "has a style element",
    r"<script\b(?![^>]*\ssrc=)(?! type=\"application/json\")": "has a script inside",
    r"\sstyle\s*=": "has a style attribute",
    r"\son[a-z]+\s*=": "has an event handler",
    r"\shx-(on|vals|vars)\b": "has something to evaluate",
    r"javascript:": "has a javascript: address",
    r"https?://(?!www\.w3\.org/)": "names another site",
    r"autoescape": "changes the escaping",
    r"\{%-?\s*macro\s+_": "has a private macro",
}


def named(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


class Outline(HTMLParser):
    """Counts what stands outermost."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.roots: list[str] = []
        self.loose: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.open:
            self.roots.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.open:
            self.roots.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another"

    def handle_data(self, data: str) -> None:
        if not self.open and data.strip():
            self.loose.append(data.strip())


@pytest.mark.parametrize("path", PARTS, ids=named)
def test_a_part_opens_with_what_it_needs(path):
    assert re.match(r"\{# needs: [^#]+#\}\n", path.read_text())


@pytest.mark.parametrize("path", PARTS, ids=named)
def test_a_part_has_one_root(path):
    outline = Outline()
    outline.feed(JINJA.sub("", path.read_text()))
    outline.close()

    assert (len(outline.roots), outline.loose, outline.open) == (1, [], [])


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_has_nothing_that_the_policy_would_stop(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)

    found = [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)]
    assert found == []


def test_every_template_compiles(app):
    names = app.jinja_env.list_templates()

    assert len(names) > len(TEMPLATES)
    for name in names:
        app.jinja_env.get_template(name)


def test_every_template_is_used():
    sources = [*(ROOT / "companion").rglob("*.py"), *(ROOT / "templates").rglob("*.*")]
    text = "\n".join(path.read_text() for path in sources)
    shared = {f"question/{name}" for name in re.findall(r'"(_[a-z]+\.html)"', text)}

    unused = [name for name in map(named, TEMPLATES) if f'"{name}"' not in text]
    assert [name for name in unused if name not in shared] == []


@pytest.mark.parametrize(
    "path", [path for path in PARTS if path.parent.name == "question"], ids=named
)
def test_what_is_broadcast_knows_nothing_of_the_one_who_asks(path):
    text = path.read_text()

    assert (
        re.findall(
            r"\b(request|session|g|current_user|get_flashed_messages|config)\b\s*[.(\[]", text
        )
        == []
    )


def filters(source: str) -> set[str]:
    """Return the filters that a template names, those that it maps by too."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    found = list(tree.find_all(nodes.Filter))
    mapped = [one.args[0] for one in found if one.name == "map" and one.args]
    return {one.name for one in found} | {n.value for n in mapped if isinstance(n, nodes.Const)}


def test_every_filter_is_there(app):
    """Jinja looks for one within a condition, or behind ``map``, only when it comes to it."""
    assert filters("{% if a %}{{ b|c|map('d') }}{% endif %}") == {"c", "map", "d"}
    for path in TEMPLATES:
        assert filters(path.read_text()) <= set(app.jinja_env.filters), path


def test_whatever_is_refreshed_stays_as_it_is_where_it_cannot_be_fetched():
    scripts = "".join(path.read_text() for path in (ROOT / "static" / "js").rglob("*.js"))
    pages = "".join(path.read_text() for path in TEMPLATES)
    refreshed = {
        found[1]
        for tag in re.findall(r"<\w+ [^>]*hx-trigger=\"[^>]*", pages)
        if "refresh" in tag and (found := re.search(r"\bid=\"([\w-]+)\"", tag))
    }
    views = set(re.findall(r"data-part=\"(\w+)\"", pages))

    assert {"board", "polls", "rating", "wall-log", "desk"} <= refreshed
    assert refreshed == views | set(re.findall(r"refresher\(\"([\w-]+)\"", scripts))

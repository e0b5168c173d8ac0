"""Whatever pages say goes through gettext, and every language says all of it."""

import ast
import json
import re
import subprocess
import sys
from gettext import GNUTranslations
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment, nodes

from tests.support.catalogues import (
    FOLDER,
    JS,
    PO,
    ROOT,
    TEMPLATE,
    compiled,
    compiled_pages,
    kept,
    languages,
    said,
    write,
)

TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".jinja", ".xml")
)
# What is made for other programs, or has a language of its own.
APART = ("exports/webpage.html.jinja", "report/plot.svg.jinja", "pages/feed.xml", "embed/snippet")
# Blocks and macros of what stands within a tag.
IN_TAGS = ("body_attributes", "main_class", "clock_data", "goes", "posts", "turns")
SILENT = ("script", "style", "svg", "pre")
# What programs and terminals are told, in English.
TOLD_IN_ENGLISH = ("api/", "cli/", "store/", "web/api.py")
READ_ALOUD = {"alt", "aria-label", "placeholder", "title", "label", "aria-description"}
WORD, SENTENCE = re.compile(r"[A-Za-z]{2,}"), re.compile(r"^[A-Z][a-z]+( |$)|[a-z] [a-z]{2,} [a-z]")
PASSED_ON = {"in_words", "without_folders"}  # which put into words what they are given
GETTEXT = {"gettext", "ngettext", "pgettext", "npgettext", "_"}
KEYS = ("Esc",)
FILLED_IN = re.compile(r"%\(\w+\)s")


class Texts(HTMLParser):
    """Collects what a template shows or has read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        self._silent += tag in SILENT
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag):
        self._silent -= tag in SILENT

    def handle_data(self, data):
        if not self._silent:
            self.found.append(data)


def escaped(source: str) -> list[str]:
    """Return the words in a template that no catalogue can have."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    parts = tree.find_all((nodes.Block, nodes.Macro))
    in_tags = [part for part in parts if part.name in IN_TAGS]
    silent = {id(output) for part in in_tags for output in part.find_all(nodes.Output)}
    outputs = [output for output in tree.find_all(nodes.Output) if id(output) not in silent]
    shown = [node for output in outputs for node in output.nodes]
    texts = Texts()
    texts.feed("".join(n.data if isinstance(n, nodes.TemplateData) else "\0" for n in shown))
    return [text.strip() for text in texts.found if WORD.search(text)] + _sentences(tree)


def _sentences(node: nodes.Node) -> list[str]:
    """Return what stands as a sentence in expressions, outside of any call of gettext."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in GETTEXT:
        return []
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return [node.value] if SENTENCE.search(node.value) and node.value not in KEYS else []
    return [found for child in node.iter_child_nodes() for found in _sentences(child)]


SAID_BY_SCRIPTS = re.compile(r'n?gettext\("[^"]*"(, "[^"]*")?')
COMMENTS = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
LITERALS = re.compile(r'"([^"\n]*)"|`([^`\n]*)`')
# Names of keys, headers, elements and errors; and what a browser's console alone is told.
NO_WORDS = re.compile(
    r"^(Escape|Enter|ArrowRight|PageDown|Companion-\w+|SCRIPT|AbortError|InvalidStateError|POST|GET"
    r"|SameSite.*|Secure; .*|HX-Request|Accept|io client disconnect|the server answers .*"
    r"|use strict|allow-scripts .*|EventSource|WebSocket|.*[#\[].*)$"
)


@pytest.mark.parametrize("path", sorted((ROOT / JS).rglob("*.js")), ids=lambda path: path.stem)
def test_no_words_of_a_script_escape(path):
    source = SAID_BY_SCRIPTS.sub("", COMMENTS.sub("", path.read_text()))
    literals = ["".join(found) for found in LITERALS.findall(source)]
    assert [t for t in literals if SENTENCE.search(t) and not NO_WORDS.search(t)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "static/css").rglob("*.css")), ids=lambda p: p.name)
def test_no_words_stand_in_a_style_sheet(path):
    assert re.findall(r'content: *"[^"]*[A-Za-z]{2}[^"]*"', path.read_text()) == []


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


@pytest.mark.parametrize(
    "path",
    [p for p in TEMPLATES if not name_of(p).startswith(APART)],
    ids=name_of,
)
def test_no_words_of_a_template_escape(path):
    assert escaped(path.read_text()) == []


def test_words_that_escape_are_found():
    assert escaped("<p>Hello {{ name }}</p>") == ["Hello \0"]
    assert escaped('<img alt="A bee">') == ["A bee"]
    assert escaped("{{ 'Vote for it' if wanted else _('Take it back') }}") == ["Vote for it"]
    assert escaped("{% block main_class %}page{% endblock %}") == []
    assert escaped("{% block main %}Page{% endblock %}") == ["Page"]
    assert escaped("<p class='a b'>{% trans %}Hello{% endtrans %} {{ _('you') }}</p>") == []


def test_the_catalogue_has_all_that_is_said():
    assert sayings(kept(TEMPLATE)) == sayings(said())


def sayings(catalog) -> list[tuple[str, ...]]:
    """Return each sentence with its context and the files that say it, which scripts go by."""
    return sorted(
        (str(m.context), str(m.id), *sorted({path for path, _line in m.locations}))
        for m in catalog
        if m.id
    )


@pytest.mark.parametrize("language", languages())
def test_a_language_says_all_of_it(language):
    catalog, wanted = kept(FOLDER / language / PO), kept(TEMPLATE)
    assert sayings(wanted) == sayings(catalog)
    for message in catalog:
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else message.string
        assert all(strings), message.id
        needed, known = (set(FILLED_IN.findall(text)) for text in (ids[0], " ".join(ids)))
        for string in strings:
            assert set(FILLED_IN.findall(string)) <= known, string
            assert needed - {"%(num)s"} <= set(FILLED_IN.findall(string)), string


@pytest.mark.parametrize("language", languages())
def test_what_is_compiled_is_what_is_written(language):
    catalog, folder = kept(FOLDER / language / PO), FOLDER / language / "LC_MESSAGES"
    assert (folder / "scripts.json").read_text() == compiled(catalog)
    assert (folder / "messages.mo").read_bytes() == compiled_pages(catalog)


def test_plurals_and_contexts_are_compiled(tmp_path):
    catalog = Catalog(locale="pl", charset="utf-8")
    catalog.add(("%(num)s bee", "%(num)s bees"), ("1 pszczoła", "2 pszczoły", "5 pszczół"))
    catalog.add(("%(num)s hive", "%(num)s hives"), ("ul", "", ""))
    catalog.add("Open", "Otwarte", context="status")
    catalog.add("Open", "Otwórz")
    words = GNUTranslations(BytesIO(compiled_pages(catalog)))

    bees = [words.ngettext("%(num)s bee", "%(num)s bees", number)[0] for number in (1, 2, 5, 102)]
    assert bees == ["1", "2", "5", "2"]
    assert words.ngettext("%(num)s hive", "%(num)s hives", 5) == "%(num)s hives"
    assert words.pgettext("status", "Open") == "Otwarte"
    assert words.gettext("Open") == "Otwórz"


def test_a_catalogue_is_read_by_other_tools_and_never_changes_by_itself(tmp_path):
    """With the header that says in which letters it is, and which plurals there are."""
    folder = tmp_path / "pl"
    (folder / PO).parent.mkdir(parents=True)
    (folder / PO).touch()
    write(tmp_path)
    first = {path: path.read_bytes() for path in folder.rglob("*.*")}
    text = (folder / PO).read_text()
    for line in ('"Language: pl', '"Content-Type: text/plain; charset=utf-8', '"Plural-Forms: npl'):
        assert line in text
    assert "-Date:" not in text
    assert len(first) == 3

    write(tmp_path)

    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == first


def test_what_the_document_says_makes_a_language_elsewhere(make_app, tmp_path):
    """Follow docs/translating.md, with its own command, outside of the package."""
    said = (ROOT / "docs/translating.md").read_text()
    command = "python -m tests.support.catalogues FOLDER"
    assert f"`{command}`" in said
    po = tmp_path / "pt_BR" / PO
    po.parent.mkdir(parents=True)
    po.touch()

    def bring_up_to_date() -> None:
        words = [sys.executable, *command.replace("FOLDER", str(tmp_path)).split()[1:]]
        subprocess.run(words, cwd=ROOT, check=True)

    bring_up_to_date()
    for english, words in (("Skip to the content", "Ir ao conteúdo"), ("Copied.", "Copiado.")):
        text = po.read_text(encoding="utf-8")
        assert f'msgid "{english}"\nmsgstr ""' in text
        sentence = f'msgid "{english}"\nmsgstr '
        po.write_text(text.replace(f'{sentence}""', f'{sentence}"{words}"'), encoding="utf-8")
    bring_up_to_date()

    app = make_app(translations=str(tmp_path), language="pt-BR")
    page = app.test_client().get("/join", base_url="http://localhost:8000").text
    assert "Ir ao conteúdo" in page
    assert json.loads(page.partition('id="words">')[2].partition("<")[0])["Copied."] == "Copiado."


MODULES = {
    path.relative_to(ROOT / "companion").as_posix(): ast.parse(path.read_text())
    for path in sorted((ROOT / "companion").rglob("*.py"))
}


def is_message(node: ast.expr | None, constants: set[str]) -> bool:
    """Whether what somebody is told is put into their language where it is shown."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in GETTEXT | PASSED_ON
    if isinstance(node, ast.Name):
        return node.id in constants
    return isinstance(node, ast.Attribute) and node.attr in ("message", "problem")


def constants_of(*modules: ast.Module) -> set[str]:
    """Return the names of messages that stand at the top of a module."""
    return {
        target.id
        for module in modules
        for node in module.body
        if isinstance(node, ast.Assign) and is_message(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def told_in_english(modules: dict[str, ast.Module]) -> list[str]:
    """Return where somebody is refused, or answered with an error, in words of no catalogue."""
    constants = constants_of(*modules.values())
    return [
        f"{path}:{node.lineno}"
        for path, module in modules.items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Refused", "abort")
        for said in node.args[node.func.id == "abort" :][:1]  # type: ignore[attr-defined]
        if not is_message(said, constants)
    ]


def test_whoever_is_refused_is_told_in_their_language():
    found = told_in_english(MODULES)

    assert [place for place in found if not place.startswith(TOLD_IN_ENGLISH)] == []


def test_a_refusal_in_english_is_found():
    source = """
KNOWN = gettext("Wait.")
def refuse(refusal):
    Refused("Wait."), Refused(f"Wait {1}."), abort(404, OTHER), Refused(OTHER, field="name")
    Refused(KNOWN), Refused(ngettext("a", "b", 2)), abort(404, refusal.message), abort(404)
"""

    assert told_in_english({"a.py": ast.parse(source)}) == ["a.py:4"] * 4

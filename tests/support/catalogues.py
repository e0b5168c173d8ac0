"""The catalogues of what pages say: what is said, and what it is in each language.

`python -m tests.support.catalogues` writes those that stand in companion/translations anew: new
sentences come without a translation, and those that nobody says any more go. With a FOLDER it
does so for those in that.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from gettext import c2py
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from companion.translations import FOLDER, PAGES, SCRIPTS

ROOT = FOLDER.parents[1]
TEMPLATE = FOLDER / "messages.pot"
PO = "LC_MESSAGES/messages.po"
JS = "static/js"
FOLDERS = {
    "companion": [("**.py", "python")],
    "templates": [("**", "jinja2")],
    JS: [("**.js", "javascript")],
}
# Numbers whose form of a plural scripts are told. What is beyond goes by its last two digits, and
# is told from what is below a hundred: 102 is another form in Polish than 12, and 2 the same.
COUNTED = 200
MADE = datetime(2026, 1, 1, tzinfo=UTC)  # what catalogues say of when: else they change each day


def said() -> Catalog:
    """Return every sentence that code, templates and scripts say, and which files say it."""
    catalog = Catalog(project="Companion", charset="utf-8")
    for folder, methods in FOLDERS.items():
        found = extract_from_dir(
            ROOT / folder, methods, {"**": {"trimmed": "true"}}, comment_tags=["Translators:"]
        )
        for path, _line, id, comments, context in sorted(found, key=lambda one: one[:2]):
            where = [(f"{folder}/{path}", 0)]
            catalog.add(id, locations=where, auto_comments=comments, context=context)
    return catalog


def languages(folder: Path = FOLDER) -> list[str]:
    """Return the names of the languages that there are catalogues of."""
    return sorted(path.parents[1].name for path in folder.glob(f"*/{PO}"))


def kept(path: Path) -> Catalog:
    """Return a catalogue as it is in its file."""
    with path.open("rb") as file:
        return read_po(file, locale=None if path == TEMPLATE else path.parents[1].name)


def compiled(catalog: Catalog) -> str:
    """Return what scripts say in a language, and the form of a plural for each number."""
    words = {
        message.id if isinstance(message.id, str) else message.id[0]: message.string
        for message in _translated(catalog)
        if any(where.startswith(JS) for where, _line in message.locations)
    }
    form = c2py(catalog.plural_expr)
    words[""] = "".join(str(form(number)) for number in range(COUNTED))
    return json.dumps(words, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def compiled_pages(catalog: Catalog) -> bytes:
    """Return what pages say in a language, as gettext reads it; what lacks a form is left out."""
    whole = Catalog(catalog.locale, charset="utf-8", creation_date=MADE, revision_date=MADE)
    whole.mime_headers = [one for one in catalog.mime_headers if one[0] == "Plural-Forms"]
    for message in _translated(catalog):
        whole.add(message.id, message.string, context=message.context)
    file = BytesIO()
    write_mo(file, whole)
    return file.getvalue()


def _translated(catalog: Catalog) -> Iterator:
    return (message for message in catalog if message.id and all(_forms(message.string or "")))


def _forms(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else string


def save(catalog: Catalog, folder: Path) -> None:
    """Write a language's catalogue, and what it is compiled to, below its folder."""
    (folder / PO).parent.mkdir(parents=True, exist_ok=True)
    write_catalogue(catalog, folder / PO)
    (folder / PAGES).write_bytes(compiled_pages(catalog))
    (folder / SCRIPTS).write_text(compiled(catalog), encoding="utf-8")


def write_catalogue(catalog: Catalog, path: Path) -> None:
    """Write a catalogue so that what has not changed stands where it stood."""
    with path.open("wb") as file:
        file.write(_header(catalog).encode())
        write_po(file, catalog, 100, omit_header=True, sort_by_file=True, include_lineno=False)


def _header(catalog: Catalog) -> str:
    """Return what other tools need to know of a catalogue, and nothing of when and by whom."""
    wanted = (
        "Language",
        "Plural-Forms",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    )
    lines = [f'"{name}: {value}\\n"\n' for name, value in catalog.mime_headers if name in wanted]
    return "".join(['msgid ""\nmsgstr ""\n', *lines, "\n"])


def write(folder: Path = FOLDER) -> None:
    """Bring the catalogues below a folder up to date."""
    template = said()
    if folder == FOLDER:
        write_catalogue(template, TEMPLATE)
    for language in languages(folder):
        catalog = kept(folder / language / PO)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        save(catalog, folder / language)


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:2]))

"""The published Q&A as a data file, for sites whose layout shows it.

One value stands on one line, and what is empty is left out: a late answer adds a line, and Liquid,
to which an empty string is true, can ask whether there is one.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from companion.board import richtext
from companion.board.recording import in_words
from companion.errors import Refused
from companion.exports.dataset import VERSION, QuestionRecord
from companion.publish import files

HEAD = f"# Written by Companion, anew each time.\nversion: {VERSION}\n"
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # of C where there is one
# What JSON leaves as it is, but YAML takes for a line break or for no text at all.
NOT_PLAIN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def folder_for(page: Path, wanted: Path | None) -> Path:
    """Return the folder for data files: the wanted one, else that of the site the page is in.

    Raises Refused when there is neither.
    """
    if wanted:
        return wanted
    for parent in (page.parent.resolve() / page.name).parents:
        if (parent / "_config.yml").is_file():
            folder = parent / "_data" / "qa"
            files.refuse_outside(folder, parent)
            return folder
    raise Refused(
        f"{page} is in no Jekyll site (no _config.yml above it); "
        "say with COMPANION_PUBLISH_TO in which folder the data files are"
    )


def held(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Return the numbers of what a data file holds, each with its words, "" where they are gone.

    Raises Refused when it is no YAML.
    """
    try:
        found = yaml.load(text, Loader=LOADER)  # noqa: S506 (it makes nothing but text)
    except (yaml.YAMLError, RecursionError):
        raise Refused(f"{path} is not valid YAML; mend it, or take it away") from None
    entries = found.get("entries") if isinstance(found, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and str(entry.get("number")).isdecimal():
            yield int(entry["number"]), str(entry.get("text", ""))


def written(entries: Iterable[QuestionRecord]) -> str:
    """Return the data file's text."""
    lines = "".join(map(_entry, entries))
    return f"{HEAD}entries:\n{lines}" if lines else f"{HEAD}entries: []\n"


def _entry(entry: QuestionRecord) -> str:
    time.sleep(0)  # writing many takes a while, and others want to be served
    return "".join(
        f"  {'-' if at == 0 else ' '} {name}: {value if isinstance(value, int) else _text(value)}\n"
        for at, (name, value) in enumerate(_fields(entry))
    )


def _fields(entry: QuestionRecord) -> Iterator[tuple[str, str | int]]:
    fields: dict[str, str | int] = {
        "number": entry.number,
        "kind": entry.kind.value,
        "status": entry.status.value,
        "text": " ".join(entry.text.split()),
        "detail_html": str(richtext.to_html(entry.detail)).strip(),
        "votes": entry.votes,
        "author": " ".join(entry.author.split()),
        "asked_by": entry.askers,
        "recorded_at": "" if entry.offset is None else in_words(entry.offset),
        "link": entry.link,
        "answer_html": str(richtext.answer_to_html(entry.answer)).strip(),
    }
    return ((name, value) for name, value in fields.items() if value != "")


def _text(text: str) -> str:
    """Return a text in double quotes, which JSON and YAML read alike."""
    plain = json.dumps(text, ensure_ascii=False)
    return NOT_PLAIN.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)

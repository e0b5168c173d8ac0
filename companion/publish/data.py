"""The published Q&A as a data file, for sites whose layout shows it.

One value stands on one line, and what is empty is left out: a late answer adds a line, and Liquid,
to which an empty string is true, can ask whether there is one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from companion.board import richtext
from companion.board.poll_totals import OptionTotal, PollTotal
from companion.board.recording import in_words
from companion.errors import Refused
from companion.exports.dataset import VERSION, QuestionRecord
from companion.messages import gettext
from companion.writing import files
from companion.writing.yaml_text import quoted

HEAD = f"# Written by Companion, anew each time.\nversion: {VERSION}\n"
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # of C where there is one


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
        gettext(
            "%(file)s is in no Jekyll site (no _config.yml above it); "
            "say with COMPANION_PUBLISH_TO in which folder the data files are",
            file=page,
        )
    )


def held(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Return the numbers of what a data file holds, each with its words, "" where they are gone.

    Raises Refused when it is no YAML.
    """
    try:
        found = yaml.load(text, Loader=LOADER)  # noqa: S506 (it makes nothing but text)
    except (yaml.YAMLError, RecursionError):
        raise Refused(
            gettext("%(file)s is not valid YAML; mend it, or take it away", file=path)
        ) from None
    entries = found.get("entries") if isinstance(found, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and str(entry.get("number")).isdecimal():
            yield int(entry["number"]), str(entry.get("text", ""))


def written(entries: Iterable[QuestionRecord], polls: Iterable[PollTotal] = ()) -> str:
    """Return the data file's text; without polls there is no word of them."""
    lines, more = "".join(map(_entry, entries)), "".join(map(_poll, polls))
    asked = f"entries:\n{lines}" if lines else "entries: []\n"
    return f"{HEAD}{asked}polls:\n{more}" if more else f"{HEAD}{asked}"


def _entry(entry: QuestionRecord) -> str:
    time.sleep(0)  # writing many takes a while, and others want to be served
    return _item("  ", _fields(entry))


def _poll(poll: PollTotal) -> str:
    fields: dict[str, str | int] = {
        "number": poll.number,
        "text": poll.text,
        "answered_by": poll.people,
    }
    options = "".join(_item("      ", _about(option)) for option in poll.options)
    return f"{_item('  ', fields.items())}    options:\n{options}"


def _about(option: OptionTotal) -> Iterator[tuple[str, str | int]]:
    yield "text", option.text
    yield "votes", option.votes
    if option.percent is not None:
        yield "percent", option.percent
    if option.is_right:
        yield "right", True


def _item(indent: str, fields: Iterable[tuple[str, str | int]]) -> str:
    """Return one of a list, its values each on a line."""
    written = (
        f"{name}: {quoted(value) if isinstance(value, str) else json.dumps(value)}\n"
        for name, value in fields
    )
    return "".join(f"{indent}{'-' if at == 0 else ' '} {line}" for at, line in enumerate(written))


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
        "cluster": entry.spot.title,
        "answers_to": " ".join(entry.answers_to.split()),
    }
    return ((name, value) for name, value in fields.items() if value != "")

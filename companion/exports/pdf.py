"""A talk's Q&A as a PDF, typeset by typst from the record: what people wrote arrives as data.

The template is `pdf.typ`. It is given JSON and never source, so nothing that somebody wrote is
ever taken for markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

import typst

from companion.board import recording
from companion.board.plural import plural
from companion.exports.dataset import QuestionRecord, TalkRecord
from companion.exports.glyphs import (
    Missing,
    characters,
    is_right_to_left,
    missing_in,
    pieces,
)
from companion.exports.markup import Say, answer_tree, detail_tree, headline
from companion.exports.wording import NAMED_REASONS, sections, when
from companion.report import PLOTS, Figures, draw, in_words, series_of
from companion.store.models import Kind, Status
from companion.talks.phase import Phase

TEMPLATE = Path(__file__).with_suffix(".typ")
FIRST_FONTS, LAST_FONTS = ("Libertinus Serif",), ("New Computer Modern", "DejaVu Sans Mono")
# Packages of fonts for other scripts, taken where they are installed, with each one's family.
MORE_FONTS = {
    "fontpkg_amiri": "Amiri",
    "noto_cjk_sans_jp_regular": "Noto Sans CJK JP",
    "fontpkg_noto_sans_thai": "Noto Sans Thai",
}
STANDARD: Literal["ua-1"] = "ua-1"
Standard = Literal["ua-1"] | None
TRIES = 3
PROBE = b"""#set document(title: "Probe")
#set text(font: json(bytes(sys.inputs.fonts)))
#for char in sys.inputs.characters.codepoints() [#char ]
"""
PHASES = {
    Phase.DOORS: "Doors",
    Phase.TALK: "Talk",
    Phase.QA: "Questions and answers",
    Phase.OVER: "End",
}


class Fonts(NamedTuple):
    """Which fonts a text is set in, the first that has a letter, and where they are besides."""

    families: tuple[str, ...]
    folders: tuple[str, ...]


def write(record: TalkRecord, figures: Figures | None, out: BinaryIO) -> None:
    """Write a record as a PDF, with the plots of its figures if there are any.

    It is PDF/UA, unless there is something in it that this standard does not allow at all.
    """
    fonts = installed_fonts()
    missing = _missing(characters(_texts(record)), fonts)
    for _ in range(TRIES):
        said = json.dumps(_document(record, figures, partial(pieces, missing=missing)))
        try:
            out.write(_compiled(said, record.exported_at, fonts, STANDARD))
            return
        except typst.TypstError as error:
            found = missing_in(error.diagnostic) - missing
            if not found:
                break
            missing |= found
    out.write(_compiled(said, record.exported_at, fonts, None))


def installed_fonts() -> Fonts:
    """Return the fonts of this installation; the system's own are none of them."""
    specs = {name: find_spec(name) for name in MORE_FONTS}
    found = {name: spec.origin for name, spec in specs.items() if spec and spec.origin}
    families = (MORE_FONTS[name] for name in found)
    folders = tuple(str(Path(origin).parent) for origin in found.values())
    return Fonts(
        ("Libertinus Serif", *families, "New Computer Modern", "DejaVu Sans Mono"), folders
    )


def _texts(record: TalkRecord) -> Iterator[str]:
    yield from (record.title, record.speaker, record.url)
    for entry in record.entries:
        yield from (entry.text, entry.detail, entry.author, entry.answer)


def _missing(chars: str, fonts: Fonts) -> Missing:
    """Return which characters no font has a letter for."""
    try:
        _compile(PROBE, {"characters": chars}, fonts, STANDARD, None)
    except typst.TypstError as error:
        return missing_in(error.diagnostic)
    return frozenset()


def _compiled(said: str, at: datetime, fonts: Fonts, standard: Standard) -> bytes:
    return _compile(TEMPLATE.read_bytes(), {"record": said}, fonts, standard, at)


def _compile(
    source: bytes, inputs: dict[str, str], fonts: Fonts, standard: Standard, at: datetime | None
) -> bytes:
    known = typst.Fonts(include_system_fonts=False, font_paths=list(fonts.folders))
    made = typst.Compiler(source, font_paths=known).compile(
        source,
        sys_inputs={**inputs, "fonts": json.dumps(fonts.families)},
        format="pdf",
        pdf_standards=standard,
        timestamp=at and at.astimezone(UTC),
    )
    assert isinstance(made, bytes)  # noqa: S101 (as it is for one document without an output file)
    return made


def _document(record: TalkRecord, figures: Figures | None, say: Say) -> dict[str, Any]:
    return {
        "name": record.title,
        "title": _line(record.title, say),
        "speaker": _line(record.speaker, say) if record.speaker else None,
        "when": when(record),
        "address": record.url,
        "recording": record.recording,
        "made": _day_and_time(record.exported_at),
        "counts": _counts(record),
        "plots": list(_plots(figures)) if figures else [],
        "phases": list(_phases(figures)) if figures else [],
        "sections": list(_sections(record, say)),
    }


def _line(text: str, say: Say) -> dict[str, Any]:
    return {"text": say(text), "rtl": is_right_to_left(text)}


def _day_and_time(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def _counts(record: TalkRecord) -> list[list[str | int]]:
    """Return what there is a number of, each with its word; what waits only where it is shown."""
    found = record.counts.by_name
    if not any(entry.status is Status.WAITING for entry in record.entries):
        found["asked"] -= found[Status.WAITING]
    words = dict.fromkeys(("asked", "answered", *found))
    return [[word, found[word]] for word in words if word != Status.WAITING]


def _plots(figures: Figures) -> Iterator[dict[str, str]]:
    for name, plot in PLOTS.items():
        if series_of(name, figures).total:
            text = in_words(name, figures)
            yield {"title": plot.title, "text": text, "svg": draw(name, figures)}


def _phases(figures: Figures) -> Iterator[list[str]]:
    for phase, moment in figures.phases:
        yield [PHASES[phase], f"{moment:%H:%M}"]


def _sections(record: TalkRecord, say: Say) -> Iterator[dict[str, Any]]:
    for title, entries in sections(record):
        said = [_entry(entry, record, say) for entry in entries]
        yield {"title": title, "count": len(said), "entries": said}


def _entry(entry: QuestionRecord, record: TalkRecord, say: Say) -> dict[str, Any]:
    return {
        "headline": headline(entry.text, say),
        "rtl": is_right_to_left(entry.text),
        "detail": detail_tree(entry.detail, say) if entry.detail else [],
        "answer": answer_tree(entry.answer, say) if entry.answer else [],
        "answer_rtl": is_right_to_left(entry.answer),
        "about": list(_about(entry, record, say)),
        "link": entry.link,
        "offset": recording.in_words(entry.offset) if entry.offset is not None else "",
    }


def _about(entry: QuestionRecord, record: TalkRecord, say: Say) -> Iterator[Any]:
    """Return what there is to say of an entry, each piece by itself."""
    yield f"No. {entry.number}"
    yield plural(entry.votes, "vote")
    if entry.askers > 1:
        yield f"asked by {entry.askers}"
    if entry.author:
        yield {"name": say(entry.author)}
    yield _moment(entry.asked_at, record)
    if entry.merged_into:
        yield f"merged into no. {entry.merged_into}"
    if entry.status is Status.DECLINED and entry.reason in NAMED_REASONS:
        yield f"declined: {NAMED_REASONS[entry.reason]}"
    if entry.kind is Kind.COMMENT and entry.status is not Status.OPEN:
        yield "answered" if entry.status is Status.ANSWERED else "a comment"


def _moment(moment: datetime, record: TalkRecord) -> str:
    """Return when something was asked; the day, too, unless it is the talk's."""
    if moment.date() == record.starts.date():
        return f"{moment:%H:%M}"
    return _day_and_time(moment)

"""A talk's wall as a picture or a PDF: what everybody sees of it; `wall_picture.typ` draws it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from companion.board.plural import plural
from companion.board.strokes import Stroke
from companion.board.wall import INBOX, Area
from companion.exports.dataset import QuestionRecord
from companion.exports.glyphs import characters, is_right_to_left
from companion.exports.markup import Say, headline
from companion.exports.pdf_typesetting import (
    STANDARD,
    NotAllowedError,
    OutputFormat,
    Standard,
    Typesetter,
)
from companion.exports.poster import qr_svg
from companion.exports.wall import Shown, WallRecord
from companion.exports.wording import when
from companion.store.models import Kind, Status

TEMPLATE = Path(__file__).with_suffix(".typ")
HIGHLIGHTER = "highlighter"
# As in static/css/wall/marks.css.
INKS = {
    "": "#1d2333",
    "yellow": "#8a7000",
    "orange": "#b25500",
    "red": "#c13c3b",
    "pink": "#b53c7f",
    "purple": "#8951bf",
    "blue": "#0076cc",
    "green": "#008b35",
    "grey": "#5d636f",
}
# In points: the longest side of a page, and of a PNG, which has two pixels for each, the area.
LONGEST, UNLIMITED = 14_000, 1_000_000_000
LARGEST: dict[OutputFormat, int] = {"png": 3_000_000}


def svg(record: WallRecord, shown: Shown, out: BinaryIO) -> None:
    """Write a wall as an SVG that fits what is on it."""
    _write(record, shown, "svg", out)


def png(record: WallRecord, shown: Shown, out: BinaryIO) -> None:
    """Write a wall as a PNG that fits what is on it, smaller where it would be very large."""
    _write(record, shown, "png", out)


def pdf(record: WallRecord, shown: Shown, out: BinaryIO) -> None:
    """Write a wall as one page of PDF/UA, unless that does not allow what stands there."""
    _write(record, shown, "pdf", out)


def _write(record: WallRecord, shown: Shown, format: OutputFormat, out: BinaryIO) -> None:
    try:
        out.write(_drawn(record, shown, format, STANDARD))
    except NotAllowedError:
        out.write(_drawn(record, shown, format, None))


def _drawn(record: WallRecord, shown: Shown, format: OutputFormat, standard: Standard) -> bytes:
    typesetter = Typesetter(TEMPLATE.read_bytes(), record.talk.exported_at, standard)
    typesetter.look_at(characters(_texts(record)))
    document = partial(_document, record, shown, LARGEST.get(format, UNLIMITED))
    if format == "pdf":
        return typesetter.typeset(document)
    return typesetter.draw(document, format)


def _texts(record: WallRecord) -> Iterator[str]:
    yield from (record.talk.title, record.talk.speaker, record.talk.url)
    yield from (record.backdrop.across, record.backdrop.up)
    yield from (cluster.title for cluster in record.clusters)
    yield from (mark.caption for mark in record.marks)
    for note in (*record.notes, *record.unplaced[:INBOX]):
        yield from (note.text, note.author)


def _document(record: WallRecord, shown: Shown, largest: int, say: Say) -> dict[str, Any]:
    talk = record.talk
    return {
        "name": talk.title,
        "title": _line(talk.title, say),
        "when": say(" · ".join(filter(None, (talk.speaker, when(talk))))),
        "url": talk.url,
        "qr": qr_svg(talk.url) if talk.url else "",
        "backdrop": _backdrop(record, say),
        "clusters": [_cluster(each, record, shown, say) for each in record.clusters],
        "notes": [_placed(note, shown, say) for note in record.on(None)],
        "marks": _marks(record),
        "captions": list(_captions(record, say)),
        "waiting": [_note(note, shown, say) for note in record.unplaced[:INBOX]],
        "left": _left(record),
        "longest": LONGEST,
        "largest": largest,
    }


def _backdrop(record: WallRecord, say: Say) -> dict[str, Any]:
    behind = record.backdrop
    return {
        "kind": str(behind.kind),
        "width": behind.width,
        "height": behind.height,
        "across": _line(behind.across, say),
        "up": _line(behind.up, say),
        "svg": _framed(record) if record.picture else "",
    }


def _framed(record: WallRecord) -> str:
    """Return the background's picture in an SVG: text is all that typst is given."""
    size = f'width="{record.backdrop.width}" height="{record.backdrop.height}"'
    image = f'<image {size} href="{record.picture}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'


def _marks(record: WallRecord) -> dict[str, Any] | None:
    """Return what was drawn, as one picture of just its size, None for nothing."""
    if not record.marks:
        return None
    reach = max(mark.width for mark in record.marks)
    xs, ys = zip(*(point for mark in record.marks for point in mark.points), strict=True)
    x, y = min(xs) - reach, min(ys) - reach
    width, height = max(xs) + reach - x, max(ys) + reach - y
    paths = "".join(map(_path, record.marks))
    box = f'viewBox="{x} {y} {width} {height}" width="{width}" height="{height}"'
    return {
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{paths}</svg>',
        "alt": plural(len(record.marks), "mark"),
    }


def _captions(record: WallRecord, say: Say) -> Iterator[dict[str, Any]]:
    """Return what marks mean, each with where its number goes: at the mark's beginning."""
    for mark in record.marks:
        if mark.caption:
            x, y = mark.points[0]
            yield _line(mark.caption, say) | {"x": x, "y": y}


def _path(mark: Stroke) -> str:
    # The opacity of a whole element would take twice as long as that of its stroke.
    faint = ' stroke-opacity="0.35"' if mark.tool == HIGHLIGHTER else ""
    ink = f'stroke="{INKS[mark.colour]}" stroke-width="{mark.width}"{faint}'
    ends = 'stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{mark.d}" fill="none" {ink} {ends}/>'


def _left(record: WallRecord) -> str:
    """Return how many notes are neither placed nor listed below, "" for none."""
    left = len(record.unplaced) - INBOX
    return f"and {plural(left, 'more note')}" if left > 0 else ""


def _line(text: str, say: Say) -> dict[str, Any]:
    return {"text": say(text), "rtl": is_right_to_left(text)}


def _cluster(cluster: Area, record: WallRecord, shown: Shown, say: Say) -> dict[str, Any]:
    notes = record.on(cluster)
    votes = plural(sum(note.votes for note in notes), "vote") if shown.votes else ""
    return _line(cluster.title, say) | {
        "x": cluster.x,
        "y": cluster.y,
        "width": cluster.width,
        "height": cluster.height,
        "colour": cluster.colour,
        "about": " · ".join(filter(None, (plural(len(notes), "note"), votes))),
        "notes": [_placed(note, shown, say) for note in notes],
    }


def _placed(note: QuestionRecord, shown: Shown, say: Say) -> dict[str, Any]:
    return _note(note, shown, say) | {"x": note.spot.x, "y": note.spot.y}


def _note(note: QuestionRecord, shown: Shown, say: Say) -> dict[str, Any]:
    return {
        "colour": note.spot.colour,
        "text": headline(note.text, say),
        "rtl": is_right_to_left(note.text),
        "is_question": note.kind is Kind.QUESTION,
        "stacked": note.askers > 1,
        "about": list(_about(note, shown, say)),
    }


def _about(note: QuestionRecord, shown: Shown, say: Say) -> Iterator[Any]:
    """Return what is said of a note besides its words, each piece by itself."""
    if note.status is Status.ANSWERED:
        yield "answered"
    if shown.names and note.author:
        yield {"name": say(note.author)}
    if note.askers > 1:
        yield f"asked by {note.askers}"
    if shown.votes:
        yield plural(note.votes, "vote")

"""A talk's poster as a PDF: what, who, when, and how to ask; `poster.typ` sets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import segno
from sqlalchemy.orm import Session

from companion.exports.glyphs import characters, is_right_to_left
from companion.exports.markup import Say
from companion.exports.pdf_typesetting import STANDARD, NotAllowedError, Standard, Typesetter

TEMPLATE = Path(__file__).with_suffix(".typ")
Sizes = tuple[tuple[int, int], ...]
# So long a text, in so many points; and how much of one there is room for.
TITLE = ((40, 44), (90, 34), (180, 25), (250, 14))
OTHERS = ((60, 22), (160, 12))


@dataclass(frozen=True)
class Poster:
    """What stands on a talk's poster; ``url`` is what the QR code leads to, ``short`` is typed."""

    title: str
    speaker: str
    when: str
    place: str
    series: str
    url: str
    short: str

    def texts(self) -> tuple[str, ...]:
        """Return all that somebody wrote."""
        return self.title, self.speaker, self.when, self.place, self.series, self.short


@dataclass(frozen=True)
class PosterExport:
    """A poster to be made in a process of its own; it asks nothing of the database."""

    poster: Poster
    database_url: str
    now: datetime
    format: str = "pdf"

    def write(self, _session: Session, out: BinaryIO) -> None:
        """Write the poster."""
        write(self.poster, self.now, out)


def write(poster: Poster, at: datetime, out: BinaryIO) -> None:
    """Write a poster as a PDF; it is PDF/UA, unless that does not allow what stands on it."""
    try:
        out.write(_typeset(poster, at, STANDARD))
    except NotAllowedError:
        out.write(_typeset(poster, at, None))


def _typeset(poster: Poster, at: datetime, standard: Standard) -> bytes:
    typesetter = Typesetter(TEMPLATE.read_bytes(), at.replace(microsecond=0), standard)
    typesetter.look_at(characters(poster.texts()))
    return typesetter.typeset(partial(_record, poster))


def _record(poster: Poster, say: Say) -> dict[str, Any]:
    return {
        "name": poster.title,
        "title": _line(poster.title, TITLE, say),
        "speaker": _line(poster.speaker, OTHERS, say) if poster.speaker else None,
        "when": say(poster.when),
        "place": _line(poster.place, OTHERS, say) if poster.place else None,
        "series": say(poster.series),
        "short": say(poster.short),
        "qr": qr_svg(poster.url),
    }


def _line(text: str, sizes: Sizes, say: Say) -> dict[str, Any]:
    """Return so much of a text, and so large, that the poster stays one page."""
    most, smallest = sizes[-1]
    kept = text if len(text) <= most else text[: most - 1] + "…"
    size = next((points for length, points in sizes if len(kept) <= length), smallest)
    return {"text": say(kept), "size": size, "rtl": is_right_to_left(kept)}


def qr_svg(url: str) -> str:
    """Return an address as a QR code, which is an SVG."""
    drawn = BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()

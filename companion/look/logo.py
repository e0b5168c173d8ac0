"""A series' logo: a small picture in a file, of a kind that every browser shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MOST = 200 * 1024
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
SVG = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*(<svg\b[^>]*>)", re.S)
SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # JPEG's segments that tell the size


@dataclass(frozen=True)
class Logo:
    """A picture, what it is, and how wide it is for its height."""

    data: bytes
    kind: str
    ratio: float


def logo_path(text: str, talks: Path) -> Path:
    """Return where a logo is, from the folder of talks where it does not say; raises ValueError."""
    path = talks / Path(text).expanduser()
    if not path.is_file():
        raise ValueError(f"there is no file {path}; name a picture, as logo.svg in {talks}")
    read_logo(path)
    return path


def read_logo(path: Path) -> Logo:
    """Return the picture in a file; raises ValueError, and OSError where it cannot be read."""
    if path.stat().st_size > MOST:
        raise ValueError(f"{path} is larger than {MOST // 1024} KB; use a smaller picture")
    data = path.read_bytes()
    kind, (width, height) = _kind_and_size(data)
    if not width > 0 < height:
        raise ValueError(f"{path} is no SVG, PNG or JPEG that says how large it is; use one")
    return Logo(data, kind, width / height)


def _kind_and_size(data: bytes) -> tuple[str, tuple[float, float]]:
    if data.startswith(PNG) and len(data) > 24:
        return "image/png", _pair(data[16:20], data[20:24])
    if data.startswith(JPEG):
        return "image/jpeg", _size_of_jpeg(data)
    svg = SVG.match(data)
    return "image/svg+xml", _size_of_svg(svg[1].decode(errors="replace")) if svg else (0, 0)


def _size_of_jpeg(data: bytes) -> tuple[float, float]:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in SIZES:
            return _pair(data[at + 7 : at + 9], data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0, 0


def _size_of_svg(tag: str) -> tuple[float, float]:
    """Return an SVG's size: its view box, or else width and height in whatever unit."""
    box = re.search(r"""\bviewBox\s*=\s*["']([^"']*)["']""", tag)
    said = re.split(r"[\s,]+", box[1].strip()) if box else []
    if len(said) != 4:
        sides = (
            re.search(rf"""\b{side}\s*=\s*["']([\d.]+)""", tag) for side in ("width", "height")
        )
        said = ["", "", *(side[1] if side else "0" for side in sides)]
    try:
        return float(said[2]), float(said[3])
    except ValueError:
        return 0, 0


def _pair(width: bytes, height: bytes) -> tuple[float, float]:
    return int.from_bytes(width, "big"), int.from_bytes(height, "big")

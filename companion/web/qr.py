"""QR codes, drawn into pages."""

from __future__ import annotations

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=200)
def qr_code(url: str) -> Markup:
    """Return an address as a QR code, in SVG."""
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 (made here, of squares)

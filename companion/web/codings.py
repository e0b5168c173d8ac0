"""How answers can be compressed, and which way a browser would have it."""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

NAMES = ("br", "gzip")  # the better one first
BROTLI, BEST_BROTLI, BEST_GZIP = 5, 11, 9  # for an answer of its own; for what is kept for long


@lru_cache(256)
def coding_of(accepted: str) -> str:
    """Return the coding that Accept-Encoding asks for, "" for none of ours."""
    wanted: Accept = parse_accept_header(accepted, Accept)
    return wanted.best_match(NAMES) or "" if wanted else ""


def compress_well(data: bytes, coding: str) -> bytes:
    """Return what is kept for long as small as it gets, whatever time that takes."""
    if coding == "br":
        return bytes(brotli.compress(data, quality=BEST_BROTLI))
    return gzip.compress(data, BEST_GZIP, mtime=0)

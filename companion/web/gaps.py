"""Texts that are the same for everybody but for a few gaps: compressed once, gaps and all.

Brotli and gzip both know pieces that are not compressed. Each gap becomes one, so that filling it
changes nothing before or after it. In its place the compressor is shown bytes that are in no text
and do not repeat, so that nothing it writes leads back into a gap.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import brotli

from companion.web.codings import BROTLI

GZIP_LEVEL, AS_GZIP = 6, 31
TAIL = 2  # by so many bytes before it brotli reads what comes next: a gap's piece has them too
NEVER = range(0xF5, 0x100)  # bytes that are in no UTF-8
UNLIKE = b"".join(bytes(pair) for pair in product(NEVER, NEVER))


class Coding(NamedTuple):
    """How a text is compressed, each piece so that another one can follow; and how it is read."""

    pieces: Callable[[Sequence[bytes]], list[bytes]]
    gap: Callable[[bytes], bytes]
    end: Callable[[Sequence[bytes]], bytes]
    read: Callable[[bytes], bytes]


class Gapped:
    """A text with a gap wherever one of some marks is; a mark is in plain letters."""

    def __init__(self, text: str, marks: Sequence[str]) -> None:
        """Have gaps where the ``marks`` are; raises ValueError when one is there twice."""
        if any(text.count(mark) > 1 for mark in marks):
            raise ValueError("a mark is twice in the text")
        self._marks = sorted((mark for mark in marks if mark in text), key=text.index)
        self._text, self._gaps = _split(text.encode(), self._marks)
        self._compressed: dict[str, list[bytes] | None] = {}

    def filled(self, values: Mapping[str, str]) -> bytes:
        """Return the text with a value in the place of each mark, and as long as that."""
        return b"".join(_between(self._text, self._values(values)))

    def compressed(self, values: Mapping[str, str], coding: str) -> bytes | None:
        """Return the same, compressed; None where no gap could be left in it."""
        if coding not in self._compressed:
            self._compressed[coding] = self._compress(CODINGS[coding])
        pieces = self._compressed[coding]
        return self._put_together(pieces, self._values(values), CODINGS[coding]) if pieces else None

    def _values(self, values: Mapping[str, str]) -> list[bytes]:
        """Return what is put into each gap: a value, and what of the text goes with it."""
        if any(len(values[mark].encode()) != len(mark) for mark in self._marks):
            raise ValueError("a value is not as long as its mark")
        found = zip(self._marks, self._gaps, strict=True)
        return [values[mark].encode() + gap[-TAIL:] for mark, gap in found]

    def _compress(self, coding: Coding) -> list[bytes] | None:
        """Return the compressed pieces of the text, if what is put between them can be read."""
        pieces = coding.pieces(list(_between(self._text, self._gaps)))[::2]
        for letter in "0x":
            values = self._values({mark: letter * len(mark) for mark in self._marks})
            together = self._put_together(pieces, values, coding)
            if _read(together, coding) != b"".join(_between(self._text, values)):
                return None
        return pieces

    def _put_together(
        self, pieces: Sequence[bytes], values: Sequence[bytes], coding: Coding
    ) -> bytes:
        whole = _between(pieces, [coding.gap(value) for value in values])
        return b"".join(whole) + coding.end(list(_between(self._text, values)))


def _split(text: bytes, marks: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
    """Return the text around its marks, and what the compressor is shown in the place of each."""
    pieces, gaps, shown = [], [], 0
    for mark in marks:
        before, _, text = text.partition(mark.encode())
        tail, text = text[:TAIL], text[TAIL:]
        pieces.append(before)
        gaps.append(UNLIKE[shown : shown + len(mark)] + tail)
        shown += len(mark)
    return [*pieces, text], gaps


def _between(pieces: Sequence[bytes], gaps: Sequence[bytes]) -> Iterator[bytes]:
    """Yield pieces and what is between them, in turn."""
    for piece, gap in zip(pieces, gaps, strict=False):
        yield piece
        yield gap
    yield pieces[-1]


def _read(data: bytes, coding: Coding) -> bytes:
    try:
        return coding.read(data)
    except (brotli.error, zlib.error):
        return b""


def _brotli(pieces: Sequence[bytes]) -> list[bytes]:
    compressor = brotli.Compressor(quality=BROTLI)
    *most, last = pieces
    done = [compressor.process(piece) + compressor.flush() for piece in most]
    return [*done, compressor.process(last) + compressor.finish()]


def _brotli_gap(data: bytes) -> bytes:
    """Return bytes as a meta-block that is not compressed (RFC 7932, 9.2)."""
    return ((len(data) - 1) << 3 | 1 << 19).to_bytes(3, "little") + data


def _gzip(pieces: Sequence[bytes]) -> list[bytes]:
    compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    *most, last = pieces
    done = [compressor.compress(piece) + compressor.flush(zlib.Z_SYNC_FLUSH) for piece in most]
    done = [*done, compressor.compress(last) + compressor.flush()]
    return [b"\x1f\x8b\x08" + bytes(6) + b"\xff" + done[0], *done[1:]]


def _gzip_gap(data: bytes) -> bytes:
    """Return bytes as a block that is not compressed (RFC 1951, 3.2.4)."""
    return struct.pack("<BHH", 0, len(data), len(data) ^ 0xFFFF) + data


def _gzip_end(text: Sequence[bytes]) -> bytes:
    checked, size = 0, 0
    for piece in text:
        checked, size = zlib.crc32(piece, checked), size + len(piece)
    return struct.pack("<II", checked, size & 0xFFFFFFFF)


CODINGS = {
    "br": Coding(_brotli, _brotli_gap, lambda _: b"", brotli.decompress),
    "gzip": Coding(_gzip, _gzip_gap, _gzip_end, lambda data: zlib.decompress(data, AS_GZIP)),
}

"""Sets documents and draws pictures by typst: with which fonts, and to which standard."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NamedTuple

import typst

from companion.exports.glyphs import Missing, missing_in, pieces
from companion.exports.markup import Say

FIRST_FONTS, LAST_FONTS = ("Libertinus Serif",), ("New Computer Modern", "DejaVu Sans Mono")
# Packages of fonts for other scripts, taken where they are installed, with each one's family.
MORE_FONTS = {
    "fontpkg_amiri": "Amiri",
    "noto_cjk_sans_jp_regular": "Noto Sans CJK JP",
    "fontpkg_noto_sans_thai": "Noto Sans Thai",
}
STANDARD: Literal["ua-1"] = "ua-1"
Standard = Literal["ua-1"] | None
OutputFormat = Literal["pdf", "png", "svg"]
TRIES = 3
PROBE = b"""#set document(title: "Probe")
#set text(font: json(bytes(sys.inputs.fonts)))
#for char in sys.inputs.characters.codepoints() [#char ]
"""
FORGOTTEN_AFTER = 11  # compilations, typst keeps what it has laid out for ten
Document = Callable[[Say], dict[str, Any]]


class Fonts(NamedTuple):
    """Which fonts a text is set in, the first that has a letter, and where they are besides."""

    families: tuple[str, ...]
    folders: tuple[str, ...]


class NotAllowedError(Exception):
    """There is something in a document that the standard does not allow at all."""


class Typesetter:
    """Sets one document after another, and remembers what the fonts have no letter for."""

    def __init__(self, template: bytes, at: datetime, standard: Standard) -> None:
        """Set documents with a template, as of some time, to a standard or to none."""
        self._fonts = installed_fonts()
        known = typst.Fonts(include_system_fonts=False, font_paths=list(self._fonts.folders))
        self._compiler = typst.Compiler(template, font_paths=known)
        self._template, self._at, self._standard = template, at.astimezone(UTC), standard
        self._missing: Missing = frozenset()

    def look_at(self, chars: str) -> None:
        """Find out which characters no font has a letter for."""
        try:
            self._compile(PROBE, characters=chars)
        except typst.TypstError as error:
            self._missing |= missing_in(error.diagnostic)

    def draw(self, document: Document, format: OutputFormat) -> bytes:
        """Return a document of one page as a picture, with what `look_at` did not find replaced."""
        said = json.dumps(document(partial(pieces, missing=self._missing)))
        return self._compile(self._template, format, record=said)

    def typeset(self, document: Document) -> bytes:
        """Return a document as a PDF; it is asked for again when a letter is found missing."""
        for _ in range(TRIES):
            said = json.dumps(document(partial(pieces, missing=self._missing)))
            try:
                return self._compile(self._template, record=said)
            except typst.TypstError as error:
                found = missing_in(error.diagnostic) - self._missing
                if self._standard is None:
                    raise
                if not found:
                    raise NotAllowedError from error
                self._missing |= found
        raise NotAllowedError

    def forget(self) -> None:
        """Let go of what was laid out: typst does so by and by, once other documents are set."""
        for _ in range(FORGOTTEN_AFTER):
            self._compiler.compile(b"", format="svg")

    def _compile(self, source: bytes, format: OutputFormat = "pdf", **inputs: str) -> bytes:
        made = self._compiler.compile(
            source,
            sys_inputs={**inputs, "fonts": json.dumps(self._fonts.families)},
            format=format,
            pdf_standards=self._standard if format == "pdf" else [],
            timestamp=self._at,
        )
        assert isinstance(made, bytes)  # noqa: S101 (as it is for one without an output file)
        return made


def installed_fonts() -> Fonts:
    """Return the fonts of this installation; the system's own are none of them."""
    specs = {name: find_spec(name) for name in MORE_FONTS}
    found = {name: spec.origin for name, spec in specs.items() if spec and spec.origin}
    more = (MORE_FONTS[name] for name in found)
    folders = tuple(str(Path(origin).parent) for origin in found.values())
    return Fonts((*FIRST_FONTS, *more, *LAST_FONTS), folders)

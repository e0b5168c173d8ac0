"""Kramdown's inline syntax for Python-Markdown: attributes, ids, formulas, emoji, line breaks."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.inlinepatterns import InlineProcessor, SubstituteTagInlineProcessor
from markdown.util import AtomicString

LINE_BREAK = r"\\\\?\n"
FORMULA = r"(?<![\\$])\$\$(?!\$)(.+?)(?<!\$)\$\$"
IN_DOLLARS = r"(?<![\\$\w])(\$(?![\s$])[^$\n]{0,1000}[^$\n\s\\]\$)(?![\w$])"
SHORTCODE = r"(?<![\w:]):([a-z0-9_+-]{2,40}):(?![\w:])"
ALSO_ESCAPED = ":\"'<$="
NOT_IN_ID = re.compile(r"[^\w\- \t]")


class KramdownInlines(Extension):
    """Registers the inline syntax that pages written for kramdown use."""

    def __init__(self, *, in_dollars: bool) -> None:
        """Leave what stands between single dollar signs alone, if ``in_dollars``."""
        super().__init__()
        self._in_dollars = in_dollars

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Formulas and line breaks come before Markdown's own reading of backslashes."""
        md.ESCAPED_CHARS = [*md.ESCAPED_CHARS, *ALSO_ESCAPED]
        md.inlinePatterns.register(_Formula(FORMULA, md), "formula", 186)
        if self._in_dollars:
            md.inlinePatterns.register(_Formula(IN_DOLLARS, md), "formula_in_dollars", 185.5)
        line_break = SubstituteTagInlineProcessor(LINE_BREAK, "br")
        md.inlinePatterns.register(line_break, "kramdown_break", 185)
        md.inlinePatterns.register(_Emoji(SHORTCODE, md), "emoji", 70)
        md.treeprocessors.register(_Attributes(md), "attr_list", 8)
        md.registerExtension(self)


class HeadingIds:
    """Makes a heading's id the way GitHub and Jekyll do, so that links written for them work."""

    def __init__(self) -> None:
        """Start with no id taken."""
        self.taken: dict[str, int] = {}

    def __call__(self, heading: str, _separator: str) -> str:
        """Return an id that no heading before has."""
        plain = NOT_IN_ID.sub("", heading.lower()).replace(" ", "-").replace("\t", "-")
        plain = plain or "section"
        again = self.taken.get(plain)
        self.taken[plain] = 0 if again is None else again + 1
        return plain if again is None else f"{plain}-{again + 1}"


class _Attributes(AttrListTreeprocessor):
    """Attribute lists with kramdown's colon: other braces are text."""

    HEADER_RE = re.compile(r"[ ]+\{(?::|(?=#))[ ]*([^} \n][^}\n]*)\}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(r"\n[ ]*\{:[ ]*([^} \n][^}\n]*)\}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(r"^\{:\s*([^}\s][^}]*)\}")  # type: ignore[misc]


class _Formula(InlineProcessor):
    """Shows a formula as it was typed, with nothing in it taken for Markdown."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element, int, int]:
        formula = ET.Element("code")
        formula.text = AtomicString(m[1].strip())
        return formula, m.start(0), m.end(0)


class _Emoji(InlineProcessor):
    """Shows a shortcode such as ``:tada:`` as the character it stands for."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        from pymdownx import gemoji_db

        name = gemoji_db.aliases.get(m[0], m[0])
        found = gemoji_db.emoji.get(name, {})
        if "unicode" not in found:
            return None, None, None
        points = found.get("unicode_alt", found["unicode"]).split("-")
        return "".join(chr(int(point, 16)) for point in points), m.start(0), m.end(0)

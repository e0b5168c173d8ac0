"""Texts as YAML reads them back, letter by letter."""

from __future__ import annotations

import json
import re

# What JSON leaves as it is, but YAML takes for a line break or for no text at all.
NOT_PLAIN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def quoted(text: str) -> str:
    """Return a text in double quotes, which JSON and YAML read alike."""
    plain = json.dumps(text, ensure_ascii=False)
    return NOT_PLAIN.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)

"""E-mail addresses are nobody's question: they are never brought in, wherever they stand."""

from __future__ import annotations

import re

LEFT_OUT = "(e-mail address left out)"
# The @ of other writings' keyboards too, and one that somebody has written out.
ADDRESS = re.compile(
    r"(?:mailto:)?[^\s<>()\[\]{}\"'“”‘’,;:|@＠﹫]{1,64}\s?[@＠﹫]\s?"
    r"[^\W_](?:[\w-]{0,62}[^\W_])?(?:[.．。][^\W_](?:[\w-]{0,62}[^\W_])?)+"
    r"|\S{1,64}\s?[(\[{]\s?at\s?[)\]}]\s?[\w-]{1,63}(?:\s?[(\[{]\s?dot\s?[)\]}]\s?|\.)[\w.-]{2,63}",
    re.IGNORECASE,
)
AROUND = re.compile(r"[<(\[]\s*[>)\]]")


def holds_address(text: str) -> bool:
    """Whether an e-mail address stands in a text."""
    return ADDRESS.search(text) is not None


def without_addresses(text: str) -> str:
    """Return a text that says only that an address stood in it."""
    return ADDRESS.sub(LEFT_OUT, text)


def name_without_address(name: str) -> str:
    """Return what is left of a name that had an address beside it, or was one."""
    return AROUND.sub("", ADDRESS.sub("", name)).strip()

"""A header's values as they can be shown: a character that cannot be costs itself alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from companion.talks import letters
from companion.talks.header import Field, Tree


def cleaned(fields: Iterable[Field]) -> tuple[list[Field], list[tuple[int, str]]]:
    """Return the fields as they can be shown, and a warning with its line for each that changed."""
    kept, doubts = [], []
    for field in fields:
        shown = replace(field, key=_name(field.key), value=_seen(field.value))
        kept.append(shown)
        if shown != field:
            doubts.append((field.line, _doubt(field, shown)))
    return kept, doubts


def _name(key: str) -> str:
    return " ".join((key if _is_plain(key) else letters.seen(key)).split())


def _seen(value: Tree) -> Tree:
    if isinstance(value, str):
        return value if _is_plain(value) else letters.seen(value).strip()
    if isinstance(value, list):
        return [_seen(item) for item in value]
    return {_name(key): _seen(item) for key, item in value.items()}


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _doubt(field: Field, shown: Field) -> str:
    """Name what is left out; of what is only too many of a kind there is nothing to name."""
    here = set("".join((shown.key, *_texts(shown.value))))
    lost = [char for char in "".join((field.key, *_texts(field.value))) if char not in here]
    if not lost:
        return f"too many marks on one letter of `{shown.key}` are left out"
    return f"a character that is not to be seen (U+{ord(lost[0]):04X}) of `{shown.key}` is left out"


def _texts(value: Tree) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    for item in value:
        yield from _texts(item)

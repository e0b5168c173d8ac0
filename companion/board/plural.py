"""So many of a thing, in words."""

from __future__ import annotations


def plural(count: int, thing: str) -> str:
    """Return how many there are of a thing: "1 vote", "2,000 votes"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"

"""How a talk was rated, by the names of its parts: totals, and nothing of anybody's."""

from __future__ import annotations

from companion.board.rating_counts import RatingCounts, Spread

WORTH = ("not_at_all", "hardly", "partly", "mostly", "very_much")
DEPTH = ("too_easy", "just_right", "too_hard")


def by_name(counts: RatingCounts) -> dict[str, object]:
    """Return how many people gave which answer; None is what too few have answered."""
    return {
        "people": counts.people,
        "worth": _named(WORTH, counts.worth),
        "depth": _named(DEPTH, counts.depth),
    }


def _named(names: tuple[str, ...], spread: Spread | None) -> dict[str, int] | None:
    return dict(zip(names, spread.counts, strict=True)) if spread else None


def rows(counts: RatingCounts) -> list[tuple[str, str, int]]:
    """Return a row for each answer of what enough people have answered."""
    spreads = (("worth", WORTH, counts.worth), ("depth", DEPTH, counts.depth))
    return [
        (question, name, people)
        for question, names, spread in spreads
        if spread
        for name, people in zip(names, spread.counts, strict=True)
    ]

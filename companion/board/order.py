"""The one order of a board, and the one way to look for something on it."""

from __future__ import annotations

from companion.board.cards import Card


def ordered(cards: list[Card], sort: str) -> list[Card]:
    """Put cards in the one order of the board, by what a browser is told of each, too."""

    def place(card: Card) -> tuple[int, int, int]:
        votes, turn = (0, -card.id) if sort == "recent" else (-card.votes, card.id)
        return card.rank, votes, turn

    return sorted(cards, key=place)


def matches(card: Card, find: str) -> bool:
    """Whether a card holds every word that is looked for, in whatever order."""
    sought = find.casefold().split()
    text = f"{card.text} {card.detail} {card.name}".casefold()
    return all(word in text for word in sought)

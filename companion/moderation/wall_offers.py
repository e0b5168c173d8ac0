"""What moderators are offered at the wall: notes that likely say the same, to be put together."""

from __future__ import annotations

from dataclasses import dataclass

from companion.board.similarity import alike
from companion.board.wall import Note, WallView

COMPARED, OFFERED = 40, 3


@dataclass(frozen=True)
class Offer:
    """Some notes for a cluster, the most wanted first.

    What it is called is for a moderator to say: a note's words would stay when the note is deleted.
    """

    notes: tuple[Note, ...]


def offers(wall: WallView) -> tuple[Offer, ...]:
    """Return which notes may go into clusters together; each is in one offer, and in no cluster."""
    free = sorted((*wall.loose, *wall.inbox), key=lambda note: -note.card.votes)[:COMPARED]
    left = {note.card.id: note for note in free}
    found: list[Offer] = []
    for note in free:
        likes = _likes(note, left) if note.card.id in left else ()
        if likes and len(found) < OFFERED:
            found.append(Offer((note, *likes)))
            left = {id: other for id, other in left.items() if other not in found[-1].notes}
    return tuple(found)


def _likes(note: Note, others: dict[int, Note]) -> tuple[Note, ...]:
    texts = ((id, other.card.text) for id, other in others.items() if id != note.card.id)
    return tuple(others[id] for id, _ in alike(note.card.text, texts))

"""A talk's page that stays open, by what its scripts do: whom it lets vote for what."""

from collections.abc import Sequence

from companion.board.cards import Card
from companion.board.events import (
    AskerTold,
    BoardChanged,
    QuestionChanged,
    QuestionHidden,
    QuestionOpened,
    RulesChanged,
)
from companion.board.visitors import pseudonym
from companion.store.events import Event
from companion.store.models import Status
from tests.support.factories import talk_row
from tests.support.room import Room

# Whether a card's vote button is pressed; None where it has no button.
Ballot = bool | None


class OpenPage:
    """Shows what it fetched, and since then what all were sent, which is a stranger's view."""

    def __init__(self, room: Room, who: str) -> None:
        self.room, self.who = room, who
        self.shown: dict[int, tuple[Status, Ballot]] = {}

    def fetch(self) -> None:
        self.shown = self.fresh()

    def fresh(self) -> dict[int, tuple[Status, Ballot]]:
        return {card.id: (card.status, ballot_of(card)) for card in self.room.board(self.who).cards}

    def hear(self, events: Sequence[Event]) -> None:
        """Lay in what was broadcast; fetch if that may not be all."""
        if not events:
            return
        me = pseudonym(talk_row(self.room.engine).key, self.who)
        if any(self._lays_in(event, me) for event in events):
            self.fetch()

    def _lays_in(self, event: Event, me: str) -> bool:
        """Lay an event in; return whether the page looks again for it."""
        match event:
            case BoardChanged() | RulesChanged():
                return True
            case AskerTold(author=author):
                return author == me
            case QuestionOpened(question=id, card=card) if id not in self.shown:
                self.shown[id] = card.status, ballot_of(card)
                return card.votes > 0
            case QuestionHidden(question=id):
                _, pressed = self.shown.pop(id)
                return bool(pressed)
            case QuestionChanged(question=id, card=card):
                was, ballot = self.shown[id]
                is_open = card.status is Status.OPEN
                self.shown[id] = card.status, ballot if is_open else None
                return is_open and was is not Status.OPEN
        return False


def ballot_of(card: Card) -> Ballot:
    """Return what a card's vote button says to whoever sees the card so."""
    if card.status is not Status.OPEN or card.own or card.follows:
        return None
    return card.voted

"""What can happen on a board and at its desk."""

from __future__ import annotations

from dataclasses import dataclass, field

from companion.board.cards import Card
from companion.board.rules import BoardState
from companion.store.events import Event


@dataclass(frozen=True)
class QuestionShown(Event):
    """A question that everybody sees, as a stranger sees it once this has happened."""

    question: int
    card: Card = field(compare=False)
    state: BoardState = field(compare=False)


@dataclass(frozen=True)
class QuestionOpened(QuestionShown):
    """A question has become visible to everybody."""


@dataclass(frozen=True)
class QuestionEdited(QuestionShown):
    """A question that everybody sees has other words now."""


@dataclass(frozen=True)
class QuestionChanged(QuestionShown):
    """A question that everybody sees is answered, up now or next, pinned, or no longer so."""


@dataclass(frozen=True)
class QuestionHidden(Event):
    """A question is no longer to be seen: withdrawn, declined, or held again for a moderator."""

    question: int


@dataclass(frozen=True)
class BoardChanged(Event):
    """Many questions that everybody sees, or no longer sees, are different at once."""


@dataclass(frozen=True)
class QuestionHeld(Event):
    """A question waits for a moderator, and says something new."""

    question: int


@dataclass(frozen=True)
class VotesChanged(Event):
    """A question has this many votes now."""

    question: int
    votes: int


@dataclass(frozen=True)
class TalkChanged(Event):
    """The talk's own file says something else now: its times, its links or its words."""


@dataclass(frozen=True)
class RulesChanged(Event):
    """Somebody at the desk has moved the talk's times or its recording's, or what people may do."""


@dataclass(frozen=True)
class ViewsChanged(Event):
    """The big screen shows something else, or the speaker may do something else."""


@dataclass(frozen=True)
class DeskChanged(Event):
    """Something is different that only the desk shows."""


@dataclass(frozen=True)
class MessageChanged(Event):
    """The chair has something to say to the speaker, or the speaker has read it."""


@dataclass(frozen=True)
class WallArranged(Event):
    """A note on the wall is elsewhere or of another colour; the revisions are the wall's own."""


@dataclass(frozen=True)
class PollsChanged(Event):
    """A poll is open, closed or shown that was not, or says something else."""


@dataclass(frozen=True)
class BallotsChanged(Event):
    """Somebody has answered a poll, or otherwise than before."""

    poll: int


@dataclass(frozen=True)
class BackgroundChanged(Event):
    """There is something else behind the wall's notes."""


@dataclass(frozen=True)
class AskerTold(Event):
    """What somebody asked was decided upon; ``author`` is who they are on this talk."""

    author: str

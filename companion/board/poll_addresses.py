"""A poll's own address, which is right before there is any row of it.

Slides are made before the talk, and pages are edited until then. An id comes with opening, and a
place in the page becomes another poll's once one is put before it: slides would show the wrong
question, and nobody would know. So it is told by what the poll is known by, its question.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from companion.board.polls import PollRecord, PollView, as_seen
from companion.board.rules import BoardState
from companion.board.talk_state import TalkState

LENGTH = 8


@dataclass(frozen=True)
class AddressedPoll:
    """What everybody sees at an address: the poll once it is opened, and the board's state."""

    poll: PollView | None
    state: BoardState


def address_of(key: str) -> str:
    """Return what a poll's address has of its key, however often the page changes."""
    return key[:LENGTH]


def at_address(
    talk: TalkState, found: Collection[PollRecord], address: str
) -> AddressedPoll | None:
    """Return the poll at an address as a stranger sees it, None where none ever was."""
    there = [poll for poll in found if address_of(poll.key) == address]
    if not (there or any(address_of(poll.key) == address for poll in talk.page.polls)):
        return None
    return AddressedPoll(next(iter(as_seen(there)), None), talk.rules.state)

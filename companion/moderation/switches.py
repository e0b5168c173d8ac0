"""What is switched on or off on a talk, as the desk shows it."""

from __future__ import annotations

from dataclasses import dataclass

from companion.board.questions import SLOW_MINUTES
from companion.board.rules import BoardState, board_state, is_moved, scheduled
from companion.moderation.snapshot import Table


@dataclass(frozen=True)
class Switches:
    """What the desk has set, and what would hold by the schedule; are its times ``moved``?"""

    board: str
    scheduled: BoardState
    approve_first: bool
    names: bool
    ranked: bool
    drives: bool
    slow: bool
    slow_minutes: int
    moved: bool


def switches_of(table: Table) -> Switches:
    """Return what is switched on, and what the schedule alone would do."""
    talk, house = table.talk, table.house
    state = house.state
    if house.page:
        state = board_state(scheduled(house.page, talk), house.now)
    return Switches(
        board=talk.board if talk else "",
        scheduled=state,
        approve_first=house.moderated,
        names=house.needs_name,
        ranked=bool(talk and talk.ranked),
        drives=bool(talk and talk.drives),
        slow=house.slow,
        slow_minutes=SLOW_MINUTES,
        moved=bool(talk and is_moved(talk)),
    )

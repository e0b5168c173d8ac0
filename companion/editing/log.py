"""What was done to a talk's page, in the talk's log."""

from __future__ import annotations

from companion.board.events import DeskChanged
from companion.board.rows import count_change
from companion.moderation.context import ActionContext


def note(context: ActionContext, what: str) -> str:
    """Write into a talk's log what was done to its page."""
    context.log(what, None)
    context.change.announce(DeskChanged(*count_change(context.session, context.row)))
    return what

"""What organisers do about what was written in ratings."""

from __future__ import annotations

import sqlalchemy as sa

from companion.board.rating_counts import key_of
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.context import ActionContext
from companion.store.rating import Rating

GONE = gettext("This line is not there any more. Reload the page to see what is.")


def remove_line(context: ActionContext, key: str) -> str:
    """Delete a line for good, and leave what its author chose; the log does not repeat it."""
    session, row = context.session, context.row
    wrote = sa.select(Rating).where(Rating.talk_id == row.id, Rating.line != "")
    found = next((one for one in session.scalars(wrote) if key_of(row, one.author) == key), None)
    if found is None:
        raise Refused(GONE)
    found.line = ""
    if found.worth is None and found.depth is None:
        session.delete(found)
    context.record(gettext("removed a line from the rating"), more={"rating": 1}, can_undo=False)
    return gettext("The line is removed.")

"""The rows of a talk's polls, as actions find and add them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.context import ActionContext
from companion.store.polls import Poll, PollKind, PollOption, PollState

MOST_MADE = 100
GONE = gettext("There is no such poll any more. Choose one from the list.")


def all_polls(context: ActionContext) -> list[Poll]:
    """Return a talk's polls as they are now, in the order in which they were made."""
    wanted = sa.select(Poll).filter_by(talk_id=context.row.id).order_by(Poll.id)
    return list(context.session.scalars(wanted.execution_options(populate_existing=True)))


def poll_with(context: ActionContext, key: str) -> Poll:
    """Return the poll with a key; one that was in the page alone gets its row."""
    there = all_polls(context)
    found = next((poll for poll in there if poll.key == key), None)
    if found is not None:
        return found
    prepared = next((each for each in context.talk.page.polls if each.key == key), None)
    if prepared is None:
        raise Refused(GONE)
    refuse_too_many(there)
    poll = Poll(
        talk_id=context.row.id,
        key=key,
        text=prepared.ask,
        several=prepared.several,
        reveal=prepared.reveal,
        state=PollState.DRAFT,
        from_page=True,
        kind=PollKind.PROMPT if prepared.is_prompt else PollKind.CHOICE,
    )
    add(context, poll, prepared.options, prepared.right)
    return poll


def refuse_too_many(there: Sequence[Poll]) -> None:
    """Refuse one more than a talk can hold."""
    if len(there) >= MOST_MADE:
        raise Refused(gettext("There are too many polls on this talk. Use one of those."))


def add(context: ActionContext, poll: Poll, options: Sequence[str], right: Sequence[str]) -> None:
    """Keep a poll with its options, in their order."""
    context.session.add(poll)
    context.session.flush()
    context.session.add_all(
        PollOption(poll_id=poll.id, text=text, position=place, is_right=text in right)
        for place, text in enumerate(options)
    )
    context.session.flush()

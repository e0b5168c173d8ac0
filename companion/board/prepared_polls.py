"""Polls that a page prepares, followed when the page changes while they are open or were."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.talk_state import LockedTalk
from companion.store.engine import AFRESH
from companion.store.polls import Ballot, Poll, PollOption
from companion.talks.polls import PreparedPoll, folded


def follow_page(session: Session, talk: LockedTalk) -> bool:
    """Have polls be as the page has them now, with the answers to all that is as it was.

    An answer that is not in the page any more is kept and counts for nothing: it may come back.
    One of the desk is the page's once that asks the same, and the desk's when it asks no longer.
    A poll of which totals alone are kept stays as it was when they were counted.
    Return whether that changed anything.
    """
    if not talk.row.polls:
        return False
    prepared = {each.key: each for each in talk.page.polls}
    there = sa.select(Poll).filter_by(talk_id=talk.row.id).execution_options(**AFRESH)
    polls = session.scalars(there).all()
    changed = [_follow(session, poll, prepared.get(poll.key)) for poll in polls]
    talk.row.polls += any(changed)
    return any(changed)


def _follow(session: Session, poll: Poll, prepared: PreparedPoll | None) -> bool:
    poll.from_page = prepared is not None
    if prepared is None or poll.people:
        return session.is_modified(poll)
    poll.text, poll.reveal = prepared.ask, prepared.reveal
    with session.no_autoflush:  # what is flushed counts as modified no longer
        is_kept = poll.several != prepared.several and _is_answered(session, poll)
    poll.several = poll.several if is_kept else prepared.several
    is_changed = session.is_modified(poll)
    mine = sa.select(PollOption).filter_by(poll_id=poll.id).order_by(PollOption.id)
    options = list(session.scalars(mine.execution_options(**AFRESH)))
    _follow_options(session, poll, options, prepared)
    is_changed |= bool(session.new) or any(map(session.is_modified, options))
    session.flush()
    return is_changed


def _follow_options(
    session: Session, poll: Poll, options: Sequence[PollOption], prepared: PreparedPoll
) -> None:
    known = {folded(option.text): option for option in options}
    for option in options:
        option.is_gone = True
    for place, text in enumerate(prepared.options):
        option = known.get(folded(text)) or PollOption(poll_id=poll.id, votes=0)
        option.text, option.position, option.is_gone = text, place, False
        option.is_right = text in prepared.right
        session.add(option)


def _is_answered(session: Session, poll: Poll) -> bool:
    first = sa.select(Ballot.author).filter_by(poll_id=poll.id).limit(1)
    return session.scalar(first) is not None

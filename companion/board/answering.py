"""The rules of answering a poll: who may, once a person, and what that changes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import provisional, room_code
from companion.board.events import BallotsChanged
from companion.board.rows import MAX_ID, count_change
from companion.board.talk_state import LockedTalk
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.messages import gettext
from companion.store.polls import Ballot, Poll, PollKind, PollOption, PollState
from companion.store.writer import Change

NO_POLL = gettext("There is no such poll any more. Reload the page to see what is.")
OLDER = gettext("You have answered otherwise since, and that counts. Choose again to change it.")
CLOSED = gettext("This poll is closed. Look at its results instead.")
CHOOSE = gettext("Choose one of the answers.")
CHOOSE_SOME = gettext("Choose at least one of the answers.")


def answer(
    change: Change,
    talk: LockedTalk,
    visitor: str,
    poll_id: int,
    wanted: Sequence[int],
    *,
    turn: int | None = None,
    over_budget: bool = False,
    runs_talk: bool = False,
) -> None:
    """Have somebody's answer be as wanted, once or many times over; raises Refused.

    ``turn`` says which of theirs it is, so that one that was kept replaces none that came after;
    without it this is the newest. Past the budget of new people it is kept, and counts once the
    desk has let them in.
    """
    session, author = change.session, pseudonym(talk.row.key, visitor)
    poll = open_poll(session, talk, poll_id)
    options = _options(session, poll, wanted)
    room_code.refuse_outsiders(session, talk, author, runs_talk=runs_talk)
    if over_budget:
        provisional.hold_aloud(change, talk.row, author, talk.now)
    mine = sa.select(Ballot.option_id, Ballot.turn).filter_by(poll_id=poll.id, author=author)
    given = {row.option_id: row.turn for row in session.execute(mine)}
    last = max(given.values(), default=0)
    is_same, turn = set(given) == options, turn or last + 1
    if turn <= last and not is_same:
        raise Refused(OLDER, field="turn")
    if turn <= last:
        return
    _keep(session, poll, author, options, turn)
    if not is_same:
        change.announce(BallotsChanged(*count_change(session, talk.row), poll.id))


def _keep(session: Session, poll: Poll, author: str, options: set[int], turn: int) -> None:
    session.execute(sa.delete(Ballot).filter_by(poll_id=poll.id, author=author))
    mine = {"poll_id": poll.id, "author": author, "turn": turn}
    rows = [mine | {"slot": id if poll.several else 0, "option_id": id} for id in sorted(options)]
    session.execute(sa.insert(Ballot), rows)


def open_poll(session: Session, talk: LockedTalk, poll_id: int) -> Poll:
    """Return a poll that is answered at the moment; raises Refused."""
    found = session.get(Poll, poll_id, populate_existing=True) if 0 < poll_id <= MAX_ID else None
    if found is None or found.talk_id != talk.row.id or found.state == PollState.DRAFT:
        raise Refused(NO_POLL)
    if found.state != PollState.OPEN:
        raise Refused(CLOSED)
    talk.rules.refuse_when_closed()
    return found


def open_prompt(session: Session, talk: LockedTalk, poll_id: int) -> Poll:
    """Return a prompt that notes may answer at the moment; raises Refused."""
    found = open_poll(session, talk, poll_id)
    if found.kind != PollKind.PROMPT:
        raise Refused(NO_POLL)
    return found


def _options(session: Session, poll: Poll, wanted: Sequence[int]) -> set[int]:
    """Return which of a poll's options somebody has chosen."""
    known = sa.select(PollOption.id).filter_by(poll_id=poll.id, is_gone=False)
    options = set(wanted) & set(session.scalars(known))
    if len(options) != len(set(wanted)):
        raise Refused(NO_POLL)
    if poll.several and not options:
        raise Refused(CHOOSE_SOME)
    if not poll.several and len(options) != 1:
        raise Refused(CHOOSE)
    return options

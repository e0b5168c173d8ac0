"""How many people are on a talk's page, minute by minute; never who."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.talk_state import LockedTalk, TalkState
from companion.store.engine import insert_once
from companion.store.models import Presence
from companion.store.writer import Change
from companion.talks.phase import Schedule

MINUTE = timedelta(minutes=1)
AFTERWARDS = timedelta(minutes=30)
LATELY = timedelta(minutes=3)
MOST_ADDED = timedelta(hours=12)  # by the desk, which can move the end


def note(change: Change, talk: LockedTalk, worker: str, here: int) -> None:
    """Keep how many one worker has here, if the talk is about to begin, on, or just over.

    The first number of a minute stays. Workers count at the full minute, all at once, so that
    nobody is counted twice who moves from one worker to another.
    """
    if talk.schedule.doors_at <= talk.now < talk.schedule.ends + AFTERWARDS:
        minute = talk.now.replace(second=0, microsecond=0)
        row = {"talk_id": talk.row.id, "minute": minute, "worker": worker, "here": here}
        insert_once(change.session, Presence, **row)


def here_at(session: Session, talk: TalkState) -> tuple[datetime, int] | None:
    """Return how many all workers had at the last full minute, and which that was, if lately."""
    wanted = (
        sa.select(Presence.minute, sa.func.sum(Presence.here))
        .where(Presence.talk_id == (talk.row.id if talk.row else 0))
        .where(Presence.minute > talk.now - LATELY)
        .group_by(Presence.minute)
        .order_by(Presence.minute.desc())
    )
    found = session.execute(wanted).first()
    return (found[0], int(found[1])) if found else None


def is_near(planned: Schedule, now: datetime) -> bool:
    """Whether a talk may be on, however the desk has moved its end."""
    return planned.doors_at <= now < planned.ends + MOST_ADDED


def until_next_minute(now: datetime) -> float:
    """Return how many seconds it takes until the clock shows the next minute."""
    return MINUTE.total_seconds() - now.timestamp() % MINUTE.total_seconds()

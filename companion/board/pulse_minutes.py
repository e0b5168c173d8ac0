"""How many pressed what in each minute, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.engine import insert_once
from companion.store.models import Talk
from companion.store.pulse import PulseKind, PulseMinute


def add(session: Session, row: Talk, counts: Mapping[tuple[datetime, PulseKind], int]) -> None:
    """Add to what is kept of a talk's minutes."""
    for (minute, kind), count in counts.items():
        where = {"talk_id": row.id, "minute": minute, "kind": kind.value}
        insert_once(session, PulseMinute, **where, count=0)
        more = sa.update(PulseMinute).filter_by(**where)
        session.execute(more.values(count=PulseMinute.count + count))


def claps(session: Session, slug: str) -> int:
    """Return how many people have clapped, as far as that is kept."""
    clapped = sa.select(sa.func.sum(PulseMinute.count)).join(Talk, Talk.id == PulseMinute.talk_id)
    return session.scalar(clapped.where(Talk.slug == slug, PulseMinute.kind == "clap")) or 0

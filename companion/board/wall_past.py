"""What of a wall's past is kept, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Talk
from companion.store.wall import WallChange, WallCluster, WallStroke

KEPT = timedelta(days=1)
MOST_GONE = 300


def forget_old(session: Session, row: Talk, now: datetime) -> None:
    """Forget what was done days ago, and what is gone that nobody can put back any more.

    Whoever does something has it logged first: what they took away is not to be forgotten.
    """
    old = now - KEPT
    here = WallChange.talk_id == row.id
    session.execute(sa.delete(WallChange).where(here, WallChange.at < old))
    forget_titles_of_gone(session, row)
    _forget_gone_marks(session, row, old)


def forget_titles_of_gone(session: Session, row: Talk) -> None:
    """Keep no words of clusters that are gone and that nobody can put back."""
    number = sa.cast(WallCluster.id, sa.String)
    along = WallChange.before.contains(sa.literal('"') + number + sa.literal('": {"is_gone"'))
    its_own = WallChange.cluster_id == WallCluster.id
    kept = sa.exists().where(WallChange.talk_id == row.id, sa.or_(its_own, along))
    gone = WallCluster.is_gone, WallCluster.title != "", ~kept
    forget = sa.update(WallCluster).where(WallCluster.talk_id == row.id, *gone)
    session.execute(forget.values(title="", author=""))


def _forget_gone_marks(session: Session, row: Talk, old: datetime) -> None:
    """Delete marks that are gone: those nobody can put back, and the oldest of very many."""
    gone = WallStroke.talk_id == row.id, WallStroke.is_gone
    kept = sa.exists().where(WallChange.stroke_id == WallStroke.id)
    newest_first = sa.select(WallStroke.id).where(*gone).order_by(WallStroke.revision.desc())
    surplus = newest_first.offset(MOST_GONE).scalar_subquery()
    too_old = sa.and_(~kept, WallStroke.at < old)
    forget = sa.delete(WallStroke).where(*gone, sa.or_(too_old, WallStroke.id.in_(surplus)))
    session.execute(forget)

"""What a report says of how people followed: when most were lost, and how many clapped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Talk
from companion.store.pulse import PulseKind, PulseMinute


class Peak(NamedTuple):
    """The minute in which most people pressed one thing, the first of several, and how many."""

    minute: datetime
    people: int


class PulseFigures(NamedTuple):
    """When most people said what, None of what nobody did; and how many clapped."""

    lost: Peak | None
    louder: Peak | None
    clear: Peak | None
    claps: int


def pulse_figures(session: Session, row: Talk | None) -> PulseFigures | None:
    """Return how a talk's people followed, None where nobody ever said so."""
    kept = sa.select(PulseMinute).filter_by(talk_id=row.id if row else 0)
    rows = session.scalars(kept.order_by(PulseMinute.minute)).all()
    claps = sum(each.count for each in rows if each.kind == PulseKind.CLAP)
    clear, lost, louder = (_peak(rows, each) for each in PulseKind if each is not PulseKind.CLAP)
    return PulseFigures(lost, louder, clear, claps) if rows else None


def _peak(rows: Sequence[PulseMinute], kind: PulseKind) -> Peak | None:
    peaks = [Peak(row.minute, row.count) for row in rows if row.kind == kind]
    return max(peaks, key=lambda peak: peak.people, default=None)

"""The table of a talk's pulse: how many pressed what in each minute; never who."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.engine import Base


class PulseKind(StrEnum):
    """What can be pressed: how somebody follows, and applause once the talk has ended."""

    CLEAR = "clear"
    LOST = "lost"
    LOUDER = "louder"
    CLAP = "clap"


class PulseMinute(Base):
    """How many people pressed one thing in one minute."""

    __tablename__ = "pulse"
    __table_args__ = (
        sa.PrimaryKeyConstraint("talk_id", "minute", "kind"),
        sa.CheckConstraint("count >= 0", name="count"),
    )

    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    minute: Mapped[datetime]
    kind: Mapped[str] = mapped_column(sa.String(8))
    count: Mapped[int]

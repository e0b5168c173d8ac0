"""The table of what people say of a talk once it ends."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.engine import Base

WORTHS, DEPTHS = 5, 3  # how many answers each has to choose from, the first of which is 1
LINE_MAX = 280


class Rating(Base):
    """One person's rating of a talk; the primary key is what makes it one.

    What somebody has not said is None. Once nobody is to know whose it was, ``author`` is a random
    one, the line is gone, and so is ``given_at``.
    """

    __tablename__ = "rating"
    __table_args__ = (
        sa.PrimaryKeyConstraint("talk_id", "author"),
        sa.CheckConstraint(f"worth BETWEEN 1 AND {WORTHS}", name="worth"),
        sa.CheckConstraint(f"depth BETWEEN 1 AND {DEPTHS}", name="depth"),
    )

    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(sa.String(32))
    worth: Mapped[int | None]
    depth: Mapped[int | None]
    line: Mapped[str] = mapped_column(sa.String(LINE_MAX), default="")
    given_at: Mapped[datetime | None]

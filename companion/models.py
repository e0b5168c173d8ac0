"""The tables: a talk's board, its questions and their votes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.db import Base


class Kind(StrEnum):
    """What an entry on the board is."""

    QUESTION = "question"
    COMMENT = "comment"


class Status(StrEnum):
    """Where a question stands; everybody sees those that are open or answered."""

    WAITING = "waiting"
    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


PUBLIC = (Status.OPEN, Status.ANSWERED)


def _one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _stored(values: type[StrEnum]) -> sa.Enum:
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )


class Talk(Base):
    """A talk that somebody has written on; the page itself stays in its file.

    ``revision`` counts the changes of the board, ``listed`` is the revision of the last one that
    was not a vote, and ``key`` turns visitors into pseudonyms that mean nothing elsewhere.
    """

    __tablename__ = "talk"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(100), unique=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    revision: Mapped[int] = mapped_column(default=0)
    listed: Mapped[int] = mapped_column(default=0)


class Question(Base):
    """A question or comment; ``votes`` is the number of its rows in ``vote``."""

    __tablename__ = "question"
    __table_args__ = (
        sa.UniqueConstraint("talk_id", "key"),
        _one_of("kind", Kind),
        _one_of("status", Status),
        sa.CheckConstraint("votes >= 0", name="votes"),
        sa.Index("ix_question_talk_id_status", "talk_id", "status"),
        sa.Index("ix_question_talk_id_author", "talk_id", "author"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(64))
    author: Mapped[str] = mapped_column(sa.String(32))
    kind: Mapped[Kind] = mapped_column(_stored(Kind))
    text: Mapped[str] = mapped_column(sa.Text)
    detail: Mapped[str] = mapped_column(sa.Text, default="")
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    status: Mapped[Status] = mapped_column(_stored(Status))
    votes: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class Vote(Base):
    """One visitor's vote for one question; the primary key is what makes it one."""

    __tablename__ = "vote"

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question.id", ondelete="CASCADE"), primary_key=True
    )
    voter: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    voted_at: Mapped[datetime]

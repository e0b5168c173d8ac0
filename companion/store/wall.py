"""The tables of a talk's wall: notes' places, clusters, marks, and who arranged what.

A note is a question.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.engine import Base


def _of_talk(*, primary_key: bool = False) -> Mapped[int]:
    talk = sa.ForeignKey("talk.id", ondelete="CASCADE")
    return mapped_column(talk, primary_key=primary_key)


class Wall(Base):
    """How often a talk's wall was arranged, and what it has as its background.

    Its count is apart from the board's: arranging has no page fetch the board. ``across`` and
    ``up`` are what the axes of a background with four fields are called.
    """

    __tablename__ = "wall"

    talk_id: Mapped[int] = _of_talk(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    background: Mapped[str] = mapped_column(sa.String(8), default="blank")
    across: Mapped[str] = mapped_column(sa.String(60), default="")
    up: Mapped[str] = mapped_column(sa.String(60), default="")


class WallPicture(Base):
    """The picture behind a talk's wall, as it is served at an address with its ``digest``."""

    __tablename__ = "wall_picture"

    talk_id: Mapped[int] = _of_talk(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(16))
    image: Mapped[bytes] = mapped_column(sa.LargeBinary)
    media_type: Mapped[str] = mapped_column(sa.String(20))
    width: Mapped[int]
    height: Mapped[int]


class WallCluster(Base):
    """A titled area of the wall, which carries its notes along.

    One that is gone stays, so that it is told of as gone, and keeps its words while it can be put
    back. ``key`` is what a browser called it before it had a number, so that the same wish twice
    makes one. ``author`` is the attendee on this talk whose words the title is, "" for those who
    run it.
    """

    __tablename__ = "wall_cluster"
    __table_args__ = (
        sa.Index("ix_wall_cluster_talk_id_revision", "talk_id", "revision"),
        sa.UniqueConstraint("talk_id", "key", name="uq_wall_cluster_talk_id_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = _of_talk()
    key: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(60))
    author: Mapped[str] = mapped_column(sa.String(32), default="")
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    z: Mapped[int] = mapped_column(default=0)
    colour: Mapped[str] = mapped_column(sa.String(8), default="")
    is_gone: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int]


class WallStroke(Base):
    """A mark that somebody drew; ``points`` are in the form that `board.strokes` reads.

    ``author`` is an attendee on this talk, "" for those who run it, who have a name instead, which
    others may have as well: ``sign_in`` tells their browsers apart, and is shown to nobody. One
    that is gone stays until nobody can put it back; ``key`` is as a cluster's.
    """

    __tablename__ = "wall_stroke"
    __table_args__ = (
        sa.Index("ix_wall_stroke_talk_id_revision", "talk_id", "revision"),
        sa.UniqueConstraint("talk_id", "key", name="uq_wall_stroke_talk_id_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = _of_talk()
    key: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(sa.String(60), default="")
    author: Mapped[str] = mapped_column(sa.String(32), default="")
    sign_in: Mapped[str] = mapped_column(sa.String(16), default="")
    tool: Mapped[str] = mapped_column(sa.String(12))
    colour: Mapped[str] = mapped_column(sa.String(8), default="")
    width: Mapped[int]
    points: Mapped[str] = mapped_column(sa.Text)
    caption: Mapped[str] = mapped_column(sa.String(120), default="")
    is_gone: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int]


class WallPlace(Base):
    """Where a question's note is, and its colour; without ``x`` and ``y`` it is not placed.

    In a cluster ``x`` and ``y`` are from the cluster's corner. ``revision`` is the wall's when this
    last changed, and of two that overlap the greater ``z`` is in front.
    """

    __tablename__ = "wall_place"
    __table_args__ = (
        sa.Index("ix_wall_place_talk_id_revision", "talk_id", "revision"),
        sa.Index("ix_wall_place_cluster_id", "cluster_id"),
    )

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question.id", ondelete="CASCADE"), primary_key=True
    )
    talk_id: Mapped[int] = _of_talk()
    x: Mapped[int | None]
    y: Mapped[int | None]
    z: Mapped[int] = mapped_column(default=0)
    colour: Mapped[str] = mapped_column(sa.String(8), default="")
    cluster_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("wall_cluster.id", ondelete="SET NULL")
    )
    revision: Mapped[int]


class WallChange(Base):
    """What somebody did to one note, cluster or mark; ``before`` is what putting it back goes by.

    That is JSON, and one of the three numbers is there; none where it was the background.

    ``author``, ``who`` and ``sign_in`` are as a stroke's.
    """

    __tablename__ = "wall_change"
    __table_args__ = (
        sa.Index("ix_wall_change_talk_id_at", "talk_id", "at"),
        sa.Index("ix_wall_change_question_id", "question_id"),
        sa.Index("ix_wall_change_cluster_id", "cluster_id"),
        sa.Index("ix_wall_change_stroke_id", "stroke_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = _of_talk()
    question_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("question.id", ondelete="CASCADE")
    )
    cluster_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("wall_cluster.id", ondelete="CASCADE")
    )
    stroke_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("wall_stroke.id", ondelete="CASCADE")
    )
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(sa.String(60), default="")
    author: Mapped[str] = mapped_column(sa.String(32), default="")
    sign_in: Mapped[str] = mapped_column(sa.String(16), default="")
    before: Mapped[str] = mapped_column(sa.Text)

"""The tables of a talk's polls: what is asked, what can be answered, and each person's ballots."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.engine import Base


class PollKind(StrEnum):
    """How a poll is answered: by choosing, or by a note on the board."""

    CHOICE = "choice"
    PROMPT = "prompt"


class PollState(StrEnum):
    """Where a poll stands: only one of a talk is open."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Reveal(StrEnum):
    """When those who answer see the results: once it is closed, once they have, or at once."""

    CLOSING = "closing"
    VOTING = "voting"
    LIVE = "live"


class Poll(Base):
    """A poll that was opened once, or made at the desk; one in a page alone has no row.

    ``key`` is what its question is known by, and ``from_page`` says that the page asks it now.
    ``is_shown`` says that its results are everybody's before their time, ``is_right_shown``
    that the right answer is, ``on_screen`` where it stands. ``people`` are those who answered
    and of whom no ballot is kept any more. What answers a prompt are questions.
    """

    __tablename__ = "poll"
    __table_args__ = (
        sa.UniqueConstraint("talk_id", "key", name="uq_poll_talk_id_key"),
        sa.CheckConstraint("people >= 0", name="people"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.String(200))
    several: Mapped[bool]
    reveal: Mapped[str] = mapped_column(sa.String(8))
    state: Mapped[str] = mapped_column(sa.String(8))
    from_page: Mapped[bool]
    is_shown: Mapped[bool] = mapped_column(default=False)
    is_right_shown: Mapped[bool] = mapped_column(default=False)
    on_screen: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(
        sa.String(8), default=PollKind.CHOICE, server_default=sa.text("'choice'")
    )


class PollOption(Base):
    """One of a poll's answers; one that the page has dropped ``is_gone`` and counts for nothing.

    ``votes`` are those of which no ballot is kept any more.
    """

    __tablename__ = "poll_option"
    __table_args__ = (
        sa.Index("ix_poll_option_poll_id", "poll_id"),
        sa.CheckConstraint("votes >= 0", name="votes"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(sa.String(80))
    position: Mapped[int]
    is_right: Mapped[bool] = mapped_column(default=False)
    is_gone: Mapped[bool] = mapped_column(default=False)
    votes: Mapped[int] = mapped_column(default=0)


class Ballot(Base):
    """What one person has answered; the primary key is what counts nobody twice.

    Where one answer can be chosen its ``slot`` is 0, where several can it is the option's number.
    ``turn`` counts how often that person has answered: an older answer, sent late, changes nothing.
    """

    __tablename__ = "ballot"
    __table_args__ = (
        sa.PrimaryKeyConstraint("poll_id", "author", "slot"),
        sa.Index("ix_ballot_option_id", "option_id"),
    )

    poll_id: Mapped[int] = mapped_column(sa.ForeignKey("poll.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(sa.String(32))
    slot: Mapped[int]
    option_id: Mapped[int] = mapped_column(sa.ForeignKey("poll_option.id", ondelete="CASCADE"))
    turn: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))
